/** Numbers of things kept by two numbers, in few bytes each: what a million of them take must not show. @module */

/** Slots at most: 84 MB, enough for three million keys. */
const MOST_SLOTS = 1 << 22;
const FIRST_SLOTS = 1 << 10;
/** A table is made larger when so much of it is taken. */
const FULL = 0.75;
/** What stands for a number that is none: it must be found again. */
const NONE = -Number.MAX_VALUE;

/** A signed number for each pair of numbers that was met. */
export class Balances {
  readonly #mostSlots: number;
  #keys = new Float64Array(2 * FIRST_SLOTS);
  #numbers = new Int32Array(FIRST_SLOTS);
  #taken = new Uint8Array(FIRST_SLOTS);
  #size = 0;

  /** With room for three quarters of `mostSlots` keys, a power of two. */
  constructor(mostSlots = MOST_SLOTS) {
    this.#mostSlots = Math.max(mostSlots, FIRST_SLOTS);
  }

  /** The bytes that it takes. */
  get bytes(): number {
    return this.#keys.byteLength + this.#numbers.byteLength + this.#taken.byteLength;
  }

  /** The number of a pair; 0 for one that was never met. */
  of(a: number, b: number): number {
    const [x, y] = [found(a), found(b)];
    const at = this.#find(x, y);
    return this.#taken[at] === 1 ? this.#numbers[at] ?? 0 : 0;
  }

  /** Adds to the number of a pair; false when there is no room for a new one. */
  add(a: number, b: number, n: number): boolean {
    const [x, y] = [found(a), found(b)];
    let at = this.#find(x, y);
    if (this.#taken[at] === 0) {
      if (!this.#makeRoom()) return false;
      at = this.#find(x, y);
      this.#put(at, x, y, 0);
    }
    this.#numbers[at] = (this.#numbers[at] ?? 0) + n;
    return true;
  }

  #put(at: number, x: number, y: number, n: number): void {
    this.#taken[at] = 1;
    this.#keys[2 * at] = x;
    this.#keys[2 * at + 1] = y;
    this.#numbers[at] = n;
    this.#size++;
  }

  /** Where a pair is, or would be. */
  #find(x: number, y: number): number {
    const mask = this.#taken.length - 1;
    let at = spread(x, y) & mask;
    while (this.#taken[at] === 1 && (this.#keys[2 * at] !== x || this.#keys[2 * at + 1] !== y)) {
      at = (at + 1) & mask;
    }
    return at;
  }

  /** True when one more pair fits: those that are even again go first. */
  #makeRoom(): boolean {
    const slots = this.#taken.length;
    if (this.#size < FULL * slots) return true;
    const alive = this.#numbers.reduce((sum, n) => sum + (n === 0 ? 0 : 1), 0);
    if (2 * alive < FULL * slots) this.#moveTo(slots);
    else if (slots < this.#mostSlots) this.#moveTo(2 * slots);
    return this.#size < FULL * this.#taken.length;
  }

  #moveTo(slots: number): void {
    const [keys, numbers] = [this.#keys, this.#numbers];
    this.#keys = new Float64Array(2 * slots);
    this.#numbers = new Int32Array(slots);
    this.#taken = new Uint8Array(slots);
    this.#size = 0;
    for (const [i, n] of numbers.entries()) {
      if (n === 0) continue;
      const [x, y] = [keys[2 * i] ?? 0, keys[2 * i + 1] ?? 0];
      this.#put(this.#find(x, y), x, y, n);
    }
  }
}

/** A number that equals itself. */
function found(n: number): number {
  return Number.isNaN(n) ? NONE : n;
}

const BITS = new DataView(new ArrayBuffer(16));

/** 32 bits that depend on all bits of both. */
function spread(x: number, y: number): number {
  BITS.setFloat64(0, x);
  BITS.setFloat64(8, y);
  let h = 0x9747b28c;
  for (let at = 0; at < 16; at += 4) {
    h = Math.imul(h ^ BITS.getUint32(at), 0x85ebca6b);
    h = Math.imul(h ^ h >>> 15, 0xc2b2ae35);
  }
  return (h ^ h >>> 16) >>> 0;
}
