/** Which of very many texts were met, in few bytes each: by 64 bits of each. @module */

const FIRST_SLOTS = 1 << 10;
/** A table is made larger when so much of it is taken. */
const FULL = 0.75;

/** Remembers texts by their fingerprints: among a million texts two are alike once in ten million times. */
export class Fingerprints {
  /** Two numbers each, never both 0. */
  #slots = new Uint32Array(2 * FIRST_SLOTS);
  #size = 0;

  /** The bytes that it takes. */
  get bytes(): number {
    return this.#slots.byteLength;
  }

  /** Takes a text; false when it was met before. */
  add(text: string): boolean {
    const [high, low] = fingerprint(text);
    const at = this.#find(high, low);
    if (this.#slots[at] !== 0 || this.#slots[at + 1] !== 0) return false;
    this.#slots[at] = high;
    this.#slots[at + 1] = low;
    if (2 * ++this.#size > FULL * this.#slots.length) this.#grow();
    return true;
  }

  /** Where one is, or would be. */
  #find(high: number, low: number): number {
    const mask = this.#slots.length - 1;
    let at = 2 * low & mask;
    while (
      (this.#slots[at] !== 0 || this.#slots[at + 1] !== 0) &&
      (this.#slots[at] !== high || this.#slots[at + 1] !== low)
    ) at = (at + 2) & mask;
    return at;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(2 * old.length);
    for (let i = 0; i < old.length; i += 2) {
      const [high, low] = [old[i] ?? 0, old[i + 1] ?? 0];
      if (high === 0 && low === 0) continue;
      const at = this.#find(high, low);
      this.#slots[at] = high;
      this.#slots[at + 1] = low;
    }
  }
}

/** 64 bits that depend on every letter and its place. */
function fingerprint(text: string): [number, number] {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 0x9e3779b1);
    b = Math.imul(b ^ c, 0x5f356495);
  }
  a = Math.imul(a ^ a >>> 16, 0x85ebca6b) ^ Math.imul(b ^ b >>> 13, 0xc2b2ae35);
  b = Math.imul(b ^ b >>> 16, 0x85ebca6b) ^ Math.imul(a ^ a >>> 13, 0xc2b2ae35);
  return [a >>> 0, (b >>> 0) || 1];
}
