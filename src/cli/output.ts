/** Where messages go: text or JSON lines on the standard streams, one body of the event port. @module */

import { EXIT, HikaeError, messageOf } from "../base/errors.ts";
import type { Emit, Message } from "../base/event.ts";
import { fold } from "../report/fold.ts";
import { formatMessage } from "../report/text.ts";

/** Messages on a terminal are no wider; what goes to a file or a pipe keeps its lines, to be searched. */
const WIDTH = 80;

/** With --no-progress a terminal gets a whole line this often, which a screen reader can read out. */
const PLAIN_PROGRESS_MS = 30_000;

/** The standard streams, as the flags want them. */
export class Output {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Colours on standard output; each stream has them only where it is a terminal. */
  readonly color: boolean;
  readonly progress: boolean;
  /** True of a command that only looks: what it finds is its answer, also with `--quiet`. */
  looks = false;
  readonly #dry: boolean;
  readonly #errColor: boolean;
  readonly #errWidth: number | undefined;
  readonly #plainProgress: boolean;
  #plainAt = performance.now();
  #line = "";
  readonly #encoder = new TextEncoder();
  #pending = "";

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
    this.#dry = has("dry-run");
    const plain = has("no-color") || this.json || (Deno.env.get("NO_COLOR") ?? "") !== "" ||
      Deno.env.get("TERM") === "dumb";
    const onTerminal = isTerminal("stderr");
    this.color = !plain && isTerminal("stdout");
    this.#errColor = !plain && onTerminal;
    this.#errWidth = onTerminal ? WIDTH : undefined;
    this.#plainProgress = has("no-progress") || Deno.env.get("TERM") === "dumb";
    this.progress = !this.json && !this.quiet && onTerminal;
  }

  /** The event port. */
  readonly emit: Emit = (message: Message): void => {
    if (this.json) {
      // a ready text is for people; JSON has the same as keys. The text of an answer is what was asked for
      const { text, ...plain } = message as Message & { text?: unknown };
      const line = message.message_type === "answer" ? { ...plain, text } : plain;
      this.#out(`${JSON.stringify(line)}\n`);
      return;
    }
    if (message.message_type === "status") return;
    const isError = message.message_type === "error";
    if (this.quiet && !isError && !this.#isAnswer(message)) return;
    const aside = isError || message.message_type === "note";
    const color = aside ? this.#errColor : this.color;
    const text = formatMessage(message, { color, verbose: this.verbose });
    if (text === undefined) return;
    this.clearProgress();
    if (aside) this.#err(`${this.#folded(text)}\n`);
    else this.#out(`${text}\n`);
  };

  /** What was asked for: `--quiet` leaves out only what nobody asked. */
  #isAnswer(message: Message): boolean {
    switch (message.message_type) {
      case "note":
        return false;
      case "summary":
        return message.command === "report";
      case "change":
      case "decision":
        return this.looks || this.#dry;
      default:
        return true;
    }
  }

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
    this.#err(`${this.#folded(text)}\n`);
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
      this.tell("interrupted; what was done stays done, run it again to go on");
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
      ...hintOf(known),
    });
    if (this.verbose && error instanceof Error && error.stack !== undefined) {
      this.#err(`${error.stack}\n`);
    }
    return known?.exit ?? EXIT.failed;
  }

  /** Shows a progress line on a terminal, over the one before. */
  showProgress(text: string): void {
    if (!this.progress || text === this.#line) return;
    if (this.#plainProgress) return this.#tellProgress(text);
    this.flush();
    this.#line = text;
    writeSync(Deno.stderr, this.#encoder.encode(`\r\x1b[K${text}`));
  }

  #tellProgress(text: string): void {
    if (performance.now() - this.#plainAt < PLAIN_PROGRESS_MS) return;
    this.#plainAt = performance.now();
    this.#err(`${text}\n`);
  }

  /** Takes the progress line away. */
  clearProgress(): void {
    if (this.#line === "") return;
    this.#line = "";
    writeSync(Deno.stderr, this.#encoder.encode("\r\x1b[K"));
  }

  #folded(text: string): string {
    return this.#errWidth === undefined ? text : fold(text, this.#errWidth);
  }

  #out(text: string): void {
    // many small writes cost more than the work itself; people and pipes see each bunch at once
    if (this.#pending === "") queueMicrotask(() => this.flush());
    this.#pending += text;
    if (this.#pending.length > 1 << 15) this.flush();
  }

  #err(text: string): void {
    this.flush();
    writeSync(Deno.stderr, this.#encoder.encode(text));
  }

  /** Hands what waits to the system. */
  flush(): void {
    if (this.#pending === "") return;
    const text = this.#pending;
    this.#pending = "";
    writeSync(Deno.stdout, this.#encoder.encode(text));
  }

  /** Ends the output. */
  end(): void {
    this.clearProgress();
    this.flush();
  }
}

function hintOf(known: HikaeError | undefined): { hint?: string } {
  if (known === undefined) {
    return { hint: "run it again with --verbose, and report what it then shows" };
  }
  return known.hint === undefined ? {} : { hint: known.hint };
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
