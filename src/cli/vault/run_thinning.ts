/** What the commands that take something away from a vault have in common on the command line. @module */

import { EXIT } from "../../base/errors.ts";
import type { Commands } from "../../engine/commands.ts";
import type { QuestionHandlers } from "../../engine/questions.ts";
import type { MaintainOutcome, MaintainRequest } from "../../engine/maintain/request.ts";
import { hostName } from "../host.ts";
import type { Context } from "../command.ts";
import { runEngine } from "../engine.ts";
import type { VaultArg } from "../lookup/vault_arg.ts";

/** The part of a request that every such command has. */
export function maintainRequest(context: Context, vault: VaultArg): MaintainRequest {
  return {
    root: vault.root,
    given: vault.given,
    host: hostName(),
    pid: Deno.pid,
    dryRun: context.parsed.has("dry-run"),
    askPlugins: false,
  };
}

/** The commands that take something away from a vault. */
export type ThinCommand = "cleanup" | "prune" | "delete";

/** What plugins have to say about such a command. */
export interface MaintainHooks {
  /** What of the plan stays. */
  protect?: QuestionHandlers["protect"];
  after?: (outcome: MaintainOutcome) => Promise<void>;
}

/** Runs such a command in the engine, a dry run without any right to write; gives the exit code. */
export async function runThinning<K extends ThinCommand>(
  context: Context,
  command: K,
  request: Commands[K]["request"],
  hooks: MaintainHooks = {},
): Promise<number> {
  const outcome = await runEngine(context, {
    command,
    access: request.dryRun ? "look" : "maintain",
    roots: { vault: [request.root] },
    request,
    ...(hooks.protect === undefined ? {} : { answers: { protect: hooks.protect } }),
  });
  if (outcome !== undefined) await hooks.after?.(outcome);
  return (outcome?.errors ?? 0) > 0 ? EXIT.incomplete : EXIT.ok;
}
