/** Writes text and Base64 to a file through a buffer, and can take the last part back. @module */

import { systemText } from "../base/system_text.ts";
import { HikaeError } from "../base/errors.ts";
import type { FileHandle } from "../base/fs.ts";
import { text } from "../text/text.ts";

const BUFFER = 1 << 20;

/** The bytes of one piece of content: a multiple of 3, so that the pieces of Base64 join to one. */
export const PIECE = 3 << 17;

/** Where a snapshot is written to; each failure is a {@link HikaeError} and ends the snapshot. */
export class SnapshotSink {
  #file: FileHandle;
  #buffer = new Uint8Array(BUFFER);
  #used = 0;
  #flushed = 0;
  #encoder = new TextEncoder();

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** How many bytes were written. */
  get position(): number {
    return this.#flushed + this.#used;
  }

  /** Writes a text in UTF-8. */
  text(text: string): void {
    let rest = text;
    for (;;) {
      const { read, written } = this.#encoder.encodeInto(rest, this.#buffer.subarray(this.#used));
      this.#used += written;
      if (read === rest.length) return;
      rest = rest.slice(read);
      this.flush();
    }
  }

  /** Writes bytes in Base64. */
  base64(data: Uint8Array): void {
    this.text(data.toBase64());
  }

  /** Forgets everything after `position`. */
  rewind(position: number): void {
    if (position >= this.#flushed) {
      this.#used = position - this.#flushed;
      return;
    }
    this.#attempt(() => {
      this.#file.truncate(position);
      this.#file.seek(position);
    });
    this.#flushed = position;
    this.#used = 0;
  }

  /** Hands everything to the operating system. */
  flush(): void {
    this.#attempt(() => {
      for (let done = 0; done < this.#used;) {
        done += this.#file.write(this.#buffer.subarray(done, this.#used));
      }
    });
    this.#flushed += this.#used;
    this.#used = 0;
  }

  /** Brings everything to the disk. */
  sync(): void {
    this.flush();
    this.#attempt(() => this.#file.sync());
  }

  #attempt(write: () => void): void {
    try {
      write();
    } catch (cause) {
      throw new HikaeError(
        "failed",
        text("portable.write-snapshot", { problem: systemText(cause) }),
        { cause },
      );
    }
  }
}
