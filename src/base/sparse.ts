/** Holes: runs of zeros that are not written (design, *Storage is shared where the disk can*). Pure but for the file. @module */

import type { FileHandle, FileInfo } from "./fs.ts";
import { writeAll } from "./io.ts";

/** The shortest run of zeros that becomes a hole, and what it is aligned to, in bytes. */
export const HOLE = 4096;

/** True for a file that takes less room than its size: it has holes, or its disk packs it. */
export function isSparse({ blocks, size }: Pick<FileInfo, "blocks" | "size">): boolean {
  return blocks < size;
}

/**
 * Writes `data` at the position `at` of a file, at which it stands; runs of zeros become holes. The file is to be given its
 * size at the end: a hole there is no content yet. Gives how many bytes were written.
 */
export function writeWithHoles(
  file: Pick<FileHandle, "write" | "seek">,
  data: Uint8Array,
  at: number,
): number {
  let start = 0;
  let holes = 0;
  const first = (HOLE - at % HOLE) % HOLE;
  for (let from = first; from < data.length;) {
    let to = from;
    while (to + HOLE <= data.length && isZero(data, to, to + HOLE)) to += HOLE;
    if (to > from) {
      if (from > start) writeAll(file, data.subarray(start, from));
      file.seek(at + to);
      holes += to - from;
      start = from = to;
    }
    from += HOLE;
  }
  if (start < data.length) writeAll(file, data.subarray(start));
  return data.length - holes;
}

function isZero(data: Uint8Array, from: number, to: number): boolean {
  // most blocks begin otherwise
  if (data[from] !== 0 || data[to - 1] !== 0) return false;
  if ((data.byteOffset + from) % 8 === 0) {
    const words = new BigUint64Array(data.buffer, data.byteOffset + from, (to - from) >> 3);
    for (let i = 0; i < words.length; i++) if (words[i] !== 0n) return false;
    return true;
  }
  for (let i = from; i < to; i++) if (data[i] !== 0) return false;
  return true;
}
