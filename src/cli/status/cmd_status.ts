/** `hikae status`. @module */

import { before, formatDuration, parseDuration } from "../../base/duration.ts";
import { ERRORS, EXIT, HikaeError } from "../../base/errors.ts";
import type { VaultStatus } from "../../engine/query/status.ts";
import { statusHead } from "../../report/answers.ts";
import type { Context, RunCommand } from "../command.ts";
import { runEngine } from "../engine.ts";
import { StateDir } from "../state.ts";
import { text } from "../../text/text.ts";
import { byTrouble } from "./status_trouble.ts";
import { type IndexPlaces, indexPlaces } from "../places/index_places.ts";
import { type StatusLine, statusLine } from "./status_line.ts";
import { lostLine } from "./status_lost.ts";
import { nextRuns } from "./status_next.ts";
import { type StatusTarget, targetsOf } from "./status_targets.ts";

/** Runs the command. */
export const run: RunCommand = async (context) => {
  const { parsed } = context;
  if (parsed.get("prometheus") !== undefined || parsed.get("notify") !== undefined) {
    return await (await import("./status_tell.ts")).statusAndTell(context);
  }
  const limit = parsed.get("max-age");
  const maxAge = limit === undefined ? undefined : parseDuration(limit, "--max-age");
  const { targets, lost, broken } = await targetsOf(context);
  // before the engine starts: main gives the environment up then
  const state = new StateDir(context.env).directory ?? "";
  const roots = [...new Set(targets.flatMap((t) => t.root ?? []))];
  const fleet = targets.filter((t) => t.fleet !== undefined);
  const byRecords = fleet.flatMap((t) => t.root ?? []);
  const jobs = [
    ...new Set([...targets, ...lost].flatMap((t) => t.job === undefined ? [] : [t.job])),
  ];
  const explaining = context.parsed.has("explain-permissions");
  const next = jobs.length === 0 || explaining
    ? new Map<string, string>()
    : await nextRuns(context, jobs);
  const answers = await runEngine(context, {
    command: "status",
    access: "look",
    // one grant for a directory of a thousand vaults
    roots: { vault: [...new Set(targets.flatMap((t) => t.fleet ?? t.root ?? []))] },
    index: placesOf(context, roots.filter((r) => !byRecords.includes(r))),
    request: { roots, byRecords },
  });
  if (answers === undefined) return EXIT.ok;
  const byRoot = new Map(answers.map((a) => [a.root, a]));
  const now = context.clock.now();
  const oldest = maxAge === undefined ? undefined : before(now, maxAge);
  const lines = targets.map((t) =>
    statusLine(t, byRoot.get(t.root ?? ""), {
      now,
      next: next.get(t.job ?? "") || undefined,
      oldest,
      lost: lost.map((l) => l.job),
    })
  );
  if (fleet.length > 0) lines.sort(byTrouble);
  lines.push(...lost.map((l) => lostLine(context, l, { state, next: next.get(l.job), now })));
  // with a config that cannot be read nobody knows what is known
  if (lines.length > 0 || broken === undefined) print(context, lines);
  if (broken !== undefined) throw broken;
  if (maxAge !== undefined) refuseOld(lines, before(now, maxAge), formatDuration(maxAge));
  if (fleet.length > 0) refuseLate(lines);
  return lines.every((l) => l.reached) ? EXIT.ok : exitUnreached(targets, answers, context);
};

/** What an index knows of checks is told, but none is made for it, nor for a fleet. */
function placesOf(context: Context, roots: readonly string[]): IndexPlaces {
  return indexPlaces(context.env, roots, { make: false }).places;
}

function print(context: Context, lines: readonly StatusLine[]): void {
  if (lines.length === 0) {
    context.tell(text("status.nothing-known"));
    return;
  }
  if (!context.json && context.narrow !== true) context.say(statusHead());
  for (const { message } of lines) context.emit(message);
}

/** The dead man's switch: throws when a vault has no good run as young as that. */
function refuseOld(lines: readonly StatusLine[], oldest: number, limit: string): void {
  const old = lines.filter((l) => l.watched !== false && (l.good === undefined || l.good < oldest));
  if (old.length === 0 && lines.length > 0) return;
  const names = old.map((l) => String(l.message.job ?? l.message.vault));
  const which = [...new Set(names)].join(", ");
  throw new HikaeError(
    "max_age",
    which === "" ? text("status.no-backup") : text("status.too-old", { limit, which }),
    { hint: text("status.too-old-hint") },
  );
}

/** Of many vaults each is held against its own rhythm. */
function refuseLate(lines: readonly StatusLine[]): void {
  const late = lines.filter((l) => l.trouble.includes("late")).map((l) => String(l.message.vault));
  if (late.length === 0) return;
  const more = late.length > 5 ? `, … (${late.length})` : "";
  throw new HikaeError(
    "max_age",
    text("status.late", { which: late.slice(0, 5).join(", ") + more }),
    {
      hint: text("status.late-hint"),
    },
  );
}

/** The one vault that was named and is none is an error of its own; among others it is a part that lacks. */
function exitUnreached(
  targets: readonly StatusTarget[],
  answers: readonly VaultStatus[],
  context: Context,
): number {
  if (targets.length !== 1 || context.parsed.args.length !== 1) return EXIT.incomplete;
  return exitOfOne(answers[0]);
}

/** The exit code of a look into the one vault that was named. */
export function exitOfOne(answer: Pick<VaultStatus, "problemId"> | undefined): number {
  return ERRORS[answer?.problemId ?? "no_vault"];
}
