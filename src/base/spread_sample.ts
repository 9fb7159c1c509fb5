/** Some of very many things, spread evenly over all of them. @module */

/** Keeps every so-many-th thing that is added, fewer than twice as many as are wanted. */
export class SpreadSample<T> {
  readonly #wanted: number;
  #items: T[] = [];
  #step = 1;
  #seen = 0;

  /** At least `wanted` things, if there are so many. */
  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  /** How many were added. */
  get count(): number {
    return this.#seen;
  }

  /** Those that are kept. */
  get items(): readonly T[] {
    return this.#items;
  }

  /** Adds one. */
  add(item: T): void {
    if (this.#seen++ % this.#step !== 0) return;
    this.#items.push(item);
    if (this.#items.length < 2 * this.#wanted) return;
    this.#items = this.#items.filter((_, i) => i % 2 === 0);
    this.#step *= 2;
  }
}
