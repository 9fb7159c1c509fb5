/** How long a filter takes over a whole run: many answers in time can still hold a run up for hours. @module */

/** The account of one filter. Pure: the times are the caller's, in ms. */
export class FilterTime {
  readonly #perByte: number;
  #limit: number;
  #open = 0;
  #since = 0;
  #spent = 0;

  /** A filter that may take `base` ms, and `perByte` more for each byte that it is asked about. */
  constructor(base: number, perByte: number) {
    this.#limit = base;
    this.#perByte = perByte;
  }

  /** The limit so far, in whole seconds. */
  get limitSeconds(): number {
    return Math.round(this.#limit / 1000);
  }

  /** It is asked something of `bytes` bytes. */
  ask(now: number, bytes: number): void {
    if (this.#open++ === 0) this.#since = now;
    this.#limit += bytes * this.#perByte;
  }

  /** It answered; true once it took too long, all in all. Time without a question is not its own. */
  answered(now: number): boolean {
    this.#spent += now - this.#since;
    this.#since = now;
    this.#open = Math.max(0, this.#open - 1);
    return this.#spent > this.#limit;
  }
}
