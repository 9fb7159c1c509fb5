/** What a run that nobody watches tells when it did not go well: the system's log, and the desktop. @module */

import { notification } from "../../plugins/lib/notification.ts";
import { formatDuration } from "../base/duration.ts";
import { EXIT } from "../base/errors.ts";
import type { RunResult } from "../base/process.ts";
import { below, type SmallFiles, smallFiles } from "../base/small_files.ts";
import { parseStamp, stampToInstant } from "../base/stamp.ts";
import { denoFs } from "../platform/deno_fs.ts";
import { type LastOutcome, logDir, writeOutcome } from "../report/log.ts";
import { text } from "../text/text.ts";
import type { Context } from "./command.ts";
import { type EventProgram, eventProgram } from "./schedule/event_log.ts";
import { runProgram } from "./program/run_program.ts";
import { bookedOf } from "./schedule/schedule_book.ts";

/** How a run ended, and how old the last good one may be, ms. */
export interface RunHealth {
  outcome: LastOutcome;
  oldest: number | undefined;
}

/** Nobody wants to be told more often. */
const AGAIN_MS = 20 * 3_600_000;
/** A desktop that does not answer keeps no scheduler waiting. */
const PATIENCE_MS = 15_000;

/** Tells the system's log of a failed run, and the desktop of a last good run that is too old. */
export async function tellOf(
  context: Context,
  state: string,
  { outcome, oldest }: RunHealth,
): Promise<void> {
  if (isGood(outcome)) return;
  const env = context.env;
  const os = Deno.build.os;
  const files = smallFiles(denoFs);
  const event = eventProgram(os, eventText(outcome, state), Boolean(env("JOURNAL_STREAM")));
  if (event !== undefined) await start(context, event);
  const now = context.clock.now();
  const since = sinceOf(files, state, outcome);
  if (oldest === undefined || now - since <= oldest) return;
  if (outcome.warned !== undefined && now - Date.parse(outcome.warned) < AGAIN_MS) return;
  const { title, body } = overdueText(outcome, now - since);
  const shown = await start(context, notification(os, title, body));
  // the job's own plugins were told by the run itself, where it could read its config
  const told = outcome.exit === EXIT.usage && await tellByBook(context, state, outcome, title);
  if (shown || told) {
    writeOutcome(files, state, { ...outcome, warned: new Date(now).toISOString() });
  }
}

/** Tells by the plugins that the schedule was installed with. */
async function tellByBook(
  context: Context,
  state: string,
  outcome: LastOutcome,
  title: string,
): Promise<boolean> {
  const booked = bookedOf(smallFiles(denoFs), state, outcome.job);
  if (booked === undefined || booked.tellers.length === 0) return false;
  const { tellWithout } = await import("./tell_without_config.ts");
  return await tellWithout(context, booked, `${title}: ${outcome.message ?? ""}`);
}

function isGood({ result }: LastOutcome): boolean {
  return result === "ok" || result === "incomplete";
}

/** When the last good run was; without one, when the first run was. */
function sinceOf(files: SmallFiles, state: string, outcome: LastOutcome): number {
  const logs = files.list(logDir(state, outcome.job)).map((name) => parseStamp(name.slice(0, 15)));
  const since = outcome.last_good ?? logs.find((stamp) => stamp !== undefined);
  return since === undefined ? Date.parse(outcome.time) : stampToInstant(since);
}

function overdueText(outcome: LastOutcome, age: number): { title: string; body: string } {
  const { job, result, message = text("log.no-reason"), last_good: good } = outcome;
  const days = Math.floor(age / 86_400_000);
  const whole = days > 0
    ? { days, ms: 0 }
    : { days: 0, ms: Math.floor(age / 3_600_000) * 3_600_000 };
  const length = formatDuration({ years: 0, months: 0, ...whole });
  return {
    title: good === undefined
      ? text("log.never-title", { job })
      : text("log.overdue-title", { job, age: length }),
    body: text("log.overdue-text", { job, result, message }),
  };
}

function eventText(outcome: LastOutcome, state: string): string {
  const { job, result, exit = 1, message = text("log.no-reason") } = outcome;
  const log = below(logDir(state, job), outcome.log);
  return text("log.event", { job, result, exit, message, log });
}

/** Starts a program; false when it is not there, fails or takes too long. */
async function start(context: Context, program: EventProgram): Promise<boolean> {
  const run = context.runProgram ?? runProgram;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
  });
  const { env } = program;
  const done: Promise<RunResult | undefined> = run(
    program.program,
    program.args,
    { limitMs: PATIENCE_MS, ...(env === undefined ? {} : { env }) },
  ).catch(() => undefined);
  const result = await Promise.race([done, late]);
  clearTimeout(timer);
  return result?.code === 0;
}
