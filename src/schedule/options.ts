/** How a scheduled run behaves, beside when it starts, and which scheduler can do what of it. Pure. @module */

import { HikaeError } from "../base/errors.ts";
import { text, type TextId } from "../text/text.ts";
import type { ScheduleOptions, ScheduleRequest, SchedulerName } from "./plan.ts";

export type { ScheduleOptions };

/** Nothing asked for. */
export const PLAIN_OPTIONS: ScheduleOptions = {
  onlyOnAc: false,
  onlyIdle: false,
  highest: false,
  wake: false,
  randomDelay: 0,
  retry: 0,
  priority: "low",
};

/** How long a failed run waits before it is tried again, minutes. */
export const RETRY_MINUTES = 10;

/** What comes after the run itself (prune, telling) before a scheduler ends it by force, ms. */
const MARGIN_MS = 30 * 60_000;

/** The time after which the scheduler itself ends a run, ms; undefined for never. */
export function hardLimit(options: ScheduleOptions): number | undefined {
  const { maxDuration, retry, randomDelay } = options;
  if (maxDuration === undefined) return undefined;
  const waits = (retry * RETRY_MINUTES + randomDelay) * 60_000;
  return maxDuration * (retry + 1) + waits + MARGIN_MS;
}

type Ability = "onlyIdle" | "onlyOnAc" | "wake" | "highest" | "onDrive";

type HintId = Extract<TextId, `schedule.cannot-${string}-hint`>;

const HINTS: Readonly<Record<Ability, { flag: string; hint: HintId }>> = {
  onlyIdle: { flag: "--only-idle", hint: "schedule.cannot-idle-hint" },
  onlyOnAc: { flag: "--only-on-ac", hint: "schedule.cannot-ac-hint" },
  wake: { flag: "--wake", hint: "schedule.cannot-wake-hint" },
  highest: { flag: "--highest", hint: "schedule.cannot-highest-hint" },
  onDrive: { flag: "--on-drive", hint: "schedule.cannot-drive-hint" },
};

/** What each scheduler can; the rest is done by hikae itself, or by all of them. */
const CAN: Readonly<Record<SchedulerName, readonly Ability[]>> = {
  "task-scheduler": ["onlyIdle", "onlyOnAc", "wake", "highest", "onDrive"],
  systemd: ["onlyOnAc", "onDrive"],
  launchd: ["onDrive"],
  cron: [],
};

/** Refuses what the scheduler cannot do: left out in silence, it would be believed. */
export function refuseUnable(scheduler: SchedulerName, request: ScheduleRequest): void {
  const { options, schedule } = request;
  const asked: Ability[] = [
    ...(["onlyIdle", "onlyOnAc", "wake", "highest"] as const).filter((name) => options[name]),
    ...(schedule.kind === "onDrive" ? ["onDrive" as const] : []),
  ];
  if (scheduler === "task-scheduler" && schedule.kind === "onDrive") refuseLabel(schedule.drive);
  const missing = asked.find((ability) => !CAN[scheduler].includes(ability));
  if (missing === undefined) return;
  const { flag, hint } = HINTS[missing];
  throw new HikaeError("usage", text("schedule.cannot", { flag, scheduler }), { hint: text(hint) });
}

/** On Windows a run looks for its drive by letter or path: by another name it would find none, and never run. */
function refuseLabel(drive: string): void {
  if (/^[A-Za-z]:(?:$|[\\/])/.test(drive) || drive.startsWith("\\\\")) return;
  throw new HikaeError("usage", text("schedule.drive-label", { drive }), {
    hint: text("schedule.drive-label-hint", {
      letter: /^[A-Za-z]$/.test(drive) ? drive.toUpperCase() : "E",
    }),
  });
}

/** The flags of the run itself that do what no scheduler does alike. */
export function runFlags(
  request: Pick<ScheduleRequest, "options" | "schedule">,
  scheduler: SchedulerName,
): string[] {
  const { options, schedule } = request;
  const { maxDuration, randomDelay, retry } = options;
  const delays = scheduler === "launchd" || scheduler === "cron";
  return [
    ...(maxDuration === undefined ? [] : ["--max-duration", inUnits(maxDuration)]),
    ...(retry === 0 ? [] : ["--retry", String(retry)]),
    ...(randomDelay === 0 || !delays ? [] : ["--random-delay", `${randomDelay}m`]),
    ...(schedule.kind === "onDrive" && scheduler !== "systemd"
      ? ["--if-drive", schedule.drive]
      : []),
  ];
}

/** A length of time in whole units, as flags write it. */
function inUnits(ms: number): string {
  for (const [unit, length] of [["d", 86_400_000], ["h", 3_600_000], ["m", 60_000]] as const) {
    if (ms % length === 0) return `${ms / length}${unit}`;
  }
  return `${Math.ceil(ms / 1000)}s`;
}
