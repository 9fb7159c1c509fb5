/** Hashes more than a thread hashes without the system's own, for a test that runs it in a process of its own. @module */

import { sha256, sha256Of } from "../../src/platform/hash.ts";

/** One text's hash, 6,000 times: six million bytes, in one piece and in several by turns. */
export function hashedByAll(): string[] {
  const piece = Uint8Array.from({ length: 1000 }, (_, i) => i >> 1);
  return Array.from({ length: 6000 }, (_, i) => {
    if (i % 2 === 0) return sha256Of(piece);
    const hash = sha256();
    hash.update(piece.subarray(0, 333));
    hash.update(piece.subarray(333));
    return hash.hex();
  });
}
