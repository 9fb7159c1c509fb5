/**
 * A run that nobody watches (`--log`), or that has a limit (`--max-duration`): the run itself is a child, so that
 * it leaves an outcome whatever it meets, be it a config that cannot be read, a share that never answers or a
 * crash. This process reads nothing but the state directory.
 * @module
 */

import { systemText } from "../../base/system_text.ts";
import { defined } from "../../base/defined.ts";
import { resolve } from "@std/path";
import { EXIT } from "../../base/errors.ts";
import type { Message } from "../../base/event.ts";
import { smallFiles } from "../../base/small_files.ts";
import type { Stamp } from "../../base/stamp.ts";
import { denoFs } from "../../platform/deno_fs.ts";
import { type LastOutcome, openLog, readOutcome, resultOf, type RunLog } from "../../report/log.ts";
import { text } from "../../text/text.ts";
import { flagsOf, runLimited } from "../child.ts";
import type { Context } from "../command.ts";
import { configPlaces } from "../config/config_places.ts";
import { platformOf } from "../platform.ts";
import { isThere } from "../places/places.ts";
import { parseLimit } from "../limit.ts";
import { RETRY_MINUTES } from "../../schedule/options.ts";
import { parseRetry } from "../schedule/schedule_flags.ts";
import { type RunHealth, tellOf } from "../tell_trouble.ts";

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
const OWN: ReadonlySet<string> = new Set([
  "max-duration",
  "warn-after",
  "retry",
  "retry-wait",
  "random-delay",
  "if-drive",
  "help",
]);

/** What the line asks of this process. */
interface WatchRequest {
  /** The longest that one try may take, as it was given, and in ms. */
  limit: string;
  limitMs: number | undefined;
  /** How old the last good run may be, ms. */
  oldest: number | undefined;
  retries: number;
  retryWait: number;
}

/** How a try ended. */
interface Try {
  code: number;
  overran: boolean;
  outcome: LastOutcome | undefined;
}

/** Runs the line's backup in a child, again where that was asked for; gives the exit code. */
export async function watchedRun(
  context: Context,
  directory: string | undefined,
): Promise<number> {
  const { parsed } = context;
  const asked = askedOf(parsed);
  const drive = parsed.get("if-drive");
  if (drive !== undefined && !isDriveThere(drive)) {
    context.emit({ message_type: "note", message: text("log.no-drive", { drive }) });
    return EXIT.ok;
  }
  const delay = parsed.get("random-delay");
  const most = delay === undefined ? 0 : parseLimit(delay, "--random-delay") ?? 0;
  if (most > 0) await wait(Math.random() * most, context.signal);
  for (let left = asked.retries;; left--) {
    const done = await tryOnce(context, directory, asked);
    if (left > 0 && mayHelp(done) && !context.signal.aborted) {
      await wait(asked.retryWait, context.signal);
      if (!context.signal.aborted) continue;
    }
    const { outcome } = done;
    if (outcome !== undefined) {
      await tell(context, directory ?? "", { outcome, oldest: asked.oldest });
    }
    return done.code;
  }
}

function askedOf(parsed: Context["parsed"]): WatchRequest {
  const ms = (flag: string): number | undefined => {
    const given = parsed.get(flag);
    return given === undefined ? undefined : parseLimit(given, `--${flag}`);
  };
  return {
    limit: parsed.get("max-duration") ?? "",
    limitMs: ms("max-duration"),
    oldest: ms("warn-after"),
    retries: parseRetry(parsed.get("retry")),
    retryWait: ms("retry-wait") ?? RETRY_MINUTES * 60_000,
  };
}

/** Wrong usage, a guard and a vault of a newer format are the same ten minutes later. */
function mayHelp({ code, overran }: Try): boolean {
  const same: readonly number[] = [
    EXIT.ok,
    EXIT.incomplete,
    EXIT.usage,
    EXIT.guard,
    EXIT.badVault,
    EXIT.interrupted,
  ];
  return overran || !same.includes(code);
}

async function tryOnce(
  context: Context,
  directory: string | undefined,
  asked: WatchRequest,
): Promise<Try> {
  const { parsed } = context;
  const [job] = parsed.args;
  const logged = job !== undefined && parsed.has("log") && parsed.get("log-as") === undefined;
  const log = logged ? { context, directory, job } : undefined;
  const stamp = log === undefined ? undefined : open(log)?.stamp;
  const as = stamp === undefined ? [] : [`--log-as=${stamp}`];
  const words = ["backup", ...flagsOf(context, OWN), "--watched", ...as, "--", ...parsed.args];
  const { code: ended, overran } = await runLimited(context, words, asked.limitMs);
  const message = overran ? text("backup.overran", { limit: asked.limit }) : undefined;
  if (message !== undefined) context.emit(overranMessage(message));
  const code = overran ? EXIT.interrupted : ended;
  const outcome = log === undefined || stamp === undefined
    ? undefined
    : settle({ ...log, stamp }, code, message);
  return { code, overran, outcome };
}

function overranMessage(message: string): Message {
  const hint = text("backup.overran-hint");
  return {
    message_type: "error",
    path: "",
    during: "backup",
    code: "interrupted",
    message,
    hint,
  };
}

/** A letter of Windows, a mount point, or a label of macOS. */
function isDriveThere(drive: string): boolean {
  const letter = Deno.build.os === "windows" ? /^([A-Za-z]):?[\\/]?$/.exec(drive)?.[1] : undefined;
  const path = letter !== undefined
    ? `${letter}:\\`
    : Deno.build.os === "darwin" && !drive.startsWith("/")
    ? `/Volumes/${drive}`
    : drive;
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.min(ms, 2 ** 31 - 1));
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}

/** Ends a log that another process began. */
export function endLogOf(log: LogOf, code: number, message: string | undefined): void {
  open(log)?.finish(code, message);
}

function open({ context, directory, job, stamp }: LogOf): RunLog | undefined {
  if (directory === undefined) return undefined;
  const config = configOf(context);
  const log = openLog({
    files: smallFiles(denoFs),
    clock: context.clock,
    state: directory,
    job,
    keep: KEEP_ALL,
    ...defined({ stamp }),
    ...defined({ config }),
  });
  const problem = log.problem();
  if (problem === undefined) return log;
  context.tell(text("log.not-written", { problem }));
  return undefined;
}

/** The path of the config that the job stands in, whether it is named or found: `status` looks for the job there. */
function configOf({ parsed, cwd, env }: Context): string | undefined {
  const named = parsed.get("config");
  if (named !== undefined) return resolve(cwd, named);
  return configPlaces({ cwd, env, platform: platformOf(Deno.build.os) }).find(isThere);
}

/** The outcome, put right where the run ended without saying so, or what follows it went wrong. */
function settle(
  log: LogOf & { stamp: Stamp },
  code: number,
  message: string | undefined,
): LastOutcome | undefined {
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
async function tell(context: Context, state: string, told: RunHealth): Promise<void> {
  try {
    await tellOf(context, state, told);
  } catch (error) {
    context.tell(text("log.not-told", { problem: systemText(error) }));
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
