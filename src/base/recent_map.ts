/** A map that forgets what was not asked for lately. @module */

/** Keeps between `most` and twice as many entries; what is asked for stays. */
export class RecentMap<K, V> {
  readonly #most: number;
  #recent = new Map<K, V>();
  #older = new Map<K, V>();

  /** With the number of entries that it keeps at least. */
  constructor(most: number) {
    this.#most = most;
  }

  /** What is kept for a key. */
  get(key: K): V | undefined {
    const recent = this.#recent.get(key);
    if (recent !== undefined) return recent;
    const older = this.#older.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  /** Keeps a value. */
  set(key: K, value: V): void {
    this.#recent.set(key, value);
    if (this.#recent.size < this.#most) return;
    // one by one out of a large map is slow: it looks past all that went before
    this.#older = this.#recent;
    this.#recent = new Map();
  }
}
