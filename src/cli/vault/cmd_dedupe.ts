/** `hikae dedupe`. @module */

import { EXIT } from "../../base/errors.ts";
import type { Context } from "../command.ts";
import { runEngine } from "../engine.ts";
import { hostName } from "../host.ts";
import { onlyVaultArg } from "../lookup/vault_arg.ts";

/** Runs the command. */
export async function run(context: Context): Promise<number> {
  const { parsed } = context;
  const { root, given } = await onlyVaultArg(context);
  const dryRun = parsed.has("dry-run");
  const done = await runEngine(context, {
    command: "dedupe",
    access: dryRun ? "look" : "maintain",
    roots: { vault: [root] },
    request: {
      root,
      given,
      host: hostName(),
      pid: Deno.pid,
      dryRun,
      mode: parsed.get("share") === "link" ? "link" : "auto",
    },
  });
  return (done?.errors ?? 0) > 0 ? EXIT.incomplete : EXIT.ok;
}
