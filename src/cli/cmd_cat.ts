/** `hikae cat`. @module */

import { EXIT, HikaeError } from "../base/errors.ts";
import type { RunCommand } from "./command.ts";
import { argumentsOf, look } from "./look.ts";

/** Runs the command. */
export const run: RunCommand = async (context) => {
  const [path] = argumentsOf(context, 1, 1);
  if (context.json && !context.parsed.has("explain-permissions")) {
    throw new HikaeError("usage", "cat: the content is no JSON", { hint: "leave out --json" });
  }
  const at = context.parsed.get("at");
  await look(context, { command: "cat", request: { path, ...(at === undefined ? {} : { at }) } });
  return EXIT.ok;
};
