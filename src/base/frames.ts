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

/** A frame as it goes over the stream, up to its `bytes` bytes, which follow as they are. */
export function packFrame(head: unknown, bytes = 0): Uint8Array<ArrayBuffer> {
  const text = utf8(JSON.stringify(head));
  const frame = new Uint8Array(LENGTHS + text.length);
  const lengths = new DataView(frame.buffer);
  lengths.setUint32(0, text.length, true);
  lengths.setUint32(4, bytes, true);
  frame.set(text, LENGTHS);
  return frame;
}

/** The frames of a stream of bytes (such as a pipe's), until it ends; what is no frame ends it with an error. */
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

/** A stream of bytes, read into the place where they are to be: chunks that are copied cost twice the time. */
class ByteQueue {
  readonly #reader: ReadableStreamBYOBReader;

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#reader = stream.getReader({ mode: "byob" });
  }

  /** The next `count` bytes; undefined when the stream ends before. */
  async take(count: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    let buffer = new ArrayBuffer(count);
    for (let have = 0; have < count;) {
      const rest = new Uint8Array(buffer, have);
      const { done, value } = await this.#reader.read(rest, { min: rest.length });
      if (value === undefined || (done && have + value.length < count)) return undefined;
      buffer = value.buffer as ArrayBuffer;
      have += value.length;
    }
    return new Uint8Array(buffer);
  }

  async end(): Promise<void> {
    await this.#reader.cancel().catch(() => {});
  }
}
