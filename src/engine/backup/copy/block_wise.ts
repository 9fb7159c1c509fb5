/**
 * A large file that changes a little, on a disk that shares blocks: its new version begins as a copy of the old one that
 * shares all of it, and only the pieces that differ are written (design, *Storage is shared where the disk can*).
 * @module
 */

import type { FileHandle, FileSystem } from "../../../base/fs.ts";
import { removeIfAny, writeAll } from "../../../base/io.ts";
import { copyContent } from "../../../vault/content.ts";

/** Files of fewer bytes are written whole. */
export const LARGE = 1 << 20;

/** The disk shares blocks of its own size; what differs is written in pieces of this one, in bytes. */
export const PIECE = 64 << 10;

/** So much of the old version is read at once, in bytes. */
const AT_ONCE = 1 << 20;

/** A file that holds the old version, and is made the new one. */
export class PieceWriter {
  /** Bytes that were written. */
  wrote = 0;
  readonly #file: FileHandle;
  readonly #old = new Uint8Array(AT_ONCE);

  /** Of a file that is open to read and to write. */
  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Makes what lies at `at` this, where it is not. */
  write(chunk: Uint8Array, at: number): void {
    for (let from = 0; from < chunk.length; from += AT_ONCE) {
      this.#part(chunk.subarray(from, from + AT_ONCE), at + from);
    }
  }

  #part(part: Uint8Array, at: number): void {
    const old = this.#read(at, part.length);
    let differs = -1;
    for (let from = 0; from <= part.length; from += PIECE) {
      const piece = part.subarray(from, from + PIECE);
      const same = piece.length === 0 || isSame(piece, old.subarray(from, from + PIECE));
      if (!same && differs < 0) differs = from;
      else if (same && differs >= 0) {
        this.#put(part.subarray(differs, from), at + differs);
        differs = -1;
      }
    }
    if (differs >= 0) this.#put(part.subarray(differs), at + differs);
  }

  #put(bytes: Uint8Array, at: number): void {
    this.#file.seek(at);
    writeAll(this.#file, bytes);
    this.wrote += bytes.length;
  }

  #read(at: number, most: number): Uint8Array {
    this.#file.seek(at);
    let have = 0;
    while (have < most) {
      const n = this.#file.read(this.#old.subarray(have, most));
      if (n === 0) break;
      have += n;
    }
    return this.#old.subarray(0, have);
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  const words = (a.byteOffset | b.byteOffset) % 4 === 0 ? a.length >> 2 : 0;
  if (words > 0) {
    const x = new Uint32Array(a.buffer, a.byteOffset, words);
    const y = new Uint32Array(b.buffer, b.byteOffset, words);
    for (let i = 0; i < words; i++) if (x[i] !== y[i]) return false;
  }
  for (let i = words * 4; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Makes `to` a copy of the plain file `base` and opens it; undefined where that cannot be, and nothing is there then. */
export function beginAs(fs: FileSystem, base: string, to: string): FileHandle | undefined {
  try {
    if (fs.lstat(base).type !== "file") return undefined;
    removeIfAny(fs, to);
    copyContent(fs, { file: base }, to);
    // it has the old one's mode, which may keep its owner from writing
    fs.chmod(to, 0o600);
    return fs.open(to, { read: true, write: true });
  } catch {
    try {
      removeIfAny(fs, to);
    } catch {
      // the next run removes what is left under a temporary name
    }
    return undefined;
  }
}
