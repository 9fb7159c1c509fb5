/**
 * A run that nobody watches (`--log`), or that has a limit (`--max-duration`): the run itself is a child, so that
 * it leaves an outcome whatever it meets, be it a config that cannot be read, a share that never answers or a
 * crash. This process reads nothing but the state directory.
 * @module
 */

import { resolve } from "@std/path";
import { EXIT, messageOf } from "../base/errors.ts";
import { smallFiles } from "../base/small_files.ts";
import type { Stamp } from "../base/stamp.ts";
import { denoFs } from "../platform/deno_fs.ts";
import { openLog, type Outcome, readOutcome, resultOf, type RunLog } from "../report/log.ts";
import { text } from "../text/text.ts";
import { type Ended, flagsOf, runLimited } from "./child.ts";
import type { Context } from "./command.ts";
import { parseLimit } from "./limit.ts";
import { tellOf, type Told } from "./tell_trouble.ts";

/** The log of a run, as the processes of the run find it. */
export interface LogOf {
  context: Context;
  /** hikae's state directory; without one there is no log. */
  directory: string | undefined;
  job: string;
  /** The log to go on with; absent for a new one. */
  stamp?: Stamp;
}

/** More than any config asks for: the child, which knows the config, drops what is too many. */
const KEEP_ALL = 10_000;

/** What this process keeps to itself. */
const OWN: ReadonlySet<string> = new Set(["max-duration", "warn-after", "help"]);

/** Runs the line's backup in a child; gives its exit code. */
export async function watchedRun(
  context: Context,
  directory: string | undefined,
): Promise<number> {
  const { parsed } = context;
  const limit = parsed.get("max-duration");
  const ms = limit === undefined ? undefined : parseLimit(limit, "--max-duration");
  const warnAfter = parsed.get("warn-after");
  const oldest = warnAfter === undefined ? undefined : parseLimit(warnAfter, "--warn-after");
  const [job] = parsed.args;
  const logged = job !== undefined && parsed.has("log") && parsed.get("log-as") === undefined;
  const log = logged ? { context, directory, job } : undefined;
  const stamp = log === undefined ? undefined : open(log)?.stamp;
  const as = stamp === undefined ? [] : [`--log-as=${stamp}`];
  const words = ["backup", ...flagsOf(context, OWN), "--watched", ...as, "--", ...parsed.args];
  const ended = await runLimited(context, words, ms);
  const message = ended.overran ? text("backup.overran", { limit: limit ?? "" }) : undefined;
  if (message !== undefined) {
    const hint = text("backup.overran-hint");
    context.emit({
      message_type: "error",
      path: "",
      during: "backup",
      code: "interrupted",
      message,
      hint,
    });
  }
  const code = ended.overran ? EXIT.interrupted : ended.code;
  if (log !== undefined && stamp !== undefined) {
    const outcome = settle({ ...log, stamp }, { ...ended, code }, message);
    if (outcome !== undefined) await tell(context, directory ?? "", { outcome, oldest });
  }
  return code;
}

/** Ends a log that another process began. */
export function endLogOf(log: LogOf, code: number, message: string | undefined): void {
  open(log)?.finish(code, message);
}

function open({ context, directory, job, stamp }: LogOf): RunLog | undefined {
  if (directory === undefined) return undefined;
  const config = context.parsed.get("config");
  const log = openLog({
    files: smallFiles(denoFs),
    clock: context.clock,
    state: directory,
    job,
    keep: KEEP_ALL,
    ...(stamp === undefined ? {} : { stamp }),
    ...(config === undefined ? {} : { config: resolve(context.cwd, config) }),
  });
  const problem = log.problem();
  if (problem === undefined) return log;
  context.tell(text("log.not-written", { problem }));
  return undefined;
}

/** The outcome, put right where the run ended without saying so, or what follows it went wrong. */
function settle(
  log: LogOf & { stamp: Stamp },
  { code }: Ended,
  message: string | undefined,
): Outcome | undefined {
  const { directory = "", job, stamp } = log;
  const found = attempt(() => readOutcome(smallFiles(denoFs), directory, job));
  // another run of this job has begun meanwhile
  if (found === undefined || found.stamp !== stamp) return undefined;
  if (message === undefined && found.exit === code) return found;
  const why = message ??
    (found.result === "running"
      ? text("log.ended-silently", { code })
      : found.message ?? text("log.rules-failed"));
  const kept = found.result !== "running" && resultOf(code) === found.result;
  if (kept) return found;
  return attempt(() => open(log)?.finish(code, why));
}

/** Whatever can go wrong in telling, the exit code is that of the run. */
async function tell(context: Context, state: string, told: Told): Promise<void> {
  try {
    await tellOf(context, state, told);
  } catch (error) {
    context.tell(text("log.not-told", { problem: messageOf(error) }));
  }
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    // the log is a help, not a condition
    return undefined;
  }
}
