/** `hikae ls`. @module */

import { defined } from "../../base/defined.ts";
import { parseCount } from "../parse_count.ts";
import type { RunCommand } from "../command.ts";
import { fromOriginal } from "./from_original.ts";
import { argumentsOf, runQuery, tellStamp } from "./run_query.ts";
import { withVaultPaths } from "./vault_paths.ts";

/** Runs the command. */
export const run: RunCommand = async (given) => {
  const original = await fromOriginal(given, { words: "first" });
  const context = withVaultPaths(original.context, { points: false });
  const [path] = argumentsOf(context, 0, 1);
  const depth = context.parsed.get("depth");
  const at = context.parsed.get("at");
  const { answer, exit } = await runQuery(context, {
    command: "ls",
    request: {
      ...defined({ path, at }),
      ...(depth === undefined ? {} : { depth: parseCount(depth, "--depth") }),
    },
  });
  if (answer !== undefined) tellStamp(context, answer.stamp);
  return exit;
};
