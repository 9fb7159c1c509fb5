/** `cleanup`, `prune` and `delete`, with a job's plugins or without. @module */

import type { Commands } from "../../engine/commands.ts";
import type { Context } from "../command.ts";
import { runThinning, type ThinCommand } from "./run_thinning.ts";
import type { VaultArg } from "../lookup/vault_arg.ts";

/** Runs the command, with the plugins of the job that the line names; gives the exit code. */
export async function runMaintain<K extends ThinCommand>(
  context: Context,
  command: K,
  request: Commands[K]["request"],
  vault: VaultArg,
): Promise<number> {
  const { job } = vault;
  const explaining = context.parsed.has("explain-permissions");
  if (job !== undefined && job.job.plugins.length > 0 && !explaining) {
    if (job.untrusted !== undefined) throw job.untrusted;
    const { runWithHooks } = await import("./maintain_plugins.ts");
    return await runWithHooks(context, command, request, job);
  }
  return await runThinning(context, command, request);
}
