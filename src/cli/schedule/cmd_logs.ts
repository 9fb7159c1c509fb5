/** `hikae logs`: what runs said, from the logs in the state directory. @module */

import { EXIT, HikaeError } from "../../base/errors.ts";
import { below, smallFiles } from "../../base/small_files.ts";
import { nearest } from "../../base/nearest.ts";
import { denoFs } from "../../platform/deno_fs.ts";
import { logDir, loggedJobs, logsIn } from "../../report/log.ts";
import { text } from "../../text/text.ts";
import { parseCount } from "../parse_count.ts";
import type { Context, RunCommand } from "../command.ts";
import { platformOf } from "../platform.ts";
import { jobNames } from "./schedule_host.ts";
import { stateDir } from "../state_dir.ts";

/** A log of a run. */
interface Log {
  job: string;
  /** When the run began, the log's name without its ending. */
  stamp: string;
  path: string;
}

/** How often a log that grows is looked at. */
const LOOK_MS = 300;

/** Runs the command. */
export const run: RunCommand = async (context) => {
  const { parsed } = context;
  const [job, more] = parsed.args;
  if (more !== undefined) {
    throw new HikaeError("usage", text("logs.one-job", { more }), {
      hint: "hikae logs [JOB]",
    });
  }
  const last = parsed.get("last");
  const count = last === undefined ? 1 : parseCount(last, "--last");
  const state = stateDir(context.env, platformOf(Deno.build.os));
  const jobs = job === undefined ? jobsOf(state) : [await known(context, state, job)];
  const logs = jobs.flatMap((one) => logsOf(state, one).slice(-count || Infinity));
  if (logs.length === 0) context.tell(text("logs.none"));
  const shown = new Map<string, number>();
  for (const log of logs) {
    if (logs.length > 1) head(context, log);
    shown.set(log.path, show(context, log, 0));
  }
  if (!parsed.has("follow")) return EXIT.ok;
  return await follow(context, () => jobs.flatMap((one) => logsOf(state, one).slice(-1)), shown);
};

function jobsOf(state: string): string[] {
  return loggedJobs(smallFiles(denoFs), state).map((o) => o.job);
}

/** The job; one of which there is neither a log nor a word in the config is an error. */
async function known(context: Context, state: string, job: string): Promise<string> {
  if (logsOf(state, job).length > 0) return job;
  const names = await jobNames(context).catch((): string[] => []);
  if (names.includes(job)) return job;
  const near = nearest(job, [...jobsOf(state), ...names]);
  throw new HikaeError("failed", text("logs.no-log", { job }), {
    hint: near === undefined
      ? text("logs.no-log-hint", { job })
      : text("usage.did-you-mean-plain", { near }),
  });
}

/** The logs of a job, the oldest first. */
function logsOf(state: string, job: string): Log[] {
  const dir = logDir(state, job);
  return logsIn(smallFiles(denoFs), dir).map((name) => ({
    job,
    stamp: name.replace(/\..*$/, ""),
    path: below(dir, name),
  }));
}

function head(context: Context, { job, stamp }: Log): void {
  if (!context.json) context.say(`== ${job} ${stamp}`);
}

/** Shows a log from `offset` to its last whole line; gives where that ends. */
function show(context: Context, { job, stamp, path }: Log, offset: number): number {
  const bytes = bytesFrom(path, offset);
  const end = bytes.lastIndexOf(0x0a) + 1;
  for (const line of new TextDecoder().decode(bytes.subarray(0, end)).split("\n").slice(0, -1)) {
    if (context.json) context.emit({ message_type: "answer", job, stamp, line });
    else context.say(line);
  }
  return offset + end;
}

function bytesFrom(path: string, offset: number): Uint8Array {
  try {
    return Deno.readFileSync(path).subarray(offset);
  } catch (error) {
    // dropped meanwhile, for a newer one has come
    if (error instanceof Deno.errors.NotFound) return new Uint8Array();
    throw error;
  }
}

async function follow(
  context: Context,
  newest: () => Log[],
  shown: Map<string, number>,
): Promise<number> {
  while (!context.signal.aborted) {
    for (const log of newest()) {
      if (!shown.has(log.path)) head(context, log);
      shown.set(log.path, show(context, log, shown.get(log.path) ?? 0));
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return EXIT.interrupted;
}
