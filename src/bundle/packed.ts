/** A long text that is kept compressed until it is written: the paths of a million files are 70 MB, and 10 MB so. @module */

import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { utf8 } from "../base/bytes.ts";
import { Sweep } from "./sweep.ts";

/** So many letters are compressed at once. */
const PIECE = 1 << 17;

/** A text that grows, and gives its bytes in UTF-8 piece by piece, as often as they are asked for. */
export class Packed implements Iterable<Uint8Array> {
  readonly #pieces: Uint8Array[] = [];
  #rest = "";
  #size = 0;

  /** How many bytes it has. */
  get size(): number {
    return this.#size + utf8(this.#rest).length;
  }

  /** Adds to its end. */
  add(text: string): void {
    this.#rest += text;
    if (this.#rest.length < PIECE) return;
    const bytes = utf8(this.#rest);
    this.#size += bytes.length;
    this.#pieces.push(zstdCompressSync(bytes));
    this.#rest = "";
  }

  *[Symbol.iterator](): Generator<Uint8Array> {
    const sweep = new Sweep();
    for (const piece of this.#pieces) {
      const bytes = zstdDecompressSync(piece);
      sweep.passed(bytes.length);
      yield bytes;
    }
    if (this.#rest !== "") yield utf8(this.#rest);
  }
}
