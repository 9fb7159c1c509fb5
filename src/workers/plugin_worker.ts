/**
 * The thread that a plugin runs in, with the permissions that it was granted. Loads the plugin behind the import guard
 * and passes calls to it. Nothing that comes from here is trusted by the process around it.
 * @module
 */

import { installImportGuard } from "./import_guard.ts";
import { lockDown } from "./plugin_lockdown.ts";
import { makeConsole } from "./plugin_console.ts";
import { PluginHooks, type PluginLoadOptions } from "./plugin_hooks.ts";
import type { AbortLine, CallLine, WorkerInit, WorkerLine } from "../plugins/wire.ts";
import type { LogLevel } from "../plugins/api.ts";

const { parse, stringify } = JSON;
const post = MessagePort.prototype.postMessage;
const { apply } = Reflect;

addEventListener("message", (event: MessageEvent<WorkerInit>) => begin(event.data), { once: true });

function begin(init: WorkerInit): void {
  const { port, urls, programs } = init;
  const send = (line: WorkerLine): void => {
    apply(post, port, [stringify(line)]);
  };
  const log = (level: LogLevel, message: string): void => send({ kind: "log", level, message });
  const env = Deno.env;
  const hooks = new PluginHooks(send, log, (name) => env.get(name));
  addEventListener("error", (event) => quiet(event, event.error, log));
  addEventListener("unhandledrejection", (event) => quiet(event, event.reason, log));
  installImportGuard(urls);
  lockDown({ console: makeConsole(log, Deno.inspect) }, programs);
  const receive = (data: unknown): void => {
    if (typeof data === "number") apply(post, port, [data]); // a ping
    else if (typeof data === "string") void hooks.take(parse(data) as CallLine | AbortLine);
    else void hooks.load(urls[0] ?? "", data as PluginLoadOptions);
  };
  port.onmessage = (event: MessageEvent<unknown>) => receive(event.data);
  apply(post, port, ["locked"]);
}

/** Without this, an error that a plugin does not catch would end the whole process before it can be told. */
function quiet(event: Event, error: unknown, log: (level: LogLevel, text: string) => void): void {
  event.preventDefault();
  log("error", `uncaught: ${describe(error)}`);
}

function describe(error: unknown): string {
  try {
    return error instanceof Error ? error.message : `${error}`;
  } catch {
    return "something that cannot be shown";
  }
}
