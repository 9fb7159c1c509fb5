/** What a command has done, for people. @module */

import type { Context } from "./command.ts";

/** Says what was done; it is no answer, so `--quiet` leaves it out. */
export function sayDone(context: Pick<Context, "quiet" | "say">, text: string): void {
  if (!context.quiet) context.say(text);
}
