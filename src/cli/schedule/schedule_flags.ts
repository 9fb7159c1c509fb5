/** The flags of `schedule install`: when, and how. @module */

import { defined } from "../../base/defined.ts";
import { HikaeError } from "../../base/errors.ts";
import { RETRY_MINUTES, type ScheduleOptions } from "../../schedule/options.ts";
import { parseSchedule, type Schedule } from "../../schedule/schedule.ts";
import { text } from "../../text/text.ts";
import type { Parsed } from "../command.ts";
import { parseLimit } from "../limit.ts";

/** What stands after `--weekly sun` or `--daily 09:00` without belonging to it by quotes: days and times. */
const DAY_OR_TIME = /^(?:\d{1,2}:\d{2}[,\d:]*|\p{L}{3,9}(?:[-,]\p{L}{3,9})*[,@]?)$/u;

/** `--weekly sun 03:00` reaches us as a flag and an argument: the two belong together. */
export function scheduleOf(parsed: Parsed, rest: readonly string[]): Schedule {
  const weekly = [...parsed.all("weekly")];
  const daily = [...parsed.all("daily")];
  const into = weekly.length > 0 ? weekly : daily;
  const last = into.length - 1;
  const stray = rest.find((word) => last < 0 || !DAY_OR_TIME.test(word));
  if (stray !== undefined) {
    throw new HikaeError("usage", text("schedule.one-job", { stray: rest.join(" ") }), {
      hint: text("schedule.one-job-hint"),
    });
  }
  if (rest.length > 0) into[last] = [into[last], ...rest].join(" ");
  return parseSchedule({
    daily,
    hourly: parsed.has("hourly"),
    weekly,
    every: parsed.get("every"),
    onLogin: parsed.has("on-login"),
    onDrive: parsed.get("on-drive"),
  });
}

const DAY_MS = 86_400_000;
/** A run that takes longer hangs, if nothing else is said: Windows' own limit for a task. */
const MAX_DURATION_MS = 3 * DAY_MS;

/** How the scheduled run behaves. */
export function optionsOf(parsed: Parsed): ScheduleOptions {
  const longest = parsed.get("max-duration");
  const maxDuration = longest === undefined
    ? MAX_DURATION_MS
    : parseLimit(longest, "--max-duration");
  const delay = parsed.get("random-delay");
  const random = delay === undefined ? undefined : parseLimit(delay, "--random-delay");
  return {
    onlyOnAc: parsed.has("only-on-ac"),
    onlyIdle: parsed.has("only-idle"),
    highest: parsed.has("highest"),
    wake: parsed.has("wake"),
    randomDelay: random === undefined ? 0 : Math.max(1, Math.round(random / 60_000)),
    retry: parseRetry(parsed.get("retry")),
    ...defined({ maxDuration }),
    priority: parsed.get("priority") === "normal" ? "normal" : "low",
  };
}

/** How often a failed run is tried again; throws `usage`. */
export function parseRetry(given: string | undefined): number {
  if (given === undefined) return 0;
  if (/^\d{1,2}$/.test(given) && Number(given) <= 10) return Number(given);
  throw new HikaeError("usage", text("schedule.no-retry", { given }), {
    hint: text("schedule.retry-hint", { minutes: RETRY_MINUTES }),
  });
}

/** How old the last good run may be before somebody is told, as the flag of the run; undefined for never. */
export function warnAfterOf(parsed: Parsed, schedule: Schedule): string | undefined {
  const given = parsed.get("warn-after");
  if (given === undefined) return usualAge(schedule);
  return parseLimit(given, "--warn-after") === undefined ? undefined : given;
}

/** Two missed runs and a day, at least three days; what waits for a person or a drive has two weeks. */
function usualAge(s: Schedule): string {
  switch (s.kind) {
    case "hourly":
      return "3d";
    case "every":
      return `${Math.max(3, Math.ceil(s.minutes * 2 / 1440) + 1)}d`;
    case "calendar":
      return s.at.some(({ days }) => days.length === 0) ? "3d" : "15d";
    case "onLogin":
    case "onDrive":
      return "14d";
  }
}
