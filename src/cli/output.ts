/** Where messages go: text or JSON lines on the standard streams, one body of the event port. @module */

import { EXIT, HikaeError, isFull, messageOf } from "../base/errors.ts";
import type { Emit, Message } from "../base/event.ts";
import { ByDirectory } from "../report/by_directory.ts";
import { fold } from "../report/wrap_text.ts";
import { fitting } from "../report/display_width.ts";
import { printableJson, printableLines, withoutNumber } from "../report/printable.ts";
import { formatMessage } from "../report/text.ts";
import { text } from "../text/text.ts";
import { variable } from "./platform.ts";
import { Stream } from "./stream.ts";

/** Messages on a terminal are no wider; what goes to a file or a pipe keeps its lines, to be searched. */
const WIDTH = 80;
/** Below this nothing is broken any more. */
const NARROWEST = 40;

/** What is told in sentences and columns; paths that can be pasted are in the others. */
const FOLDED: ReadonlySet<string> = new Set(["summary", "snapshot", "job_status", "decision"]);

/** With --no-progress a terminal gets a whole line this often, which a screen reader can read out. */
const PLAIN_PROGRESS_MS = 30_000;

/** The exit code by which shells know a program that ended because nobody reads it: 128 and SIGPIPE. */
const UNREAD = 141;

/**
 * The standard streams, as the flags want them. What is said for people passes one place on its way out, which writes
 * out control characters, wherever the text came from. Nothing here throws when it cannot be written.
 */
export class Output {
  readonly json: boolean;
  /** True where standard output is a terminal. */
  readonly onTerminal: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Colours on standard output; each stream has them only where it is a terminal. */
  readonly color: boolean;
  readonly progress: boolean;
  /** True of a command that only looks: what it finds is its answer, also with `--quiet`. */
  looks = false;
  /** True of a command that does no more than answer: without a reader it has nothing left to do. */
  answers = true;
  /** The vault of this line as its words name it, for hints that say VAULT. */
  vault: string | undefined;
  readonly #stdout = new Stream(Deno.stdout);
  readonly #stderr = new Stream(Deno.stderr);
  readonly #dry: boolean;
  readonly #errColor: boolean;
  readonly #errWidth: number | undefined;
  readonly #plainProgress: boolean;
  #plainAt = performance.now();
  #line = "";
  readonly #encoder = new TextEncoder();
  #pending = "";
  #byDirectory: ByDirectory | undefined;

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
    this.#dry = has("dry-run", "n");
    if (this.#dry && !this.verbose) this.#byDirectory = new ByDirectory();
    const plain = has("no-color") || this.json || (variable("NO_COLOR") ?? "") !== "" ||
      variable("TERM") === "dumb";
    const onTerminal = isTerminal("stderr");
    this.onTerminal = isTerminal("stdout");
    this.color = !plain && this.onTerminal;
    this.#errColor = !plain && onTerminal;
    this.#errWidth = onTerminal ? columnsOf() : undefined;
    this.#plainProgress = has("no-progress") || variable("TERM") === "dumb";
    this.progress = !this.json && !this.quiet && onTerminal;
  }

  /** The event port. */
  readonly emit: Emit = (made: Message): void => {
    const message = this.#named(made);
    if (this.json) {
      // a ready text is for people; JSON has the same as keys. The text of an answer is what was asked for
      const { text, ...plain } = message as Message & { text?: unknown };
      const line = message.message_type === "answer" ? { ...plain, text } : plain;
      // by it directories are told in order for people; a dry run says the same as diff after the run
      if (line.message_type === "change") delete (line as { size?: unknown }).size;
      this.#out(`${printableJson(JSON.stringify(line))}\n`);
      return;
    }
    if (message.message_type === "status") return;
    const isError = message.message_type === "error";
    if (this.quiet && !isError && !this.#isAnswer(message)) {
      if (message.message_type === "summary") this.#tellDirectories();
      return;
    }
    const aside = isError || message.message_type === "note";
    const color = aside ? this.#errColor : this.color;
    this.#gatherRemoval(message);
    const said = formatMessage(message, { color, verbose: this.verbose, narrow: this.narrow });
    if (said === undefined) return;
    this.clearProgress();
    if (aside) this.#err(`${this.#folded(said)}\n`);
    else this.#answerLine(message, said);
  };

