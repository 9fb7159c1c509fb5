/** Frees buffers that nobody has any more, where many pass in a short time. @module */

/** After so many bytes of pieces the engine of JavaScript is to look for those that nobody has any more. */
const SWEEP = 1 << 20;

/**
 * Has the pieces freed that nobody has any more. Their bytes lie outside of the heap, and are freed when its young part
 * is full, which so few objects make it seldom: 60 MB of them would wait in each thread. So as many bytes of objects are
 * made as there were bytes of pieces; that takes no time that can be measured, where a collection that is asked for
 * takes 50 ms.
 */
export class Sweep {
  #bytes = 0;
  #litter: unknown;

  /** Told of each piece. */
  passed(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < SWEEP) return;
    this.#bytes = 0;
    for (let i = 0; i < SWEEP >> 14; i++) this.#litter = new Array(2048).fill(i);
    this.#litter = undefined;
  }
}
