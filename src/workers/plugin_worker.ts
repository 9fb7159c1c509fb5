/**
 * The thread that a plugin runs in, with the permissions that it was granted. Loads the plugin behind the import guard
 * and passes calls to it. Nothing that comes from here is trusted by the process around it.
 * @module
 */

import "../text/own_texts.ts";
import { installImportGuard } from "./import_guard.ts";
import { lockDown } from "./plugin_lockdown.ts";
import { makeConsole } from "./plugin_console.ts";
import { PluginHooks, type PluginLoadOptions } from "./plugin_hooks.ts";
import type { AbortLine, CallLine, WorkerInit, WorkerLine } from "../plugins/wire.ts";
import type { LogLevel } from "../plugins/api.ts";
import { isLanguage } from "../text/languages.ts";
import { speak } from "../text/speak.ts";
import { text } from "../text/text.ts";

const { parse, stringify } = JSON;
const post = MessagePort.prototype.postMessage;
const { apply } = Reflect;

addEventListener("message", (event: MessageEvent<WorkerInit>) => void begin(event.data), {
  once: true,
});

async function begin(init: WorkerInit): Promise<void> {
  const { port, urls, programs, lang } = init;
  if (isLanguage(lang)) await speak(lang);
  const send = (line: WorkerLine): void => {
    apply(post, port, [stringify(line)]);
  };
  const log = (level: LogLevel, message: string): void => send({ kind: "log", level, message });
  const env = Deno.env;
  const hooks = new PluginHooks(send, log, (name) => env.get(name));
  addEventListener("error", (event) => quiet(event, event.error, log));
  addEventListener("unhandledrejection", (event) => quiet(event, event.reason, log));
  installImportGuard(urls);
  lockDown({ console: makeConsole(log, Deno.inspect), navigator: navigatorOf(lang) }, programs);
  const receive = (data: unknown): void => {
    if (typeof data === "number") apply(post, port, [data]); // a ping
    else if (typeof data === "string") void hooks.take(parse(data) as CallLine | AbortLine);
    else void hooks.load(urls[0] ?? "", data as PluginLoadOptions);
  };
  port.onmessage = (event: MessageEvent<unknown>) => receive(event.data);
  apply(post, port, ["locked"]);
}

/** Of what a browser tells of itself, the language: that of hikae, whatever the system's is. */
function navigatorOf(language: string): object {
  return Object.freeze({ language, languages: Object.freeze([language]) });
}

/** Without this, an error that a plugin does not catch would end the whole process before it can be told. */
function quiet(event: Event, error: unknown, log: (level: LogLevel, text: string) => void): void {
  event.preventDefault();
  log("error", text("plugin.uncaught", { problem: describe(error) }));
}

function describe(error: unknown): string {
  try {
    return error instanceof Error ? error.message : `${error}`;
  } catch {
    return text("plugin.something");
  }
}
