/** Lists a directory bit by bit, as long as the machine gives each bit soon. @module */

/** Each entry may take so long, and all of them so much more, ms: on a quiet machine it is 0.003. */
const EACH = 0.02;
const MORE = 50;

/** How many entries lie between two looks at the clock. */
const BETWEEN = 64;

/** A directory that is being listed. */
export interface Bits<T> {
  /** Its entries, as they come. */
  bits: AsyncIterable<T>;
  take: (entry: T) => void;
  /** Milliseconds since any moment. */
  now: () => number;
}

/** Gives how many there are; undefined where they come too slowly: then it is left in the middle. */
export async function listBits<T>({ bits, take, now }: Bits<T>): Promise<number | undefined> {
  let count = 0;
  const started = now();
  for await (const entry of bits) {
    take(entry);
    if (++count % BETWEEN > 0) continue;
    if (now() - started > MORE + count * EACH) return undefined;
  }
  return count;
}
