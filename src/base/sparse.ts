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
 * Writes `data` at the position `at` of a new file, at which it stands; runs of zeros become holes, a part of a block at
 * either end of `data` too (a piece ends where it was read to, not where a block does). Whoever wrote 4 KiB or more gives the
 * file its size at the end: a hole there is no content yet. Gives how many bytes were written.
 */
export function writeWithHoles(
  file: Pick<FileHandle, "write" | "seek">,
  data: Uint8Array,
  at: number,
): number {
  let start = 0;
  let holes = 0;
  for (let from = 0; from < data.length;) {
    let to = from;
    while (to < data.length && isHole(data, to, at)) to = blockEnd(data, to, at);
    if (to > from) {
      if (from > start) writeAll(file, data.subarray(start, from));
      file.seek(at + to);
      holes += to - from;
      start = from = to;
    }
    from = blockEnd(data, from, at);
  }
  if (start < data.length) writeAll(file, data.subarray(start));
  return data.length - holes;
}

/** Where the block ends that has the byte `from` of `data`, which lies at `at`. */
function blockEnd(data: Uint8Array, from: number, at: number): number {
  return Math.min(data.length, from + HOLE - (at + from) % HOLE);
}

/** True where from `from` to its block's end all is zero; what is shorter than a block stays whole in the file's first one. */
function isHole(data: Uint8Array, from: number, at: number): boolean {
  const end = blockEnd(data, from, at);
  return (end - from === HOLE || at + from >= HOLE) && isZero(data, from, end);
}

function isZero(data: Uint8Array, from: number, to: number): boolean {
  // most blocks begin otherwise
  if (data[from] !== 0 || data[to - 1] !== 0) return false;
  if ((data.byteOffset + from) % 8 === 0 && (to - from) % 8 === 0) {
    const words = new BigUint64Array(data.buffer, data.byteOffset + from, (to - from) >> 3);
    for (let i = 0; i < words.length; i++) if (words[i] !== 0n) return false;
    return true;
  }
  for (let i = from; i < to; i++) if (data[i] !== 0) return false;
  return true;
}
