/**
 * Whether a disk shares the blocks of a copy (a reflink), asked of the disk itself: a copy that takes less than a tenth of
 * the time of writing the same, and hardly longer than that of a small file, has written nothing (design, *Storage is shared
 * where the disk can*). The writing alone does not tell: on a busy machine it takes as long as it likes.
 * @module
 */

import type { Monotonic } from "../../base/clock.ts";
import type { FileSystem } from "../../base/fs.ts";
import { createFresh, lstatIfAny, removeQuietly, writeAll } from "../../base/io.ts";

/** What is written to ask with, in bytes. */
const SIZE = 16 << 20;
const PIECE = 1 << 20;

/** A copy that costs no more than this part of the writing may share its blocks. */
const PART = 0.1;
/** So small a file is copied in no time by any disk, in bytes. */
const SMALL = 64 << 10;
/** A copy that writes takes at least so many times as long for 256 times as much. */
const TIMES = 20;
/** So often each is copied: the quickest is the one that nothing got in the way of. */
const TRIES = 4;

/** A disk that answers a question later than this is far away, ms: it is asked with one piece before it is with all. */
const FAR = 1;
/** A copy of a piece there that takes longer than this, ms, and than this part of its writing, has written it. */
const [LATE, HALF] = [20, 0.5];

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
  const quickest = (size: number, tries: number): number => {
    let best = Infinity;
    for (let i = 0; i < tries; i++) {
      best = Math.min(best, timed(() => fs.copyFile(path, copy)));
      if (fs.lstat(copy).size !== size) return Infinity;
      fs.remove(copy);
    }
    return best;
  };
  try {
    if (timed(() => lstatIfAny(fs, path)) > FAR) {
      const piece = timed(() => write(fs, path, PIECE));
      // the first copy waits for the flush of what was written, on any disk
      const copied = quickest(PIECE, 2);
      if (copied > LATE && copied > piece * HALF) return false;
      fs.remove(path);
    }
    let writing = timed(() => write(fs, path, SIZE));
    // a hiccup of the machine in one of them must not decide
    let copying = quickest(SIZE, 2);
    if (copying > writing * PART) return false;
    writing = Math.min(writing, timed(() => write(fs, copy, SIZE)));
    fs.remove(copy);
    copying = Math.min(copying, quickest(SIZE, TRIES - 2));
    if (copying > writing * PART) return false;
    fs.remove(path);
    write(fs, path, SMALL);
    return copying < quickest(SMALL, TRIES) * TIMES;
  } catch {
    return false;
  } finally {
    removeQuietly(fs, copy);
    removeQuietly(fs, path);
  }
}

/** The flush is no part of what is timed of the writing of `path`: a copy of what only lies in memory has to wait for it. */
function write(fs: FileSystem, path: string, size: number): void {
  const piece = new Uint8Array(Math.min(size, PIECE));
  // a disk that compresses keeps what it can in many small parts, which a copy shares one by one
  for (let i = 0, x = 1; i < piece.length; i++) piece[i] = x = Math.imul(x, 0x41c64e6d) + i >>> 7;
  const file = createFresh(fs, path, 0o600);
  try {
    for (let at = 0; at < size; at += PIECE) {
      piece[0] = at >> 20;
      writeAll(file, piece);
    }
  } finally {
    file.close();
  }
}
