/** `hikae list`. @module */

import { EXIT } from "../base/errors.ts";
import { SNAPSHOT_HEAD } from "../report/answers.ts";
import type { RunCommand } from "./command.ts";
import { forEachPart } from "./each_part.ts";
import { argumentsOf, headAbove, runQuery } from "./run_query.ts";

/** Runs the command. */
export const run: RunCommand = async (context) => {
  argumentsOf(context, 0, 0);
  const parts = await forEachPart(context);
  if (parts !== undefined) return parts;
  const above = headAbove("snapshot", SNAPSHOT_HEAD);
  await runQuery(context, { command: "list", request: {}, above });
  return EXIT.ok;
};
