/** Remembers the vaults that a backup meets, while it runs. @module */

import type { Context } from "../command.ts";
import type { StateDir } from "../state.ts";
import { text } from "../../text/text.ts";

/** What is not remembered is not missed: that guard is then off, and nobody would know; it is told once. */
export function rememberer(
  context: Context,
  state: StateDir,
  source: string,
): (vault: string) => Promise<undefined> {
  let told = false;
  return async (met) => {
    const seen = new Date(context.clock.now()).toISOString();
    const problem = await state.remember({ [met]: { source, seen } });
    if (problem === undefined || told) return undefined;
    told = true;
    context.emit({
      message_type: "note",
      message: text("vault.not-remembered", { problem }),
      path: state.directory ?? "",
    });
    return undefined;
  };
}
