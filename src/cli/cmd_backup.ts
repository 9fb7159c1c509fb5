/** `hikae backup`. @module */

import { State } from "./state.ts";
import { backupPlans } from "./backup_plan.ts";
import { runBackup } from "./backup_run.ts";
import type { Context } from "./command.ts";

/** Runs the command. */
export async function run(context: Context): Promise<number> {
  const state = new State(context.env);
  const plans = await backupPlans(context, state);
  const [plan] = plans;
  const jobs = plans.length > 1 || plan?.after !== undefined && !context.parsed.has("only-backup");
  if (plan === undefined || jobs) {
    return await (await import("./backup_jobs.ts")).runJobs(context, plans);
  }
  return await runBackup(context, plan, state);
}
