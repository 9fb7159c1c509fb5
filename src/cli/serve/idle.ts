/** A server that ends by itself when nobody asks it any more. @module */

/** Waits until nothing was heard for a while. */
export class Idle {
  readonly #ms: number;
  readonly #over = Promise.withResolvers<void>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `ms` without a request are enough; undefined for never. */
  constructor(ms: number | undefined) {
    this.#ms = ms ?? Infinity;
    this.heard();
  }

  /** Something was heard: the wait begins again. */
  heard(): void {
    clearTimeout(this.#timer);
    if (this.#ms !== Infinity) this.#timer = setTimeout(() => this.#over.resolve(), this.#ms);
  }

  /** Settles when it was quiet for long enough. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  /** No more waiting. */
  close(): void {
    clearTimeout(this.#timer);
  }
}
