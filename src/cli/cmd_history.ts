/** `hikae history`. @module */

import { EXIT } from "../base/errors.ts";
import type { RunCommand } from "./command.ts";
import { argumentsOf, runQuery, versionsAbove } from "./run_query.ts";
import { vaultArg } from "./vault_arg.ts";

/** Runs the command. */
export const run: RunCommand = async (context) => {
  const [path] = argumentsOf(context, 1, 1);
  const vault = await vaultArg(context);
  const above = versionsAbove(vault.root);
  await runQuery(context, { command: "history", request: { path }, above }, vault);
  return EXIT.ok;
};
