/** `hikae cat`. @module */

import { EXIT } from "../base/errors.ts";
import type { RunCommand } from "./command.ts";
import { argumentsOf, look } from "./look.ts";

/** Runs the command. The content is the answer, with `--json` too. */
export const run: RunCommand = async (context) => {
  const [path] = argumentsOf(context, 1, 1);
  const at = context.parsed.get("at");
  await look(context, { command: "cat", request: { path, ...(at === undefined ? {} : { at }) } });
  return EXIT.ok;
};
