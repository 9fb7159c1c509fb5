/** Starts the process of a plugin and talks to it; ends it when it does not keep to the rules. @module */

import { defined } from "../../base/defined.ts";
import { HikaeError, messageOf } from "../../base/errors.ts";
import {
  checkInfo,
  checkLog,
  checkProgress,
  checkRemember,
  cleanLine,
  WrongAnswer,
} from "../../plugins/answers.ts";
import type {
  HookName,
  PluginInfo,
  PluginProcess,
  StartPlugin,
  StartRequest,
} from "../../plugins/entry.ts";
import { errorText } from "../../plugins/error_text.ts";
import { placeIn, PluginThrew } from "../../plugins/threw.ts";
import { readLines } from "../../plugins/lines.ts";
import { type ControlLine, ENDS, type InitLine, MAX_LINE } from "../../plugins/wire.ts";
import { languageTag, text as say } from "../../text/text.ts";
import { FilterTime } from "./filter_time.ts";
import { type FoundPrograms, grantedPrograms } from "../program/programs.ts";
import { childArguments, childEnvironment, workerPermissions } from "./plugin_spawn.ts";

/** Memory that a plugin's process may take, its start included. */
const MEMORY_BYTES = 768 * 1024 * 1024;
/** How long the process itself may take to come up: no code of the plugin runs in it, and a busy machine took 40 s. */
const START_MS = 180_000;
const CLOSE_MS = 1000;
/** What a plugin may log in a run: lines, and characters in all of them. */
const MAX_LOGS = 1000;
const MAX_LOGGED = 256 * 1024;
/** What a filter may take over a whole run: so many times its limit for a call, and this for each byte of a question. */
const FILTER_CALLS = 10;
const FILTER_MS_PER_BYTE = 0.004;

interface WaitingCall {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  /** True for a question to the filter. */
  filters?: boolean;
}

/** What a test may change of how plugins are started. */
export interface StartSettings {
  /** Gives the worker read permission for everything: only the import guard is left to stand. */
  openRead?: boolean;
  /** The memory limit, in bytes. */
  memory?: number;
  /** How long the process may take to come up, ms. */
  startMs?: number;
  /** Where programs are looked for; without it as this process does. */
  path?: string;
}

/** The {@link StartPlugin} that starts real processes. */
export function pluginStarter(settings: StartSettings = {}): StartPlugin {
  return async (request) => {
    const { run } = request.grants;
    const names = run === true ? [] : run ?? [];
    const programs = grantedPrograms(request.label, names, settings.path);
    const client = new PluginClient(request, settings, programs);
    try {
      await client.started();
      return client;
    } catch (error) {
      await client.close();
      throw error;
    }
  };
}

class PluginClient implements PluginProcess {
  readonly #request: StartRequest;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #token = crypto.randomUUID();
  readonly #waiting = new Map<number, WaitingCall>();
  readonly #lines: AsyncGenerator<string, void>;
  #hearing = false;
  #heardOut = Promise.resolve();
  #info: PluginInfo | undefined;
  #nextId = 1;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #blocked = false;
  #closing = false;
  #logs = 0;
  #logged = 0;
  readonly #filter: FilterTime;
  readonly #memory: number;
  readonly #startMs: number;
  #errors = "";
  #failure: HikaeError | undefined;

  constructor(request: StartRequest, settings: StartSettings, programs: FoundPrograms) {
    this.#request = request;
    this.#memory = settings.memory ?? MEMORY_BYTES;
    this.#startMs = settings.startMs ?? START_MS;
    this.#filter = new FilterTime(request.timeoutMs * FILTER_CALLS, FILTER_MS_PER_BYTE);
    this.#child = new Deno.Command(Deno.execPath(), {
      args: childArguments(request.grants),
      clearEnv: true,
      env: {
        ...childEnvironment(request.grants),
        ...defined({ PATH: settings.path }),
      },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#lines = readLines(this.#child.stdout, MAX_LINE + 100);
    const init: InitLine = {
      token: this.#token,
      files: request.files,
      permissions: workerPermissions(request, settings.openRead === true, programs),
      options: request.options,
      remembered: request.remembered ?? {},
      memory: this.#memory,
      programs,
      lang: languageTag(),
    };
    this.#write(JSON.stringify(init));
  }

