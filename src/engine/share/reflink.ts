/**
 * Whether a disk shares the blocks of a copy (a reflink), asked of the disk itself: a copy that takes less than a tenth of
 * the time of writing the same has written nothing (design, *Storage is shared where the disk can*).
 * @module
 */

import type { Monotonic } from "../../base/clock.ts";
import type { FileSystem } from "../../base/fs.ts";
import { createFresh, removeQuietly, writeAll } from "../../base/io.ts";

/** What is written to ask with, in bytes. */
const SIZE = 16 << 20;
const PIECE = 1 << 20;

/** A copy that costs no more than this part of the writing shares its blocks. */
const PART = 0.1;

/** What is asked, and where two files may be made and removed again. */
export interface ReflinkProbe {
  fs: FileSystem;
  monotonic: Monotonic;
  /** An absolute path on the disk where nothing is; another is made of it. */
  path: string;
}

/** True when the disk shares the blocks of copies; false also when that cannot be found out. */
export function sharesBlocks({ fs, monotonic, path }: ReflinkProbe): boolean {
  const copy = `${path}-copy`;
  const timed = (work: () => void): number => {
    const started = monotonic();
    work();
    return monotonic() - started;
  };
  try {
    let writing = timed(() => write(fs, path));
    const copying: number[] = [];
    // a hiccup of the machine in one of them must not decide
    for (let i = 0; i < 2; i++) {
      copying.push(timed(() => fs.copyFile(path, copy)));
      if (fs.lstat(copy).size !== SIZE) return false;
      fs.remove(copy);
    }
    if (Math.min(...copying) > writing * PART) return false;
    writing = Math.min(writing, timed(() => write(fs, copy)));
    return Math.min(...copying) <= writing * PART;
  } catch {
    return false;
  } finally {
    removeQuietly(fs, copy);
    removeQuietly(fs, path);
  }
}

/** The flush is no part of what is timed of the writing of `path`: a copy of what only lies in memory has to wait for it. */
function write(fs: FileSystem, path: string): void {
  const piece = new Uint8Array(PIECE);
  for (let i = 0; i < piece.length; i++) piece[i] = (i * 31 + (i >> 8)) & 0xff;
  const file = createFresh(fs, path, 0o600);
  try {
    for (let at = 0; at < SIZE; at += PIECE) {
      piece[0] = at >> 20;
      writeAll(file, piece);
    }
  } finally {
    file.close();
  }
}
