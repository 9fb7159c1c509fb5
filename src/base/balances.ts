/** Numbers of things kept by two numbers, in twelve bytes each: what a million of them take must not show. @module */

/** Slots at most: 50 MB, enough for three million pairs. */
const MOST_SLOTS = 1 << 22;
const FIRST_SLOTS = 1 << 10;
/** A table is made larger when so much of it is taken. */
const FULL = 0.75;
/** Of each slot: 64 bits that stand for a pair, and its number. */
const WIDTH = 3;

/** A signed number for each pair of numbers that was met; of a million pairs two are taken for one once in ten million times. */
export class Balances {
  readonly #mostSlots: number;
  #table = new Int32Array(WIDTH * FIRST_SLOTS);
  #size = 0;

  /** With room for three quarters of `mostSlots` pairs, a power of two. */
  constructor(mostSlots = MOST_SLOTS) {
    this.#mostSlots = Math.max(mostSlots, FIRST_SLOTS);
  }

  /** The bytes that it takes. */
  get bytes(): number {
    return this.#table.byteLength;
  }

  /** The number of a pair; 0 for one that was never met. */
  of(a: number, b: number): number {
    return this.#table[this.#find(print(a, b, 1), print(a, b, 2)) + 2] ?? 0;
  }

  /** Adds to the number of a pair; false when there is no room for a new one. */
  add(a: number, b: number, n: number): boolean {
    const [place, mark] = [print(a, b, 1), print(a, b, 2)];
    let at = this.#find(place, mark);
    if (this.#table[at + 1] === 0) {
      if (!this.#makeRoom()) return false;
      at = this.#find(place, mark);
      this.#put(at, place, mark);
    }
    this.#table[at + 2] = (this.#table[at + 2] ?? 0) + n;
    return true;
  }

  #put(at: number, place: number, mark: number): void {
    this.#table[at] = place;
    this.#table[at + 1] = mark;
    this.#size++;
  }

  /** Where a pair is, or would be. */
  #find(place: number, mark: number): number {
    const slots = this.#table.length / WIDTH;
    let slot = place & slots - 1;
    for (;;) {
      const at = WIDTH * slot;
      const there = this.#table[at + 1];
      if (there === 0 || there === mark && this.#table[at] === place) return at;
      slot = slot + 1 & slots - 1;
    }
  }

  /** True when one more pair fits: those that are even again go first. */
  #makeRoom(): boolean {
    const slots = this.#table.length / WIDTH;
    if (this.#size < FULL * slots) return true;
    let uneven = 0;
    for (let at = 2; at < this.#table.length; at += WIDTH) if (this.#table[at] !== 0) uneven++;
    if (2 * uneven < FULL * slots) this.#moveTo(slots);
    else if (slots < this.#mostSlots) this.#moveTo(2 * slots);
    return this.#size < FULL * this.#table.length / WIDTH;
  }

  #moveTo(slots: number): void {
    const old = this.#table;
    this.#table = new Int32Array(WIDTH * slots);
    this.#size = 0;
    for (let i = 0; i < old.length; i += WIDTH) {
      const [place = 0, mark = 0, n = 0] = [old[i], old[i + 1], old[i + 2]];
      if (n === 0) continue;
      const at = this.#find(place, mark);
      this.#put(at, place, mark);
      this.#table[at + 2] = n;
    }
  }
}

const BITS = new DataView(new ArrayBuffer(16));

/** 32 bits that depend on all bits of both, never 0. */
function print(a: number, b: number, seed: number): number {
  BITS.setFloat64(0, a);
  BITS.setFloat64(8, b);
  let h = Math.imul(seed, 0x9e3779b1);
  for (let at = 0; at < 16; at += 4) {
    h = Math.imul(h ^ BITS.getUint32(at), 0x85ebca6b);
    h = Math.imul(h ^ h >>> 15, 0xc2b2ae35);
  }
  return h ^ h >>> 16 || 1;
}
