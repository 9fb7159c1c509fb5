/** Finds names in a long list, most of them in its order. @module */

/** The whole list may be gone through so many times; after that each name is looked up. */
const TIMES = 4;

/** Where names are: whoever asks in their order needs no table of them all. */
export class NameFinder {
  readonly #count: number;
  readonly #name: (i: number) => string;
  #next = 0;
  /** How many names may still be passed over. */
  #left: number;
  #places: Map<string, number> | undefined;

  /** Of `count` names. */
  constructor(count: number, name: (i: number) => string) {
    this.#count = count;
    this.#name = name;
    this.#left = TIMES * count;
  }

  /** The number of a name. */
  find(name: string): number | undefined {
    if (this.#left <= 0) return (this.#places ??= this.#index()).get(name);
    for (let passed = 0; passed < this.#count; passed++) {
      const i = (this.#next + passed) % this.#count;
      if (this.#name(i) !== name) continue;
      this.#left -= passed;
      this.#next = i + 1;
      return i;
    }
    this.#left -= this.#count;
    return undefined;
  }

  #index(): Map<string, number> {
    const places = new Map<string, number>();
    for (let i = 0; i < this.#count; i++) places.set(this.#name(i), i);
    return places;
  }
}