  /** Waits for the plugin to be loaded. */
  async started(): Promise<void> {
    this.#watch(this.#startMs);
    const { signal } = this.#request;
    const stop = (): void => this.#fail(say("plugin.start-interrupted"));
    signal?.addEventListener("abort", stop);
    const said = await new Promise((resolve, reject) => {
      this.#waiting.set(0, { resolve, reject });
      setTimeout(() => this.#listen()); // after the first line is under way
    }).finally(() => signal?.removeEventListener("abort", stop));
    this.#info = this.#checked(() => checkInfo(said));
  }

  get info(): PluginInfo {
    if (this.#info === undefined) throw new Error("the plugin is not started");
    return this.#info;
  }

  call(hook: HookName, argument: unknown, batch?: string): Promise<unknown> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const id = this.#nextId++;
    const within = Math.max(1, Math.round(this.#request.timeoutMs * 0.9));
    const text = JSON.stringify({ id, hook, within, argument });
    const line = batch === undefined ? text : `{"batch":${batch},${text.slice(1)}`;
    if (hook === "filter") this.#filter.ask(performance.now(), line.length);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, filters: hook === "filter" });
      if (this.#timer === undefined) this.#watch(this.#request.timeoutMs);
      this.#write(line);
      this.#listen();
    });
  }

  abort(): void {
    if (this.#failure === undefined && !this.#closing) this.#write('{"abort":true}');
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#unwatch();
    const kill = setTimeout(() => this.#kill(), CLOSE_MS);
    const closed = this.#failure === undefined && this.#input.close().catch(() => {});
    await this.#listen();
    await closed;
    await this.#child.status;
    await this.#child.stderr.cancel().catch(() => {}); // read by now when there was anything to say
    clearTimeout(kill);
    for (const waiting of this.#waiting.values()) waiting.reject(this.#error(say("plugin.ended")));
    this.#waiting.clear();
  }

  /**
   * Listens while something is awaited, and in the end. Never without need: on Windows a read that waits holds
   * one of the runtime's threads, of which there are four for each processor; were all held by plugins with
   * nothing to say, no question could be written to any.
   */
  #listen(): Promise<void> {
    if (!this.#hearing) this.#heardOut = this.#hear();
    return this.#heardOut;
  }

  async #hear(): Promise<void> {
    this.#hearing = true;
    try {
      while (this.#waiting.size > 0 || this.#closing) {
        const line = await this.#lines.next();
        if (line.done === true) return await this.#ended();
        this.#heard(line.value);
      }
    } catch (error) {
      this.#fail(messageOf(error));
    } finally {
      this.#hearing = false;
    }
  }

  async #ended(): Promise<void> {
    if (this.#failure !== undefined || this.#closing) return;
    const decoder = new TextDecoder();
    for await (const chunk of this.#child.stderr) {
      this.#errors = (this.#errors + decoder.decode(chunk, { stream: true })).slice(-4096);
    }
    const status = await this.#child.status;
    const end = Object.values(ENDS).find((e) => e.code === status.code);
    if (end !== undefined) return this.#fail(this.#endText(end.why));
    this.#fail(
      say("plugin.process-ended", { code: String(status.code), words: this.#lastWords() }),
    );
  }

  #endText(why: (typeof ENDS)[keyof typeof ENDS]["why"]): string {
    if (why !== ENDS.memory.why) return say(why);
    return say("plugin.memory-most", { most: String(Math.round(this.#memory / 1048576)) });
  }

  /** A line without the token is from nobody we know: a program that the plugin started, or a forgery. */
  #heard(line: string): void {
    const mark = this.#token.length + 1;
    if (!line.startsWith(`${this.#token} `) || this.#failure !== undefined) return;
    try {
      const value: unknown = JSON.parse(line.slice(mark + 2));
      if (line.charAt(mark) === "c") this.#control(value as ControlLine);
      else this.#message(value);
    } catch (error) {
      this.#fail(say("plugin.sent-bad", { problem: messageOf(error) }));
    }
  }

  #control(line: ControlLine): void {
    if (line.state === "ended") this.#fail(errorText(String(line.why)));
    else this.#blocked = line.state === "blocked";
    if (line.state === "ready") this.#watch(this.#request.timeoutMs);
  }

  #message(value: unknown): void {
    if (typeof value !== "object" || value === null) {
      throw new WrongAnswer(say("plugin.no-object"));
    }
    const line = value as Record<string, unknown>;
    if (line["kind"] === "log") return this.#takeLog(line);
    if (line["kind"] === "remember") {
      const { name, value } = checkRemember(line);
      return this.#request.remember?.(name, value);
    }
    if (line["kind"] === "progress") {
      return this.#request.progress?.(checkProgress(line["done"]));
    }
    const id = line["kind"] === "plugin" ? 0 : line["id"];
    const waiting = typeof id === "number" ? this.#waiting.get(id) : undefined;
    if (typeof id !== "number" || waiting === undefined) {
      throw new WrongAnswer(say("plugin.answer-to-nothing"));
    }
    if ((id === 0) !== (line["kind"] === "plugin") && line["kind"] !== "failure") {
      throw new WrongAnswer(say("plugin.answer-kind"));
    }
    this.#waiting.delete(id);
    if (waiting.filters === true && this.#filter.answered(performance.now())) {
      waiting.reject(this.#error(say("plugin.filter-slow", { s: this.#filter.limitSeconds })));
      return this.#fail(say("plugin.filter-slow", { s: this.#filter.limitSeconds }));
    }
    if (this.#waiting.size === 0) this.#unwatch();
    else this.#watch(this.#request.timeoutMs);
    if (line["kind"] === "failure") {
      const place = placeIn(line["trace"], this.#request.files);
      waiting.reject(new PluginThrew(cleanLine(errorText(String(line["message"]))), place));
    } else waiting.resolve(id === 0 ? line["info"] : line["result"]);
  }

  #takeLog(line: Record<string, unknown>): void {
    const { level, message } = checkLog(line);
    if (this.#logs > MAX_LOGS) return;
    const text = cleanLine(message);
    this.#logged += text.length;
    if (this.#logs++ < MAX_LOGS && this.#logged <= MAX_LOGGED) {
      return this.#request.log(level, text);
    }
    this.#logs = MAX_LOGS + 1;
    this.#request.log("warn", say("plugin.logs-cut", { n: MAX_LOGS }));
  }

  /** The time limit: from the oldest question, or from the last answer, since one thread answers them all. */
  #watch(ms: number): void {
    this.#unwatch();
    this.#timer = setTimeout(() => {
      const how = this.#blocked ? say("plugin.blocks") : say("plugin.no-answer");
      this.#fail(say("plugin.time-over", { how, seconds: ms / 1000 }));
    }, ms);
  }

  #unwatch(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #write(line: string): void {
    this.#input.write(new TextEncoder().encode(`${line}\n`)).catch(() => {}); // its end is told by #hear
  }

  #fail(why: string): void {
    if (this.#failure !== undefined || (this.#closing && this.#waiting.size === 0)) return;
    this.#failure = this.#error(why);
    this.#unwatch();
    this.#kill();
    for (const waiting of this.#waiting.values()) waiting.reject(this.#failure);
    this.#waiting.clear();
  }

  #kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // it has ended by itself
    }
    this.#input.abort().catch(() => {});
  }

  #error(why: string): HikaeError {
    return new HikaeError("plugin", cleanLine(why));
  }

  #checked<T>(check: () => T): T {
    try {
      return check();
    } catch (error) {
      throw error instanceof HikaeError ? error : this.#error(messageOf(error));
    }
  }

  #lastWords(): string {
    if (/heap out of memory|heap limit/i.test(this.#errors)) return say("plugin.out-of-memory");
    const line = errorText(this.#errors.trim());
    return line === "" ? "" : `: ${cleanLine(line, 300)}`;
  }
}
