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

/** Fills bytes with words, the more seldom the further down the list they stand: they compress as prose does. */
export function fillText(random: Random, bytes: Uint8Array): void {
  const letter = (): number => 97 + Math.floor(random() * random() * 26);
  const words = Array.from(
    { length: 8192 },
    () => Uint8Array.from({ length: 2 + Math.floor(random() * 9) }, letter),
  );
  for (let at = 0; at < bytes.length;) {
    const word = words[Math.floor(words.length ** random()) - 1];
    if (word === undefined) continue;
    bytes.set(word.subarray(0, bytes.length - at), at);
    at += word.length;
    if (at < bytes.length) bytes[at++] = 32;
  }
}
