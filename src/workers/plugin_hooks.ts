/** Loads a plugin, calls its hooks, sends what they answer. Runs beside the plugin's code, in its thread. @module */

import { directoriesOf, type FilterBatch } from "../plugins/batch.ts";
import { type HookName, HOOKS } from "../plugins/entry.ts";
import { slipsOf } from "../plugins/slips.ts";
import { text } from "../text/text.ts";
import type { Host, Json, LogLevel, Progress } from "../plugins/api.ts";
import type { AbortLine, CallLine, WorkerLine } from "../plugins/wire.ts";

type Hook = (this: unknown, ...rest: unknown[]) => unknown;
type HookFacts = Record<string, unknown>;

const setTimer = setTimeout;
const clearTimer = clearTimeout;
const Abort = AbortController;

/** What a plugin is loaded with. */
export interface PluginLoadOptions {
  options: HookFacts;
  /** What it kept in earlier runs. */
  remembered: Record<string, Json>;
}

/** Progress is told this often, ms, and less often the longer a call takes: messages are counted. */
const PROGRESS_MS = 1000;
const now = performance.now.bind(performance);

/** The plugin of this thread. */
export class PluginHooks {
  readonly #send: (line: WorkerLine) => void;
  readonly #log: (level: LogLevel, message: string) => void;
  readonly #env: (name: string) => string | undefined;
  readonly #running = new Set<AbortController>();
  #plugin: Record<string, unknown> = {};
  #options: HookFacts = {};
  #remembered: Record<string, Json> = {};
  #told = 0;
  #toldAt = -PROGRESS_MS;

  /** `env` reads a variable and may throw when it is not granted. */
  constructor(
    send: (line: WorkerLine) => void,
    log: (level: LogLevel, message: string) => void,
    env: (name: string) => string | undefined,
  ) {
    this.#send = send;
    this.#log = log;
    this.#env = env;
  }

  /** Loads the plugin and tells what it says of itself. */
  async load(url: string, { options, remembered }: PluginLoadOptions): Promise<void> {
    this.#options = options;
    this.#remembered = remembered;
    try {
      const module = await import(url) as { default?: unknown };
      const plugin = module.default;
      if (typeof plugin !== "object" || plugin === null) {
        throw new TypeError(text("plugin.no-default"));
      }
      this.#plugin = plugin as Record<string, unknown>;
      this.#send({ kind: "plugin", info: this.#describe() });
    } catch (error) {
      this.#fail(0, error);
    }
  }

  /** Calls a hook, or aborts those that run. */
  async take(line: CallLine | AbortLine): Promise<void> {
    if ("abort" in line) {
      for (const running of this.#running) running.abort();
      return;
    }
    const running = new Abort();
    this.#running.add(running);
    const timer = setTimer(() => running.abort(), line.within);
    try {
      const result = await this.#call(line, running.signal);
      this.#send({ kind: "answer", id: line.id, result });
    } catch (error) {
      this.#fail(line.id, error);
    }
    clearTimer(timer);
    this.#running.delete(running);
  }

  async #call(line: CallLine, signal: AbortSignal): Promise<unknown> {
    const hook = this.#plugin[line.hook] as Hook;
    this.#told = 0;
    const host: Host = {
      log: this.#logLine,
      env: this.#variable,
      remember: this.#remember,
      progress: this.#progress,
      signal,
    };
    const { batch = line.batch, ...facts } = line.argument as HookFacts & { batch?: FilterBatch };
    const context = { ...facts, options: structuredClone(this.#options) };
    if (batch === undefined) {
      const remembered = structuredClone(this.#remembered);
      return await hook.call(this.#plugin, { ...context, remembered }, host);
    }
    const answer = await hook.call(this.#plugin, directoriesOf(batch), context, host);
    return namesToIndexes(answer, batch);
  }

  #describe(): unknown {
    const { name, version, description, options, permissions } = this.#plugin;
    const wants = typeof permissions === "function"
      ? permissions.call(this.#plugin, structuredClone(this.#options))
      : permissions;
    const hooks: HookName[] = HOOKS.filter((hook) => typeof this.#plugin[hook] === "function");
    const slips = slipsOf(this.#plugin);
    return { name, version, description, options, wants, hooks, slips };
  }

  #fail(id: number, error: unknown): void {
    let message = text("plugin.threw-odd");
    let trace = "";
    try {
      message = error instanceof Error
        ? `${error.name}: ${error.message}`
        : `threw ${String(error)}`;
      // what cannot be parsed has its place in the message
      if (error instanceof Error) trace = `${error.message}\n${error.stack}`.slice(0, 8000);
    } catch {
      // What was thrown fights being shown.
    }
    this.#send({ kind: "failure", id, message: message.slice(0, 2000), trace });
  }

  readonly #logLine = (level: LogLevel, message: string): void => {
    this.#log(level, `${message}`);
  };

  readonly #remember = (name: string, value: Json): void => {
    if (value === null) delete this.#remembered[`${name}`];
    else this.#remembered[`${name}`] = structuredClone(value);
    this.#send({ kind: "remember", name: `${name}`, value });
  };

  readonly #progress = (done: Progress): void => {
    const at = now();
    if (at - this.#toldAt < PROGRESS_MS * (1 + Math.floor(this.#told / 60))) return;
    if (this.#told >= 500) return;
    this.#told++;
    this.#toldAt = at;
    this.#send({ kind: "progress", done });
  };

  readonly #variable = (name: string): string | undefined => {
    try {
      return this.#env(name);
    } catch {
      return undefined; // not granted
    }
  };
}

/** A filter may name entries; what travels is their indexes. Anything odd is left for hikae to refuse. */
function namesToIndexes(answer: unknown, batch: FilterBatch): unknown {
  if (typeof answer !== "object" || answer === null) return answer;
  const { leaveOut } = answer as { leaveOut?: unknown };
  if (!Array.isArray(leaveOut)) return answer;
  return {
    ...answer,
    leaveOut: leaveOut.map((list: unknown, d) => toIndexes(list, batch.names[d])),
  };
}

function toIndexes(list: unknown, names: readonly string[] | undefined): unknown {
  if (!Array.isArray(list) || names === undefined) return list;
  if (!list.some((item) => typeof item === "string")) return list;
  const index = new Map(names.map((name, i) => [name, i]));
  return list.map((item: unknown) => typeof item === "string" ? index.get(item) ?? -1 : item);
}
