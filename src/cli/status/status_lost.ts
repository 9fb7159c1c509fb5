/**
 * Jobs that this machine ran or scheduled and that the config in force does not have: a backup that stopped because
 * its config went away must not vanish from `status` as well.
 * @module
 */

import { systemText } from "../../base/system_text.ts";
import type { AnswerMessage } from "../../base/event.ts";

import { smallFiles } from "../../base/small_files.ts";
import { stampToInstant } from "../../base/stamp.ts";
import { partsOf } from "../../config/resolve.ts";
import { denoFs } from "../../platform/deno_fs.ts";
import { type LastOutcome, logDir, loggedJobs } from "../../report/log.ts";
import { text } from "../../text/text.ts";
import type { Context } from "../command.ts";
import { loadConfig, type LoadedConfig, platformOf } from "../config/config_load.ts";
import { type Booked, readBook } from "../schedule/schedule_book.ts";
import { lineFor } from "../schedule/schedule_host.ts";
import type { StatusLine } from "./status_line.ts";
import type { StatusTrouble } from "./status_trouble.ts";

/** A job that no config has, and what is left of it. */
export interface LostJob {
  job: string;
  outcome?: LastOutcome;
  booked?: Booked;
  /** Why there is no such job. */
  reason: string;
}

/** The jobs with a log or a schedule that neither the config in force nor the one they were run with has. */
export async function lostJobs(
  context: Context,
  state: string | undefined,
  loaded: LoadedConfig | undefined,
): Promise<LostJob[]> {
  if (state === undefined) return [];
  const files = smallFiles(denoFs);
  const outcomes = new Map(attempt(() => loggedJobs(files, state)).map((o) => [o.job, o]));
  const book = new Map(attempt(() => readBook(files, state)).map((b) => [b.job, b]));
  const lost: LostJob[] = [];
  for (const job of [...new Set([...outcomes.keys(), ...book.keys()])].sort()) {
    if (loaded !== undefined && partsOf(loaded.config, job).length > 0) continue;
    const [outcome, booked] = [outcomes.get(job), book.get(job)];
    const reason = await whyLost(context, job, booked?.config ?? outcome?.config);
    if (reason === undefined) continue;
    lost.push({ job, reason, ...(outcome && { outcome }), ...(booked && { booked }) });
  }
  return lost;
}

/** Why the config that a job was run with does not have it; undefined when it has. */
async function whyLost(
  context: Context,
  job: string,
  config: string | undefined,
): Promise<string | undefined> {
  if (config === undefined) return text("status.no-job");
  try {
    const { cwd, env } = context;
    const loaded = await loadConfig({ config, cwd, env, platform: platformOf(Deno.build.os) });
    return loaded !== undefined && partsOf(loaded.config, job).length > 0
      ? undefined
      : text("status.no-job-in", { config });
  } catch (error) {
    return systemText(error);
  }
}

/** The line of such a job; one that is still scheduled fails from now on, whatever its last run was. */
export function lostLine(
  context: Context,
  { job, outcome, reason }: LostJob,
  { state, next, now }: { state: string; next: string | undefined; now: number },
): StatusLine {
  const last = outcome?.last_good;
  const good = last === undefined ? undefined : stampToInstant(last);
  const scheduled = next !== undefined;
  const result = outcome === undefined
    ? "never"
    : outcome.result === "running"
    ? "interrupted"
    : scheduled
    ? "failed"
    : outcome.result;
  const hint = scheduled
    ? text("status.lost-scheduled", { line: lineFor(context, "schedule", "remove", job) })
    : text("status.lost-log", { dir: logDir(state, job) });
  const trouble: StatusTrouble[] = ["ok", "incomplete", "never"].includes(result)
    ? []
    : ["failing"];
  const vault = outcome?.summaries.find((s) => typeof s.vault === "string")?.vault ?? null;
  const message: AnswerMessage = {
    message_type: "job_status",
    job,
    vault,
    host: null,
    result,
    stamp: last ?? null,
    time: good === undefined ? null : new Date(good).toISOString(),
    age: good === undefined ? null : Math.max(0, Math.floor((now - good) / 1000)),
    last_run: outcome?.stamp ?? null,
    next: next || null,
    late: false,
    trouble,
    message: `${reason}; ${hint}`,
  };
  return { message, good, reached: true, watched: scheduled, trouble };
}

function attempt<T>(work: () => T[]): T[] {
  try {
    return work();
  } catch {
    // what this machine noted is a help, not a condition
    return [];
  }
}
