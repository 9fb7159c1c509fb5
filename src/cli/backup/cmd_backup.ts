/** `hikae backup`. @module */

import { HikaeError } from "../../base/errors.ts";
import { loadModule } from "../../base/load_module.ts";
import { parseStamp } from "../../base/stamp.ts";
import { StateDir } from "../state.ts";
import { backupPlans } from "./backup_words.ts";
import type { BackupPlans } from "./backup_plan.ts";
import { runBackup } from "./backup_run.ts";
import type { Context } from "../command.ts";

const JOBS = new URL("./backup_jobs.ts", import.meta.url);
const WATCHED = new URL("./watched_run.ts", import.meta.url);

/** Runs the command. */
export async function run(context: Context): Promise<number> {
  const state = new StateDir(context.env);
  if (isWatchedRun(context)) {
    return await (await loadModule<typeof import("./watched_run.ts")>(WATCHED))
      .watchedRun(context, state.directory);
  }
  const planned = await plansOf(context, state);
  if ("each" in planned) {
    return await (await loadModule<typeof import("./backup_jobs.ts")>(JOBS))
      .runEach(context, planned.each);
  }
  if ("jobs" in planned) {
    return await (await loadModule<typeof import("./backup_jobs.ts")>(JOBS))
      .runJobs(context, planned.jobs);
  }
  return await runBackup(context, planned.plan, state);
}

/**
 * True for a run that nobody watches, or that has a limit: it happens in a child, so that it leaves a log and
 * ends whatever it meets. A line with `--log` and several jobs has one such run for each.
 */
function isWatchedRun({ parsed }: Context): boolean {
  // whatever became of the log: who is watched starts nobody who watches
  if (parsed.has("watched")) return false;
  if (parsed.has("dry-run") || parsed.has("explain-permissions") || parsed.has("all")) return false;
  if (parsed.get("max-duration") !== undefined) return true;
  return parsed.has("log") && parsed.get("log-as") === undefined && jobWord(parsed) !== undefined;
}

/** The one word of the line, when it can name a job. */
function jobWord({ args }: Context["parsed"]): string | undefined {
  const [word, ...more] = args;
  return word === undefined || more.length > 0 || /[/\\]/.test(word) ? undefined : word;
}

/** The plans; what keeps them from being made stands in the log that the watching process began. */
async function plansOf(context: Context, state: StateDir): Promise<BackupPlans> {
  try {
    return await backupPlans(context, state);
  } catch (error) {
    const stamp = parseStamp(context.parsed.get("log-as") ?? "");
    const job = jobWord(context.parsed);
    if (stamp !== undefined && job !== undefined && error instanceof HikaeError) {
      const { endLogOf } = await loadModule<typeof import("./watched_run.ts")>(WATCHED);
      endLogOf({ context, directory: state.directory, job, stamp }, error.exit, error.message);
    }
    throw error;
  }
}
