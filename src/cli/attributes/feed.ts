/**
 * A program that is started before main gives up its rights and is fed through its standard input later. It can do
 * nothing but what its arguments say, in the directory that it was started in.
 * @module
 */

import { utf8 } from "../../base/bytes.ts";

/** How a program came to its end. */
export interface FeedEnd {
  /** What it printed and nobody took yet. */
  bytes: Uint8Array<ArrayBuffer>;
  complaints: string[];
  code: number;
}

/** What GNU's `xargs` says with its own exit code, a call failed: its complaint is told. Others say 1. */
const XARGS_FAILED = 123;

/** True when a program did not do all its work: a complaint has its own line, and an exit code of its own. */
export function isBroken({ code, complaints }: FeedEnd): boolean {
  return code !== 0 && !((code === XARGS_FAILED || code === 1) && complaints.length > 0);
}

/** How a program is started. */
export interface FeedOptions {
  cwd?: string;
  env?: Readonly<Record<string, string>>;
}

/** Complaints beyond this many bytes are not kept. */
const MOST_COMPLAINTS = 1 << 20;

/** One program. */
export class Feed {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<unknown>;
  readonly #complaining: Promise<unknown>;
  #pieces: Uint8Array[] = [];
  #complaints = "";
  #ended = false;
  readonly #spoken = Promise.withResolvers<boolean>();

  /** Starts `program`. */
  constructor(program: string, args: readonly string[], { cwd, env = {} }: FeedOptions) {
    const windows = Deno.build.os === "windows";
    this.#child = new Deno.Command(program, {
      args: [...args],
      ...(cwd === undefined ? {} : { cwd }),
      clearEnv: !windows,
      windowsRawArguments: windows,
      // complaints are told apart by their words
      env: windows ? env : { LC_ALL: "C", PATH: "/usr/bin:/bin", ...env },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#reading = this.#read();
    this.#complaining = this.#listen();
  }

  async #read(): Promise<void> {
    try {
      for await (const piece of this.#child.stdout) {
        this.#pieces.push(piece);
        this.#spoken.resolve(true);
      }
    } finally {
      this.#spoken.resolve(false);
    }
  }

  async #listen(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const piece of this.#child.stderr) {
      if (this.#complaints.length < MOST_COMPLAINTS) {
        this.#complaints += decoder.decode(piece, { stream: true });
      }
    }
  }

  /** Hands it bytes; one that has ended takes none, and tells why at its end. */
  async put(bytes: string | Uint8Array): Promise<void> {
    try {
      await this.#input.write(typeof bytes === "string" ? utf8(bytes) : bytes);
    } catch {
      this.#ended = true;
    }
  }

  /** Waits until it has printed something; false when it ended without a word, and takes none then. */
  spoken(): Promise<boolean> {
    return this.#spoken.promise;
  }

  /** What it has printed since it was asked last. */
  taken(): Uint8Array<ArrayBuffer> {
    const pieces = this.#pieces;
    this.#pieces = [];
    const all = new Uint8Array(pieces.reduce((n, p) => n + p.length, 0));
    let at = 0;
    for (const p of pieces) {
      all.set(p, at);
      at += p.length;
    }
    return all;
  }

  /** Ends its input and waits for it. */
  async end(): Promise<FeedEnd> {
    await this.#input.close().catch(() => {});
    await Promise.all([this.#reading, this.#complaining]).catch(() => {});
    const { code } = await this.#child.status;
    const complaints = this.#complaints.split("\n").filter((line) => line !== "");
    return { bytes: this.taken(), complaints, code: this.#ended && code === 0 ? 1 : code };
  }

  /** Ends it whatever it does. */
  drop(): void {
    this.#input.close().catch(() => {});
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // it has ended by itself
    }
    this.#child.status.catch(() => {});
  }
}
