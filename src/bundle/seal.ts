/**
 * Bytes compressed by zstd and encrypted to public keys by age, as they come: `age -d | zstd -d` opens them. The
 * cryptography is the library's of age's own project, as it is. @module
 */

import { Decrypter, Encrypter } from "age-encryption";
import { Duplex } from "node:stream";
import { createZstdCompress, createZstdDecompress } from "node:zlib";
import { HikaeError, messageOf } from "../base/errors.ts";
import { text } from "../text/text.ts";

type Bytes = ReadableStream<Uint8Array>;
type Through = { readable: Bytes; writable: WritableStream<Uint8Array> };

function through(transform: unknown): Through {
  return Duplex.toWeb(transform as Duplex) as unknown as Through;
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

/** The bytes compressed and encrypted. */
export async function seal(clear: Bytes, recipients: readonly string[]): Promise<Bytes> {
  const compressed = clear.pipeThrough(through(createZstdCompress()));
  return await encrypterTo(recipients).encrypt(compressed);
}

/** The bytes that {@link seal} was given; throws `damaged` when no identity opens them, reading it fails when they are cut. */
export async function unseal(sealed: Bytes, identities: readonly string[]): Promise<Bytes> {
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  let compressed: Bytes;
  try {
    compressed = await decrypter.decrypt(sealed);
  } catch (cause) {
    throw new HikaeError("damaged", text("bundle.open-volume", { problem: messageOf(cause) }), {
      hint: text("bundle.open-volume-hint"),
      cause,
    });
  }
  return compressed.pipeThrough(through(createZstdDecompress()));
}
