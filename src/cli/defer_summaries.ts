/** Keeps summaries back until the plugins have spoken: a summary is the last thing that a command says. @module */

import type { Message } from "../base/event.ts";
import type { Context } from "./command.ts";

/** The context with summaries held back, and what lets them go. */
export function deferSummaries(context: Context): { context: Context; release(): void } {
  const held: Message[] = [];
  const emit = (message: Message): void => {
    if (message.message_type === "summary") held.push(message);
    else context.emit(message);
  };
  const release = (): void => {
    for (const message of held.splice(0)) context.emit(message);
  };
  return { context: { ...context, emit }, release };
}
