/** Runs rclone: for its text, for its lines one by one, and with lists on its standard input. @module */

import { whyNotStarted } from "./program.ts";
import { shared } from "./words.ts";

/** Lines for the standard input of a program. */
export type Input = readonly string[];

/** rclone ended badly. */
export class RcloneFailure extends Error {
  override readonly name = "Error";
  /** Its exit code: 3 and 4 say that there is no such directory or file. */
  readonly code: number;

  /** `message` is for people, without secrets. */
  constructor(message: string, code: number, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What rclone is run with. */
export interface RcloneSettings {
  program: string;
  /** Added to every call. */
  args: readonly string[];
  signal: AbortSignal;
  /** Texts that no message may hold (a remote with its password), each with what stands there instead. */
  masks: ReadonlyMap<string, string>;
}

/** One way to run rclone. */
export class Rclone {
  readonly #settings: RcloneSettings;

  /** Runs nothing yet. */
  constructor(settings: RcloneSettings) {
    this.#settings = settings;
  }

  /** Runs it to its end; gives what it printed. Throws {@link RcloneFailure}. */
  async text(args: readonly string[], input?: Input): Promise<string> {
    let text = "";
    for await (const line of this.lines(args, input)) text += `${line}\n`;
    return text;
  }

  /** Runs it, line by line. Throws {@link RcloneFailure} at the end when it ended badly. */
  async *lines(args: readonly string[], input?: Input): AsyncGenerator<string, void> {
    const child = this.start(args, {}, input === undefined ? "null" : "piped");
    const fed = feed(child, input);
    const errors = new Response(child.stderr).text();
    let rest = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
    if (rest !== "") yield rest;
    await fed;
    const { code, success } = await child.status;
    if (!success) throw this.failure(code, await errors);
    await errors;
  }

  /** Starts it; what it says is the caller's to read. */
  start(
    args: readonly string[],
    env: Record<string, string> = {},
    stdin: "null" | "piped" = "null",
  ): Deno.ChildProcess {
    const { program, args: more, signal } = this.#settings;
    try {
      return new Deno.Command(program, {
        // no time before its messages: hikae has one
        args: [...args, "--log-format=", "--ask-password=false", ...more],
        env,
        stdin,
        stdout: "piped",
        stderr: "piped",
        signal,
      }).spawn();
    } catch (error) {
      throw new RcloneFailure(
        shared("start", { program, why: whyNotStarted(program, error) }),
        -1,
        { cause: error },
      );
    }
  }

  /** What went wrong, in its own last words. */
  failure(code: number, said: string): RcloneFailure {
    const { program, signal } = this.#settings;
    const how = signal.aborted
      ? shared("stopped", { program })
      : shared("ended", { program, code });
    const words = lastWords(said);
    return new RcloneFailure(
      this.masked(`${how}${words === "" ? "" : `: ${words}`}`),
      code,
    );
  }

  /** A text without what nobody is to read. */
  masked(text: string): string {
    let clean = text;
    for (const [secret, shown] of this.#settings.masks) clean = clean.replaceAll(secret, shown);
    return clean.replace(SECRET, "$1=…");
  }
}

/** A setting of a remote that is written out, however it is quoted. */
const SECRET = /\b(\w*(?:pass|secret|token|key)\w*)=("[^"]*"|[^,:"\s]+)/gi;

/** The last line that is about the matter and not about what to do. */
function lastWords(text: string): string {
  const lines = text.split(/[\r\n]+/).map((line) => line.replace(/^\d{4}\/\S+ \S+ /, "").trim());
  return lines.findLast((line) => line !== "" && !/^(NOTICE|INFO|DEBUG)\b/.test(line)) ?? "";
}

async function feed(child: Deno.ChildProcess, input: Input | undefined): Promise<void> {
  if (input === undefined) return;
  const writer = child.stdin.getWriter();
  const encoder = new TextEncoder();
  try {
    for (let at = 0; at < input.length; at += 1000) {
      await writer.write(encoder.encode(input.slice(at, at + 1000).join("\n") + "\n"));
    }
    await writer.close();
  } catch {
    // it ended before it had read all: its exit code says why
  }
}
