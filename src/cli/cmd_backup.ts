/** `hikae backup`. @module */

import { join } from "@std/path";
import { ERRORS, EXIT } from "../base/errors.ts";
import type { PlainOutcome } from "../engine/backup/backup.ts";
import { type BackupPlan, backupPlans } from "./backup_plan.ts";
import type { Context } from "./command.ts";
import { runEngine } from "./engine.ts";
import { State } from "./state.ts";

/** Runs the command. */
export async function run(context: Context): Promise<number> {
  const state = new State(context.env);
  const plans = await backupPlans(context, state);
  const [plan] = plans;
  if (plans.length === 1 && plan !== undefined) return await runBackup(context, plan, state);
  return await (await import("./backup_jobs.ts")).runJobs(context, plans);
}

/** One source into its vaults. */
async function runBackup(context: Context, plan: BackupPlan, state: State): Promise<number> {
  const known = state.knownVaults();
  const explaining = context.parsed.has("explain-permissions");
  if (!plan.request.plan && !explaining) {
    plan.prepare();
    if (plan.request.vaults.some((v) => !v.known)) state.start();
  }
  for (const note of plan.notes) context.emit({ message_type: "note", ...note });
  const outcomes = await runEngine(context, {
    command: "backup",
    access: "backup",
    roots: { source: [plan.request.source], vault: plan.request.vaults.map((v) => v.root) },
    request: plan.request,
    lanes: plan.request.plan ? 0 : lanesFor(plan),
  }) as PlainOutcome[] | undefined;
  if (outcomes === undefined) return EXIT.ok;
  if (!plan.request.plan) await remember(plan, outcomes, known, state, context.clock.now());
  state.close();
  return exitOf(outcomes);
}

/** Vaults whose catalog is smaller than this hold so little that a second thread costs more than it brings. */
const SMALL = 512 << 10;

/** One lane per core, the engine's own among them; but not for a small tree that is known. */
function lanesFor(plan: BackupPlan): number {
  const cores = Math.min(8, navigator.hardwareConcurrency);
  const small = plan.request.vaults.every(({ root }) => {
    try {
      return Deno.statSync(join(root, ".$META$", "catalog.db")).size < SMALL;
    } catch {
      return false;
    }
  });
  return small ? 0 : cores - 1;
}

/** The exit code of a run: the first vault's when all failed, 3 when some did or something was left out. */
export function exitOf(outcomes: readonly PlainOutcome[]): number {
  const failed = outcomes.filter((o) => o.failed !== undefined);
  const first = failed[0]?.failed;
  if (first !== undefined && failed.length === outcomes.length) return ERRORS[first.id];
  return failed.length > 0 || outcomes.some((o) => o.errors > 0) ? EXIT.incomplete : EXIT.ok;
}

/** Vaults that were used are known from now on: if one is suddenly empty, the next run asks. */
async function remember(
  plan: BackupPlan,
  outcomes: readonly PlainOutcome[],
  known: ReturnType<State["knownVaults"]>,
  state: State,
  now: number,
): Promise<void> {
  let changed = false;
  plan.request.vaults.forEach((v, i) => {
    if (outcomes[i]?.failed !== undefined || v.known) return;
    known[v.root] = { source: plan.request.source, seen: new Date(now).toISOString() };
    changed = true;
  });
  if (changed) await state.write("vaults.json", `${JSON.stringify(known, null, 2)}\n`);
}
