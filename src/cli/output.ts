/** Where messages go: text or JSON lines on the standard streams, one body of the event port. @module */

import { EXIT, HikaeError, messageOf } from "../base/errors.ts";
import type { Emit, Message } from "../base/event.ts";
import { formatMessage } from "../report/text.ts";

/** The standard streams, as the flags want them. */
export class Output {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: boolean;
  readonly progress: boolean;
  #line = "";
  readonly #encoder = new TextEncoder();
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;

  /** Reads the common flags, before anything else is understood of the line. */
  constructor(words: readonly string[]) {
    const end = words.indexOf("--");
    const flags = end < 0 ? words : words.slice(0, end);
    const has = (name: string, short = ""): boolean =>
      flags.some((w) =>
        w === `--${name}` || (short !== "" && new RegExp(`^-[A-Za-z]*${short}`).test(w))
      );
    this.json = has("json");
    this.quiet = has("quiet", "q");
    this.verbose = has("verbose", "v");
    const plain = has("no-color") || (Deno.env.get("NO_COLOR") ?? "") !== "";
    this.color = !plain && !this.json && isTerminal("stdout");
    this.progress = !this.json && !this.quiet && !has("no-progress") && isTerminal("stderr");
  }

  /** The event port. */
  readonly emit: Emit = (message: Message): void => {
    if (this.json) {
      // a ready text is for people; JSON has the same as keys
      const { text: _text, ...plain } = message as Message & { text?: unknown };
      this.#out(`${JSON.stringify(plain)}\n`);
      return;
    }
    if (message.message_type === "status") return;
    const isError = message.message_type === "error";
    if (this.quiet && !isError) return;
    const text = formatMessage(message, { color: this.color, verbose: this.verbose });
    if (text === undefined) return;
    this.clearProgress();
    if (isError || message.message_type === "note") this.#err(`${text}\n`);
    else this.#out(`${text}\n`);
  };

  /** Text for people: standard output, or standard error with `--json`. */
  say(text: string): void {
    this.clearProgress();
    if (this.json) this.#err(`${text}\n`);
    else this.#out(`${text}\n`);
  }

  /** Text for people that is no answer. */
  tell(text: string): void {
    if (this.quiet) return;
    this.clearProgress();
    this.#err(`${text}\n`);
  }

  /** Data, as it is. */
  write(data: Uint8Array): void {
    this.flush();
    writeSync(Deno.stdout, data);
  }

  /** Reports what ended the program; gives the exit code. */
  failed(error: unknown): number {
    this.clearProgress();
    const known = error instanceof HikaeError ? error : undefined;
    if (known?.id === "interrupted") {
      this.tell("interrupted; what was done so far is kept, the next run goes on from there");
      return EXIT.interrupted;
    }
    const message = known?.message ??
      `hikae met something that it did not expect: ${messageOf(error)}`;
    this.emit({
      message_type: "error",
      path: known?.path ?? "",
      during: "run",
      code: known?.id ?? "internal",
      message,
      ...(known?.hint === undefined ? {} : { hint: known.hint }),
    });
    if (this.verbose && error instanceof Error && error.stack !== undefined) {
      this.#err(`${error.stack}\n`);
    }
    return known?.exit ?? EXIT.failed;
  }

  /** Shows a progress line on a terminal, over the one before. */
  showProgress(text: string): void {
    if (!this.progress || text === this.#line) return;
    this.flush();
    this.#line = text;
    writeSync(Deno.stderr, this.#encoder.encode(`\r\x1b[K${text}`));
  }

  /** Takes the progress line away. */
  clearProgress(): void {
    if (this.#line === "") return;
    this.#line = "";
    writeSync(Deno.stderr, this.#encoder.encode("\r\x1b[K"));
  }

  #out(text: string): void {
    const data = this.#encoder.encode(text);
    this.#pending.push(data);
    this.#pendingBytes += data.length;
    // many small writes cost more than the work itself; people and pipes see each bunch at once
    if (this.#pendingBytes > 1 << 15) this.flush();
    else if (this.#pending.length === 1) queueMicrotask(() => this.flush());
  }

  #err(text: string): void {
    this.flush();
    writeSync(Deno.stderr, this.#encoder.encode(text));
  }

  /** Hands what waits to the system. */
  flush(): void {
    if (this.#pending.length === 0) return;
    const all = new Uint8Array(this.#pendingBytes);
    let at = 0;
    for (const data of this.#pending) {
      all.set(data, at);
      at += data.length;
    }
    this.#pending = [];
    this.#pendingBytes = 0;
    writeSync(Deno.stdout, all);
  }

  /** Ends the output. */
  end(): void {
    this.clearProgress();
    this.flush();
  }
}

function isTerminal(stream: "stdout" | "stderr"): boolean {
  try {
    return Deno[stream].isTerminal();
  } catch {
    return false;
  }
}

/** A reader that went away (`| head`) ends the program quietly, as it ends others. */
function writeSync(stream: { writeSync(data: Uint8Array): number }, data: Uint8Array): void {
  try {
    for (let at = 0; at < data.length;) at += stream.writeSync(data.subarray(at));
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) Deno.exit(EXIT.failed);
    if (error instanceof Deno.errors.WouldBlock) return;
    throw error;
  }
}
