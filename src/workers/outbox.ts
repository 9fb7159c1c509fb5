/** What one call of the engine says to main: messages in bunches, and data between them, in order. @module */

import type { Message } from "../base/event.ts";
import type { EngineNews } from "../sandbox/channel.ts";

/** Messages travel in bunches: a post costs as much as many messages. */
const BUNCH = 200;

/** A bunch waits no longer than this, ms. */
const LONGEST = 100;

/** The way out of one call. */
export class Outbox {
  readonly #post: (news: EngineNews) => void;
  readonly #call: number;
  #queue: Message[] = [];
  #flushed = 0;

  /** Of the call with this number. */
  constructor(
    post: (news: EngineNews) => void,
    call: number,
  ) {
    this.#post = post;
    this.#call = call;
  }

  /** Takes a message; it is sent with others. */
  readonly emit = (message: Message): void => {
    this.#queue.push(message);
    if (this.#queue.length >= BUNCH || performance.now() - this.#flushed > LONGEST) this.flush();
  };

  /** Sends data, after the messages before it. */
  readonly data = (bytes: Uint8Array): void => {
    this.flush();
    this.#post({ kind: "data", call: this.#call, bytes });
  };

  /** Sends what waits. */
  flush(): void {
    if (this.#queue.length > 0) {
      this.#post({ kind: "messages", call: this.#call, messages: this.#queue });
    }
    this.#queue = [];
    this.#flushed = performance.now();
  }
}
