/** Lists a directory bit by bit, as long as the machine gives each bit soon. @module */

/** Each entry may take so long, and all of them so much more, ms: on a quiet machine it is 0.003. */
const EACH = 0.02;
const MORE = 50;

/** How many entries lie between two looks at the clock. */
const BETWEEN = 512;

/** A directory that is being listed. */
export interface Bits<T, E> {
  /** Its entries, as they come. */
  bits: AsyncIterable<T>;
  /** What is kept of one. */
  take: (entry: T) => E;
  /** Milliseconds since any moment. */
  now: () => number;
}

/** All entries; undefined where they come too slowly. */
export async function listBits<T, E>({ bits, take, now }: Bits<T, E>): Promise<E[] | undefined> {
  const all: E[] = [];
  const started = now();
  for await (const entry of bits) {
    all.push(take(entry));
    if (all.length % BETWEEN > 0) continue;
    if (now() - started > MORE + all.length * EACH) return undefined;
  }
  return all;
}
