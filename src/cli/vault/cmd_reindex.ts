/** `hikae reindex`. @module */

import { EXIT } from "../../base/errors.ts";
import type { Context } from "../command.ts";
import { runEngine } from "../engine.ts";
import { onlyVaultArg } from "../lookup/vault_arg.ts";

/** Runs the command. */
export async function run(context: Context): Promise<number> {
  const { root, given } = await onlyVaultArg(context);
  const done = await runEngine(context, {
    command: "reindex",
    access: "look",
    roots: { vault: [root] },
    request: { root, given },
  });
  return (done?.errors ?? 0) > 0 ? EXIT.incomplete : EXIT.ok;
}
