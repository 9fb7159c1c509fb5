/** Plugins that failed, where people and programs look for how a run went. @module */

import type { Message } from "../../base/event.ts";
import type { LastRunNote } from "../../sandbox/last_runs.ts";
import { text } from "../../text/text.ts";
import type { PluginFailure } from "../../plugins/api.ts";
import type { Context } from "../command.ts";

/** Tells of a plugin that failed: an error, or, where the config says to ignore it, a note. */
export function tellFailure(context: Context, message: string, failure: PluginFailure): void {
  if (failure.onError === "ignore") return context.emit({ message_type: "note", message });
  const command = failure.plugin === "command";
  const hint = text(command ? "plugin.command-goes-on-hint" : "plugin.goes-on-hint");
  context.emit({
    message_type: "error",
    path: "",
    during: "plugin",
    code: "plugin",
    message,
    hint,
  });
}

/** A summary with the count of plugins that failed; any other message as it is. */
export function withFailures(message: Message, count: number): Message {
  return message.message_type === "summary" ? { ...message, plugins_failed: count } : message;
}

/** The note for `status` of a run that ended with `exit` and in which plugins failed. */
export function failuresNote(
  failures: readonly PluginFailure[],
  exit: number,
  nowMs: number,
): LastRunNote {
  const [first] = failures;
  const rest = failures.length > 1 ? ` (+${failures.length - 1})` : "";
  const what = first === undefined ? "" : `${first.plugin}, ${first.during}: ${first.message}`;
  const message = `${text("plugin.failed", { n: failures.length })}: ${what}${rest}`.slice(0, 1000);
  return {
    time: new Date(nowMs).toISOString(),
    exit,
    message,
    plugins_failed: failures.length,
  };
}