  /** A message whose hint names the vault, so that the line can be typed as it stands. */
  #named(message: Message): Message {
    const { vault } = this;
    if (vault === undefined || message.message_type !== "error") return message;
    const { hint } = message;
    if (typeof hint !== "string") return message;
    return {
      ...message,
      hint: hint.replace(/\b(hikae [a-z]+) VAULT\b/g, (_, h) => `${h} ${vault}`),
    };
  }

  /** Has what is removed told by directory, before the summary. */
  tellRemovals(): void {
    if (!this.verbose && !this.#dry) this.#byDirectory = new ByDirectory(0);
  }

  /** A run that is not dry names no path, only where it removed how much. */
  #gatherRemoval(message: Message): void {
    if (this.#dry || this.#byDirectory === undefined || message.message_type !== "decision") return;
    if (!message.keep && message.to !== undefined) this.#byDirectory.take(message, "");
  }

  /** What a dry run says of paths waits for its summary, to be told by directory where it is much. */
  #answerLine(message: Message, said: string): void {
    const { message_type: type } = message;
    // of portable snapshots and indexes each is named: they are no paths of a tree
    const about = type === "change" || type === "decision" && message.to !== undefined;
    if (about && this.#byDirectory !== undefined) this.#byDirectory.take(message, said);
    else {
      if (type === "summary") this.#tellDirectories();
      // on a terminal sentences are broken; what is there to be copied stays whole
      const folds = this.onTerminal && FOLDED.has(type);
      const lines = folds ? fold(said, this.columns()) : said;
      this.#out(`${printableLines(lines, this.color)}\n`);
    }
  }

  #tellDirectories(): void {
    for (const line of this.#byDirectory?.lines() ?? []) {
      this.#out(`${printableLines(line, this.color)}\n`);
    }
  }

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
    else this.#out(`${printableLines(text, false)}\n`);
  }

  /** Text for people that is no answer. */
  tell(text: string): void {
    if (this.quiet) return;
    this.clearProgress();
    this.#err(`${this.#folded(text)}\n`);
  }

  /** Data, as it is. */
  write(data: Uint8Array): void {
    this.clearProgress();
    this.flush();
    this.#answer(data);
  }

  /** Reports what ended the program; gives the exit code. */
  failed(error: unknown): number {
    this.clearProgress();
    const known = error instanceof HikaeError ? error : undefined;
    if (known?.id === "interrupted") {
      this.tell(text("usage.interrupted"));
      return EXIT.interrupted;
    }
    const message = known?.message ??
      text("usage.bug", { problem: messageOf(error) });
    this.emit({
      message_type: "error",
      path: known?.path ?? "",
      during: "run",
      code: known?.id ?? "internal",
      message,
      ...hintOf(known),
    });
    // of a slip in the command line the message says all
    const isSlip = known?.id === "usage";
    if (this.verbose && !isSlip && error instanceof Error && error.stack !== undefined) {
      this.#err(`${error.stack}\n`);
    }
    return known?.exit ?? EXIT.failed;
  }

  /** True where answers are read on a terminal on which their columns do not fit. */
  get narrow(): boolean {
    return this.onTerminal && !this.json && columnsOf() < WIDTH;
  }

  /** The columns that lines of standard output may take. */
  columns(): number {
    return this.onTerminal ? columnsOf() : WIDTH;
  }

  /** Shows a progress line on a terminal, over the one before. */
  showProgress(text: string): void {
    if (!this.progress || text === this.#line) return;
    if (this.#plainProgress) return this.#tellProgress(text);
    this.flush();
    this.#line = text;
    // one that wraps could not be written over
    const line = fitting(printableLines(text, false), (this.#errWidth ?? WIDTH) - 1);
    this.#stderr.write(this.#encoder.encode(`\r\x1b[K${line}`));
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
    this.#stderr.write(this.#encoder.encode("\r\x1b[K"));
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
    this.#stderr.write(this.#encoder.encode(printableLines(text, this.#errColor)));
  }

  /** Hands what waits to the system. */
  flush(): void {
    if (this.#pending === "") return;
    const text = this.#pending;
    this.#pending = "";
    this.#answer(this.#encoder.encode(text));
  }

  /** Writes to standard output. Where the answer is all there is to do, one that cannot be given ends the program. */
  #answer(data: Uint8Array): void {
    if (this.#stdout.write(data) || !this.answers) return;
    if (!this.#stdout.abandoned) {
      this.#err(`${text("label.error")} ${unwritten(this.#stdout.failure)}\n`);
    }
    Deno.exit(this.#stdout.abandoned && Deno.build.os !== "windows" ? UNREAD : EXIT.failed);
  }

  /** Ends the output. */
  end(): void {
    this.clearProgress();
    this.#tellDirectories();
    this.flush();
  }
}

function hintOf(known: HikaeError | undefined): { hint?: string } {
  if (known === undefined) {
    return { hint: text("usage.bug-hint") };
  }
  return known.hint === undefined ? {} : { hint: known.hint };
}

/** The width of the terminal, as far as lines are broken for it: from 40 to 80 columns. */
function columnsOf(): number {
  try {
    const { columns } = Deno.consoleSize();
    return columns === 0 ? WIDTH : Math.max(NARROWEST, Math.min(WIDTH, columns));
  } catch {
    // no console to be asked
    return WIDTH;
  }
}

function isTerminal(stream: "stdout" | "stderr"): boolean {
  try {
    return Deno[stream].isTerminal();
  } catch {
    return false;
  }
}

/** An answer that does not fit on the disk, in one line. */
export function unwritten(why: Error | undefined): string {
  if (why !== undefined && isFull(why)) return text("output.full");
  return text("output.failed", { why: why === undefined ? "" : withoutNumber(messageOf(why)) });
}

/** Says what a command has done, for people; it is no answer, so `--quiet` leaves it out. */
export function sayDone(
  context: { quiet: boolean; say: (text: string) => void },
  text: string,
): void {
  if (!context.quiet) context.say(text);
}
