/** Keeps summaries back until the plugins have spoken: a summary is the last thing that a command says. @module */

import type { Message } from "../../base/event.ts";
import type { Context } from "../command.ts";
import { withFailures } from "./plugin_failures.ts";

/** The context with summaries held back, and what lets them go, each with the count of plugins that failed. */
export function deferSummaries(
  context: Context,
  failed: () => number,
): { context: Context; release(): void } {
  const held: Message[] = [];
  const emit = (message: Message): void => {
    if (message.message_type === "summary") held.push(message);
    else context.emit(message);
  };
  const release = (): void => {
    for (const message of held.splice(0)) context.emit(withFailures(message, failed()));
  };
  return { context: { ...context, emit }, release };
}
