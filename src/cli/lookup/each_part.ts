/** Commands that answer for each source of a job that has several. @module */

import { EXIT } from "../../base/errors.ts";
import { flagsOf, runChild } from "../child.ts";
import type { Context } from "../command.ts";
import { partsNamed } from "./vault_arg.ts";

/** Runs the command once for each source, in a child; undefined when the line names no job with several. */
export async function forEachPart(context: Context): Promise<number | undefined> {
  const parts = await partsNamed(context);
  if (parts.length === 0) return undefined;
  const [, ...more] = context.parsed.args;
  let code: number = EXIT.ok;
  for (const part of parts) {
    context.tell(`== ${part}`);
    const words = [
      context.command.name,
      ...flagsOf(context, new Set(["help"])),
      "--",
      part,
      ...more,
    ];
    const ended = await runChild(context, words);
    if (code === EXIT.ok) code = ended;
  }
  return code;
}
