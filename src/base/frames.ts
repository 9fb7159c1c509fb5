/**
 * Frames on a byte stream between two processes of hikae: a head of JSON and bytes that need no coding. Pure.
 * Layout: two little-endian 32-bit lengths (head, bytes), then both.
 * @module
 */

import { fromUtf8, utf8 } from "./bytes.ts";

/** A frame. */
export interface Frame {
  head: unknown;
  bytes: Uint8Array<ArrayBuffer>;
}

const LENGTHS = 8;

/** A head is no longer than this, in bytes; larger answers come in parts. */
const LONGEST_HEAD = 64 << 20;
const LONGEST_BYTES = 16 << 20;

/** A frame as it goes over the stream. */
export function packFrame(head: unknown, bytes?: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = utf8(JSON.stringify(head));
  const frame = new Uint8Array(LENGTHS + text.length + (bytes?.length ?? 0));
  const lengths = new DataView(frame.buffer);
  lengths.setUint32(0, text.length, true);
  lengths.setUint32(4, bytes?.length ?? 0, true);
  frame.set(text, LENGTHS);
  if (bytes !== undefined) frame.set(bytes, LENGTHS + text.length);
  return frame;
}

/** The frames of a stream, until it ends; what is no frame ends it with an error. */
export async function* readFrames(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Frame> {
  const source = new ByteQueue(stream);
  try {
    for (;;) {
      const lengths = await source.take(LENGTHS);
      if (lengths === undefined) return;
      const view = new DataView(lengths.buffer, lengths.byteOffset);
      const [head, bytes] = [view.getUint32(0, true), view.getUint32(4, true)];
      if (head > LONGEST_HEAD || bytes > LONGEST_BYTES) throw new Error("this is no frame");
      const [text, rest] = [await source.take(head), await source.take(bytes)];
      if (text === undefined || rest === undefined) throw new Error("a frame was cut off");
      yield { head: JSON.parse(fromUtf8(text)), bytes: rest };
    }
  } finally {
    await source.end();
  }
}

/** A stream taken by counts of bytes. */
class ByteQueue {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  #left = new Uint8Array();

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#reader = stream.getReader();
  }

  /** The next `count` bytes; undefined when the stream ends before. */
  async take(count: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const taken = new Uint8Array(count);
    let have = 0;
    for (;;) {
      const n = Math.min(count - have, this.#left.length);
      taken.set(this.#left.subarray(0, n), have);
      this.#left = this.#left.subarray(n);
      have += n;
      if (have === count) return taken;
      const { done, value } = await this.#reader.read();
      if (done) return undefined;
      this.#left = value;
    }
  }

  async end(): Promise<void> {
    await this.#reader.cancel().catch(() => {});
  }
}
