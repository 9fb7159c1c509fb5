/** `hikae find`. @module */

import { text } from "../../text/text.ts";
import type { RunCommand } from "../command.ts";
import { argumentsOf, runQuery, versionsOf } from "./run_query.ts";
import { vaultArg } from "../lookup/vault_arg.ts";

/** Runs the command. */
export const run: RunCommand = async (context) => {
  const [glob] = argumentsOf(context, 1, 1);
  const vault = await vaultArg(context);
  const request = { glob, ignoreCase: context.parsed.has("ignore-case") };
  const { answer: count, exit } = await runQuery(context, {
    command: "find",
    request,
    ...versionsOf(context, vault.root),
  }, vault);
  if (count === 0 && !context.json) context.tell(text("find.nothing"));
  return exit;
};
