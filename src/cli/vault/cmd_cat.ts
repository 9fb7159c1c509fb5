/** `hikae cat`. @module */

import { defined } from "../../base/defined.ts";
import { HikaeError } from "../../base/errors.ts";
import type { RunCommand } from "../command.ts";
import { unwritten } from "../output.ts";
import { settleStdout } from "../settle_stdout.ts";
import { fromOriginal } from "./from_original.ts";
import { argumentsOf, runQuery, tellStamp } from "./run_query.ts";
import { withVaultPaths } from "./vault_paths.ts";

/** Runs the command. The content is the answer, with `--json` too. */
export const run: RunCommand = async (given) => {
  const original = await fromOriginal(given, { words: "first" });
  const context = withVaultPaths(original.context, { points: false });
  const [path] = argumentsOf(context, 1, 1);
  const at = context.parsed.get("at");
  const { answer, exit } = await runQuery(context, {
    command: "cat",
    request: { path, ...defined({ at }) },
  });
  // which run "3d" came to; the bytes alone do not tell
  if (at !== undefined && answer !== undefined && answer.stamp !== at.trim()) {
    tellStamp(context, answer.stamp);
  }
  if (answer !== undefined && context.onTerminal !== true) {
    const failure = settleStdout();
    if (failure !== undefined) throw new HikaeError("failed", unwritten(failure));
  }
  return exit;
};
