/** A zip made while it is sent: each entry is stored as its content comes. @module */

import type { Crc32 } from "../base/crc32.ts";
import {
  centralHeader,
  descriptor,
  localHeader,
  zipEnd,
  type ZipHead,
  type ZipWritten,
} from "./zip_format.ts";

/** What goes into a zip. */
export interface ZipInput extends ZipHead {
  /** Exactly `size` bytes in pieces; none for a directory. */
  content?: AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** Small pieces are joined up to so much, in bytes: each one that is sent costs a call. */
const TOGETHER = 1 << 18;

/** The zip of entries, in pieces of any size. Throws what a content throws, and when one is longer or shorter than told. */
export async function* zipStream(
  entries: AsyncIterable<ZipInput>,
  crc32: Crc32,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield* joinSmall(zipPieces(entries, crc32));
}

async function* zipPieces(
  entries: AsyncIterable<ZipInput>,
  crc32: Crc32,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const written: ZipWritten[] = [];
  let offset = 0;
  const sent = (piece: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
    offset += piece.length;
    return piece;
  };
  for await (const { name, mtime, size, content } of entries) {
    const head = { name, mtime, size };
    const at = offset;
    yield sent(localHeader(head));
    let [crc, left] = [0, size];
    for await (const piece of content ?? []) {
      crc = crc32(piece, crc);
      left -= piece.length;
      yield sent(piece);
    }
    if (left !== 0) throw new Error("a content is longer or shorter than its record says");
    if (content !== undefined) yield sent(descriptor({ size, crc }));
    written.push({ ...head, crc, offset: at });
  }
  const start = offset;
  for (const entry of written) yield sent(centralHeader(entry));
  yield zipEnd(written.length, start, offset - start);
}

async function* joinSmall(
  pieces: AsyncIterable<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let held = new Uint8Array(TOGETHER);
  let n = 0;
  for await (const piece of pieces) {
    if (n > 0 && n + piece.length > TOGETHER) {
      yield held.subarray(0, n);
      // whoever took it may still hold it
      [held, n] = [new Uint8Array(TOGETHER), 0];
    }
    if (piece.length >= TOGETHER) yield piece;
    else {
      held.set(piece, n);
      n += piece.length;
    }
  }
  if (n > 0) yield held.subarray(0, n);
}
