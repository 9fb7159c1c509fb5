/**
 * The process of one plugin (`hikae __plugin-host`): starts the plugin's worker with what it is granted, gives up
 * all rights of its own, and from then on only passes lines: from standard input to the worker, and from the
 * worker, counted and marked with a token, to standard output. Its own thread stays free of the plugin's code and of
 * writes that may wait, so it can tell a worker that blocks, floods or eats memory, and end.
 * @module
 */

import { readLines } from "../plugins/lines.ts";
import {
  type ControlLine,
  ENDS,
  type InitLine,
  MAX_LINE,
  MAX_MESSAGES,
  MAX_UNITS,
  type WorkerInit,
} from "../plugins/wire.ts";
import { text } from "../text/text.ts";
import { isLanguage } from "../text/languages.ts";
import { speak } from "../text/speak.ts";

const KINDS = ["read", "write", "net", "env", "run", "ffi", "sys", "import"] as const;
const BEAT_MS = 100;
/** Without a call to work on, a worker that does not answer for so long has nothing to wait for. */
const IDLE_LIMIT_MS = 10_000;
const BLOCKED_MS = 1000;
/** How long a last word waits for its reader. */
const FLUSH_MS = 500;

/** What answers no call. */
const ASIDE = /^\{"kind":"(log|remember|progress)"/;

/** Runs a plugin's process until its standard input ends; gives the exit code. */
export async function pluginHost(): Promise<number> {
  // Ctrl-C reaches the whole process group; when the plugin has to end is hikae's to say.
  Deno.addSignalListener("SIGINT", () => {});
  const lines = readLines(Deno.stdin.readable, Infinity); // from hikae: as long as a directory wants
  const first = await lines.next();
  if (first.done === true) return 2;
  const init = JSON.parse(first.value) as InitLine;
  if (isLanguage(init.lang)) await speak(init.lang);
  const child = new PluginChild(init);
  await child.start();
  for await (const line of lines) child.pass(line);
  await child.flushed();
  return 0;
}

/** The worker of this process and the account of what it does. */
class PluginChild {
  readonly #init: InitLine;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #theirs: MessagePort;
  readonly #locked = Promise.withResolvers<void>();
  #waiting = 0;
  #messages = 0;
  #units = 0;
  #asked = 0;
  #blocked = false;
  #ended = false;
  readonly #output = new LineQueue();

  constructor(init: InitLine) {
    this.#init = init;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#theirs = port2;
    this.#port.onmessage = (event: MessageEvent<unknown>) => this.#heard(event.data);
    this.#worker = new Worker(new URL("./plugin_worker.ts", import.meta.url), {
      type: "module",
      name: "plugin",
      deno: { permissions: init.permissions },
    });
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#end(text("plugin.thread-ended", { problem: event.message }));
    };
    this.#worker.onmessageerror = () => this.#end(text("plugin.sent-unreadable"));
    this.#worker.onmessage = () => this.#end(text("plugin.sent-past"));
  }

  /** Starts the worker; once it has shut its own doors, gives up this process's rights and loads the plugin. */
  async start(): Promise<void> {
    const { files, options, programs, remembered, lang } = this.#init;
    const urls = files.map((file) => file.url);
    const hello: WorkerInit = { port: this.#theirs, urls, programs, lang };
    this.#worker.postMessage(hello, [this.#theirs]);
    await this.#locked.promise;
    for (const name of KINDS) Deno.permissions.revokeSync({ name });
    this.#tell({ state: "ready" });
    this.#waiting = 1;
    this.#port.postMessage({ options, remembered });
    setInterval(() => this.#beat(), BEAT_MS);
  }

  /** Passes a line to the worker; what it says from now on counts for this call. */
  pass(line: string): void {
    this.#waiting++;
    this.#messages = 0;
    this.#units = 0;
    this.#port.postMessage(line);
  }

  /** Resolves when what was told has been taken, or will not be. */
  flushed(): Promise<void> {
    return this.#output.flushed(FLUSH_MS);
  }

  #heard(data: unknown): void {
    if (this.#ended) return;
    if (typeof data === "number" && data === this.#asked) return this.#answered();
    if (data === "locked" && this.#waiting === 0) return this.#locked.resolve();
    if (typeof data !== "string") return this.#end(text("plugin.sent-no-message"));
    this.#messages++;
    this.#units += data.length;
    if (this.#messages > MAX_MESSAGES || this.#units > MAX_UNITS || data.length > MAX_LINE) {
      return this.#end(text(ENDS.flood.why), ENDS.flood.code);
    }
    if (/[\r\n]/.test(data)) return this.#end(text("plugin.sent-no-message"));
    if (!ASIDE.test(data)) this.#waiting = Math.max(0, this.#waiting - 1);
    this.#write(`m ${data}`);
  }

  #answered(): void {
    this.#asked = 0;
    if (this.#blocked) this.#tell({ state: "unblocked" });
    this.#blocked = false;
  }

  /** Looks whether the worker lives and how much memory there is. */
  #beat(): void {
    const memory = Deno.memoryUsage().rss;
    // at once, and told by the exit code alone: nobody may be there to take a line
    if (memory > this.#init.memory) Deno.exit(ENDS.memory.code);
    if (this.#ended) return;
    const now = Math.ceil(performance.now());
    if (this.#asked === 0) {
      this.#asked = now;
      return this.#port.postMessage(now);
    }
    const silent = now - this.#asked;
    if (silent > BLOCKED_MS && !this.#blocked) {
      this.#blocked = true;
      this.#tell({ state: "blocked" });
    }
    if (silent > IDLE_LIMIT_MS && this.#waiting === 0) {
      this.#end(text(ENDS.blocked.why), ENDS.blocked.code);
    }
  }

  #tell(line: ControlLine): void {
    this.#write(`c ${JSON.stringify(line)}`);
  }

  /** A line end before it too: what a program or a crash left on standard output cannot swallow this line. */
  #write(text: string): void {
    this.#output.add(`\n${this.#init.token} ${text}\n`);
  }

  /** Ends the process, which ends a worker that is stuck, too; `terminate` would not. */
  #end(why: string, code = 1): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#tell({ state: "ended", why });
    void this.flushed().then(() => Deno.exit(code));
  }
}

/**
 * Lines on their way to standard output. They are written beside this thread's work: a pipe that nobody reads may hold
 * a write up for as long as it likes, and never the watch over the plugin.
 */
class LineQueue {
  readonly #encoder = new TextEncoder();
  #waiting: string[] = [];
  #written = Promise.resolve();
  #writing = false;

  /** Adds a line, its end included. */
  add(line: string): void {
    this.#waiting.push(line);
    if (this.#writing) return;
    this.#writing = true;
    this.#written = this.#write();
  }

  /** Resolves when all lines are written, and after `ms` in any case. */
  flushed(ms: number): Promise<void> {
    return Promise.race([this.#written, new Promise<void>((resolve) => setTimeout(resolve, ms))]);
  }

  async #write(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const bytes = this.#encoder.encode(this.#waiting.splice(0).join(""));
        for (let at = 0; at < bytes.length;) at += await Deno.stdout.write(bytes.subarray(at));
      }
    } catch {
      Deno.exit(1); // hikae is gone
    }
    this.#writing = false;
  }
}

if (import.meta.main) Deno.exit(await pluginHost());
