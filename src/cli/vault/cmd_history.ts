/** `hikae history`. @module */

import type { RunCommand } from "../command.ts";
import { fromOriginal } from "./from_original.ts";
import { argumentsOf, runQuery, versionsOf } from "./run_query.ts";
import { withVaultPaths } from "./vault_paths.ts";
import { vaultArg } from "../lookup/vault_arg.ts";

/** Runs the command. */
export const run: RunCommand = async (given) => {
  // the answer has places within the vault, and says which one it is
  const named = !given.json && given.onTerminal !== true;
  const original = await fromOriginal(given, { words: "first", named });
  const context = withVaultPaths(original.context, { points: false });
  const [path] = argumentsOf(context, 1, 1);
  const vault = await vaultArg(context);
  const { exit } = await runQuery(context, {
    command: "history",
    request: { path },
    ...versionsOf(context, vault.root),
  }, vault);
  return exit;
};
