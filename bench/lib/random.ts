/** Seeded random numbers: the same tree every time. @module */

/** A generator of numbers in [0, 1). */
export type Random = () => number;

/** Mulberry32. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Sizes as they are in real trees: many small, few large. */
export function exponential(random: Random, mean: number): number {
  return Math.floor(-Math.log(1 - random()) * mean);
}

/** Fills bytes that do not compress. */
export function fill(random: Random, bytes: Uint8Array): void {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
  for (let i = 0; i < words.length; i++) words[i] = random() * 4294967296;
}
