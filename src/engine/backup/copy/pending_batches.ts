/** Parts of directories on their way from one lane to another, as the engine keeps track of them. @module */

import type { Lane } from "../lane.ts";
import type { BatchAnswer, FileBatch } from "./file_batch.ts";

/** Told what came of a part; undefined when nobody read it. */
export type Done = (answer: BatchAnswer | undefined) => void;

/** Who reads which part, and who waits for it. */
export class PendingBatches {
  readonly #under = new Map<number, { lane: number; done: Done }>();
  #own: { part: FileBatch; done: Done } | undefined;
  #next = 0;

  /** A part that `lane` reads; gives its number. */
  add(lane: number, done: Done): number {
    this.#under.set(this.#next, { lane, done });
    return this.#next++;
  }

  /** A part was read. */
  end(id: number, answer: BatchAnswer | undefined): void {
    const under = this.#under.get(id);
    this.#under.delete(id);
    under?.done(answer);
  }

  /** A lane broke: who waits for it goes on without. */
  drop(lane: number): void {
    for (const [id, under] of this.#under) if (under.lane === lane) this.end(id, undefined);
  }

  /** A part for the engine's own lane; false when it has one. */
  giveOwn(part: FileBatch, done: Done): boolean {
    if (this.#own !== undefined) return false;
    this.#own = { part, done };
    return true;
  }

  /** The engine's own lane does nothing more. */
  dropOwn(): void {
    this.#own?.done(undefined);
    this.#own = undefined;
  }

  /** What the engine's own lane is to do next; who waits is told even if it throws. */
  takeOwn(): ((own: Lane) => Promise<void>) | undefined {
    const own = this.#own;
    this.#own = undefined;
    if (own === undefined) return undefined;
    return async (lane) => {
      let answer: BatchAnswer | undefined;
      try {
        answer = await lane.fetch(own.part);
      } finally {
        own.done(answer);
      }
    };
  }
}
