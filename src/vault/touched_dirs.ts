/** The directories in which a run began or ended something: a seal is made anew of these. @module */

import type { Catalog } from "./catalog.ts";

/** So many are remembered by name; of more the index is asked, so that memory does not grow with the tree. */
const MOST = 10_000;
const PAGE = 500;

/** Directories in which something happened, each once. */
export class TouchedDirs {
  readonly #most: number;
  /** Undefined once there are too many. */
  #names: Set<string> | undefined = new Set();
  #last: string | undefined;

  /** None yet; at most so many are remembered by name. */
  constructor(most = MOST) {
    this.#most = most;
  }

  /** Takes one. */
  add(dir: string): void {
    // most come one after the other
    if (this.#names === undefined || dir === this.#last) return;
    this.#last = dir;
    this.#names.add(dir);
    if (this.#names.size > this.#most) this.#names = undefined;
  }

  /** Those of the run `n`, which the index has taken in whole, and maybe others in which it changed nothing. */
  *all(catalog: Catalog, n: number): Generator<string> {
    if (this.#names !== undefined) return yield* this.#names;
    let after: string | undefined;
    for (;;) {
      const page = catalog.dirsBelow("", after, PAGE);
      for (const { dir, newest } of page) if (newest >= n) yield dir;
      after = page.at(-1)?.dir;
      if (page.length < PAGE) return;
    }
  }
}
