/** Questions to a person, or to lines from a pipe. @module */

import { utf8 } from "../base/bytes.ts";
import { text } from "../text/text.ts";

/** Thrown when the person leaves, or the lines end. */
export class Left extends Error {
  override readonly name = "Left";
}

/** An answer that is taken, or why it is not. */
export type Taken<T> = { value: T } | { problem: string };

/** So often a question is asked: who has no answer by then is no person. */
const MOST_ASKED = 50;

/** The lines of a stream of bytes. */
async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const piece of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}

/** A word of an answer in small letters; letters and digits of full width, as an input method gives them, are plain ones. */
export function plainWord(answer: string): string {
  return answer.normalize("NFKC").trim().toLowerCase();
}

/** Asks, one question after the other. */
export class Interview {
  readonly #lines: AsyncGenerator<string>;
  readonly #write: (bytes: Uint8Array) => void;

  /** Answers come from `input`, questions go to `write`. */
  constructor(
    input: ReadableStream<Uint8Array<ArrayBuffer>>,
    write: (bytes: Uint8Array) => void,
  ) {
    this.#lines = linesOf(input);
    this.#write = write;
  }

  /** Asks until an answer is taken, so often at most; an empty one is `usual`. Throws {@link Left}. */
  async ask<T>(question: string, usual: string, take: (answer: string) => Taken<T>): Promise<T> {
    for (let asked = 0; asked < MOST_ASKED; asked++) {
      this.#write(utf8(usual === "" ? `${question}: ` : `${question} [${usual}]: `));
      const { done, value } = await this.#lines.next();
      if (done === true) {
        // what comes next begins a line of its own
        this.#write(utf8("\n"));
        throw new Left();
      }
      if (plainWord(value) === "q") throw new Left();
      const answer = value.trim() === "" ? usual : value.trim();
      const taken = answer === "" ? { problem: text("init.no-answer") } : take(answer);
      if ("value" in taken) return taken.value;
      this.#write(utf8(`${text("init.again", { problem: taken.problem })}\n`));
      // a signal is only heard between two turns of the event loop, and a pipe may have lines without end
      await new Promise((resolve) => setTimeout(resolve));
    }
    throw new Left();
  }

  /** Asks for yes or no. */
  async sure(question: string, usual: "yes" | "no"): Promise<boolean> {
    return await this.ask(question, usual, (answer) => {
      const word = plainWord(answer);
      if (/^(y(es)?|はい)$/.test(word)) return { value: true };
      if (/^(no?|いいえ)$/.test(word)) return { value: false };
      return { problem: text("init.no-choice", { choices: "yes / no" }) };
    });
  }

  /** No more questions. */
  async end(): Promise<void> {
    await this.#lines.return(undefined);
  }
}
