/** Reads a file through a buffer whose unread part can be looked at. @module */

import type { FileHandle } from "../base/fs.ts";

const BUFFER = 1 << 20;

/** The bytes of a file, in order. */
export class SnapshotSource {
  #file: FileHandle;
  #onFill: () => void;
  /** The buffer; `start` to `end` is what was read from the file and not yet taken. */
  readonly buffer = new Uint8Array(BUFFER);
  start = 0;
  end = 0;
  #offset = 0;

  /** Reads from the beginning of `file`; `onFill` is called before each read and may throw. */
  constructor(file: FileHandle, onFill: () => void = () => {}) {
    this.#file = file;
    this.#onFill = onFill;
    file.seek(0);
  }

  /** The position in the file of the next byte. */
  get position(): number {
    return this.#offset + this.start;
  }

  /** Reads more behind what is unread; false at the end of the file (or when the buffer is full). */
  fill(): boolean {
    this.#onFill();
    if (this.start > 0) {
      this.buffer.copyWithin(0, this.start, this.end);
      this.#offset += this.start;
      this.end -= this.start;
      this.start = 0;
    }
    if (this.end === this.buffer.length) return false;
    const n = this.#file.read(this.buffer.subarray(this.end));
    this.end += n;
    return n > 0;
  }

  /** Goes back to a {@link position}. */
  rewind(position: number): void {
    this.#file.seek(position);
    this.#offset = position;
    this.start = this.end = 0;
  }

  /** Leaves out the next `count` bytes. */
  skip(count: number): void {
    const unread = this.end - this.start;
    if (count <= unread) {
      this.start += count;
      return;
    }
    this.rewind(this.position + count);
  }
}
