/** A file in pieces: records may be larger than the memory that a bundle takes. @module */

import { HikaeError } from "../../base/errors.ts";
import type { FileSystem } from "../../base/fs.ts";
import { text } from "../../text/text.ts";

const CHUNK = 1 << 18;

/**
 * Exactly `size` bytes of a file, in a buffer that is used again; throws `failed` when it has another size by now: a
 * command that thins the vault writes records anew.
 */
export function* piecesOf(fs: FileSystem, path: string, size: number): Generator<Uint8Array> {
  const file = fs.open(path, { read: true });
  try {
    let left = size;
    const buffer = new Uint8Array(CHUNK);
    while (left > 0) {
      const n = file.read(buffer.subarray(0, Math.min(left, CHUNK)));
      if (n === 0) break;
      left -= n;
      yield buffer.subarray(0, n);
    }
    // what a disk tells of a size is not always so: the end is where nothing more is read
    if (left === 0 && file.read(buffer.subarray(0, 1)) === 0) return;
    throw new HikaeError("failed", text("bundle.file-changed"), {
      path,
      hint: text("bundle.file-changed-hint"),
    });
  } finally {
    file.close();
  }
}
