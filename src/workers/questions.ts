/** Questions of a thread of the engine to main, and their answers. @module */

import { fromPlainError } from "../base/errors.ts";
import type { EngineAnswer, EngineReply } from "../sandbox/channel.ts";

/** What was asked and is not answered yet. */
export class Questions {
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #post: (reply: Extract<EngineReply, { kind: "ask" }>) => void;
  #last = 0;

  /** Asks by `post`. */
  constructor(post: (reply: Extract<EngineReply, { kind: "ask" }>) => void) {
    this.#post = post;
  }

  /** Asks main; throws what main answers with when it cannot. */
  readonly ask = (question: unknown): Promise<unknown> => {
    const waiting = Promise.withResolvers<unknown>();
    const id = ++this.#last;
    this.#waiting.set(id, waiting);
    this.#post({ kind: "ask", id, question });
    return waiting.promise;
  };

  /** Takes an answer. */
  take({ id, answer, error }: EngineAnswer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(answer);
    else waiting?.reject(fromPlainError(error));
  }
}
