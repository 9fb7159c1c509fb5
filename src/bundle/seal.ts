/**
 * Bytes compressed by zstd and encrypted to public keys by age, as they come: `age -d | zstd -d` opens them. The
 * cryptography is the library's of age's own project, as it is. @module
 */

import { Decrypter, Encrypter } from "age-encryption";
import type { Transform } from "node:stream";
import { createZstdCompress, createZstdDecompress } from "node:zlib";
import { HikaeError, messageOf } from "../base/errors.ts";
import { text } from "../text/text.ts";
import { Sweep } from "./sweep.ts";

type Bytes = ReadableStream<Uint8Array>;

/** The bytes of a piece that a transform gives. */
const CHUNK = 1 << 17;

/** So many pieces of what a transform gives wait at most. */
const WAITING = 8;

/**
 * The pieces through one of `node:zlib`'s transforms. Each is written when the one before is used up, so its buffer may be
 * used again. By way of `Duplex.toWeb` everything that ever passed would stay in memory.
 */
async function* through(
  transform: Transform,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, undefined> {
  const made: Uint8Array[] = [];
  let wake = (): void => {};
  const sweep = new Sweep();
  let failed: unknown;
  let ended = false;
  transform.on("data", (piece: Uint8Array) => {
    made.push(piece);
    if (made.length >= WAITING) transform.pause();
    wake();
  });
  transform.on("end", () => {
    ended = true;
    wake();
  });
  transform.on("error", (error: unknown) => {
    failed = error ?? new Error("it cannot be read");
    wake();
  });
  /** Gives what is made until `isDone`. */
  async function* until(isDone: () => boolean): AsyncGenerator<Uint8Array> {
    for (;;) {
      const piece = made.shift();
      if (piece !== undefined) {
        sweep.passed(piece.length);
        yield piece;
      } else if (failed !== undefined) throw failed;
      else if (isDone()) return;
      else {
        transform.resume();
        if (!isDone() && made.length === 0) await new Promise<void>((go) => wake = go);
      }
    }
  }
  try {
    for await (const piece of pieces) {
      let used = false;
      transform.write(piece, () => {
        used = true;
        wake();
      });
      yield* until(() => used);
    }
    transform.end();
    yield* until(() => ended);
  } finally {
    transform.destroy();
  }
}

/** Pieces as a stream that asks for each when it is needed. */
function streamOf(pieces: AsyncGenerator<Uint8Array, undefined>): Bytes {
  return new ReadableStream({
    pull: async (controller) => {
      const { value, done } = await pieces.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    cancel: async () => void await pieces.return(undefined),
  }, { highWaterMark: 0 });
}

/** Makes an encrypter; throws `usage` for what is no public key of age's. */
function encrypterTo(recipients: readonly string[]): Encrypter {
  const encrypter = new Encrypter();
  if (recipients.length === 0) throw new HikaeError("usage", text("bundle.no-recipient"));
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient);
    } catch (cause) {
      throw new HikaeError("usage", text("bundle.not-a-key", { key: recipient }), {
        hint: text("bundle.not-a-key-hint"),
        cause,
      });
    }
  }
  return encrypter;
}

/** Throws `usage` unless each is a public key that can be encrypted to. */
export function checkRecipients(recipients: readonly string[]): void {
  encrypterTo(recipients);
}

/** The pieces compressed and encrypted; a piece's buffer may be used again when the next one is asked for. */
export async function seal(
  clear: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  recipients: readonly string[],
): Promise<Bytes> {
  const compressed = through(createZstdCompress({ chunkSize: CHUNK }), clear);
  return await encrypterTo(recipients).encrypt(streamOf(compressed));
}

/** The bytes that {@link seal} was given; throws `damaged` when no identity opens them, reading it fails when they are cut. */
export async function unseal(
  sealed: Bytes,
  identities: readonly string[],
): Promise<AsyncIterable<Uint8Array>> {
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  let compressed: Bytes;
  try {
    compressed = await decrypter.decrypt(sealed);
  } catch (cause) {
    // what the place says of it (other bytes, no answer) is not the key's fault
    if (cause instanceof HikaeError) throw cause;
    throw new HikaeError("damaged", text("bundle.open-volume", { problem: messageOf(cause) }), {
      hint: text("bundle.open-volume-hint"),
      cause,
    });
  }
  return through(createZstdDecompress({ chunkSize: CHUNK }), compressed);
}
