/** What a lane has of the other lanes: their wishes for work, ways to give them some, and their messages. @module */

import type { Monotonic } from "../../base/clock.ts";
import type { Task } from "./lane_task.ts";
import type { BatchAnswer, FileBatch } from "./copy/file_batch.ts";

/** How a runner stands to the others. */
export interface WorkSharing {
  /** Takes one wish of a lane that has nothing to do; false when there is none. */
  takeWish(): boolean;
  /** Gives tasks away. */
  give(tasks: Task[]): void;
  /** Has another lane read a part of a directory, after a wish was taken; undefined when none is free after all. */
  share(part: FileBatch): Promise<BatchAnswer | undefined>;
  /** Lets messages in, now and then. */
  yieldToMessages?: () => Promise<void>;
  /** Tells when it has been long since. */
  monotonic: Monotonic;
}

/** How long a lane works before it lets messages in, ms. */
const STRETCH = 4;

/** Lets messages in, now and then. */
export class MessagePause {
  readonly #neighbours: WorkSharing;
  #last: number;

  /** For a lane that stands so to the others. */
  constructor(neighbours: WorkSharing) {
    this.#neighbours = neighbours;
    this.#last = neighbours.monotonic();
  }

  /** Lets them in when it has been long since. */
  async yieldToMessages(): Promise<void> {
    const { yieldToMessages, monotonic } = this.#neighbours;
    if (yieldToMessages === undefined || monotonic() - this.#last <= STRETCH) return;
    await yieldToMessages();
    this.#last = monotonic();
  }
}

/** How a lane stands to others while it is in a directory: they get other directories first, parts of it if there are none. */
export function inDirectory(neighbours: WorkSharing, stack: Task[]): WorkSharing {
  return {
    ...neighbours,
    takeWish: () => {
      if (!neighbours.takeWish()) return false;
      if (stack.length === 0) return true;
      neighbours.give(stack.splice(0, Math.ceil(stack.length / 2)));
      return false;
    },
  };
}
