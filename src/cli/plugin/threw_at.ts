/** What an author is told of where a plugin threw. @module */

import { HikaeError } from "../../base/errors.ts";
import { type CodePlace, PluginThrew } from "../../plugins/threw.ts";
import { cleanText } from "../../plugins/answers.ts";
import { text } from "../../text/text.ts";
import type { Context } from "../command.ts";
import { excerpt } from "../excerpt.ts";

/**
 * Tells a plugin's own error in three lines: what, where, and that line of its code; gives the exit code. Throws what is
 * no such error.
 */
export function tellThrew(context: Context, error: unknown): number {
  const place = error instanceof HikaeError && error.cause instanceof PluginThrew
    ? error.cause.place
    : undefined;
  if (!(error instanceof HikaeError) || place === undefined) throw error;
  const { path, line, column } = place;
  context.emit({
    message_type: "error",
    path: "",
    during: "plugin",
    code: error.id,
    message: error.message,
    hint: text("plugin.threw-at", { file: path, line, column }),
    ...(context.json ? { line, column } : {}),
  });
  if (!context.json) tellLine(context, place);
  return error.exit;
}

function tellLine(context: Context, { path, line, column }: CodePlace): void {
  try {
    const code = Deno.readTextFileSync(path).split(/\r?\n/)[line - 1] ?? "";
    const lines = `${"\n".repeat(line - 1)}${cleanText(code, 2000)}`;
    context.tell(excerpt(lines, line, column, context.columns));
  } catch {
    // it has gone meanwhile: the place is told
  }
}
