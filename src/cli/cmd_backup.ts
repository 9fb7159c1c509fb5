/** `hikae backup`. @module */

import { State } from "./state.ts";
import { backupPlans } from "./backup_plan.ts";
import { runBackup } from "./backup_run.ts";
import type { Context } from "./command.ts";

/** Runs the command. */
export async function run(context: Context): Promise<number> {
  const state = new State(context.env);
  const planned = await backupPlans(context, state);
  if ("jobs" in planned) {
    return await (await import("./backup_jobs.ts")).runJobs(context, planned.jobs);
  }
  return await runBackup(context, planned.plan, state);
}
