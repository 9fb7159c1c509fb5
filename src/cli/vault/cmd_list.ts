/** `hikae list`. @module */

import { EXIT } from "../../base/errors.ts";
import { snapshotHead } from "../../report/answers.ts";
import { printable } from "../../report/printable.ts";
import { text } from "../../text/text.ts";
import type { RunCommand } from "../command.ts";
import { forEachPart } from "../lookup/each_part.ts";
import { argumentsOf, headAbove, runQuery } from "./run_query.ts";
import { vaultArg } from "../lookup/vault_arg.ts";

/** Runs the command. */
export const run: RunCommand = async (context) => {
  argumentsOf(context, 0, 0);
  const parts = await forEachPart(context);
  if (parts !== undefined) return parts;
  const above = headAbove(context, "snapshot", snapshotHead());
  const vault = await vaultArg(context);
  // of a job with several vaults it is told which one answers
  if (vault.job !== undefined && !context.json) {
    context.say(text("vault.in", { vault: printable(vault.root) }));
  }
  await runQuery(context, { command: "list", request: {}, above }, vault);
  return EXIT.ok;
};
