/** What the commands that take something away from a vault have in common on the command line. @module */

import { EXIT } from "../base/errors.ts";
import type { MaintainOutcome, MaintainRequest } from "../engine/maintain/request.ts";
import { hostName } from "./backup_plan.ts";
import type { Context } from "./command.ts";
import { runEngine } from "./engine.ts";
import type { VaultArg } from "./vault_arg.ts";

/** The part of a request that every such command has. */
export function maintainRequest(context: Context, vault: VaultArg): MaintainRequest {
  return {
    root: vault.root,
    given: vault.given,
    host: hostName(),
    pid: Deno.pid,
    plan: context.parsed.has("dry-run"),
    asked: false,
  };
}

/** Runs such a command, a dry run without any right to write; gives the exit code. */
export async function runMaintain(
  context: Context,
  command: "cleanup" | "prune" | "delete",
  request: MaintainRequest,
): Promise<number> {
  const outcome = await runEngine(context, {
    command,
    access: request.plan ? "look" : "maintain",
    roots: { vault: [request.root] },
    request,
  }) as MaintainOutcome | undefined;
  return (outcome?.errors ?? 0) > 0 ? EXIT.incomplete : EXIT.ok;
}
