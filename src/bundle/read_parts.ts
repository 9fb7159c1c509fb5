/** What comes out of any store: bytes held against their hash, and manifests against their names. @module */

import { HikaeError } from "../base/errors.ts";
import type { NewHash } from "../base/hash.ts";
import { text } from "../text/text.ts";
import { parseManifest } from "./manifest.ts";
import { DIGITS, parseName } from "./names.ts";
import type { NamedManifest } from "./store.ts";

/** Reads a manifest; throws `damaged` when its content is not that of its name, or when it is of another vault. */
export function manifestOf(
  bytes: Uint8Array,
  { name, vault }: { name: string; vault: string },
  newHash: NewHash,
): NamedManifest {
  const hash = newHash();
  hash.update(bytes);
  const parsed = parseName(name);
  if (parsed?.kind !== "manifest" || hash.hex().slice(0, DIGITS) !== parsed.digits) {
    throw otherHash(name);
  }
  const manifest = parseManifest(new TextDecoder().decode(bytes), name);
  if (manifest.stamp !== parsed.stamp) throw otherHash(name);
  if (manifest.vault !== vault) {
    throw new HikaeError("damaged", text("bundle.other-vault", { vault: manifest.vault }), {
      path: name,
      hint: text("bundle.other-vault-hint"),
    });
  }
  return { ...manifest, name };
}

/** The pieces as a stream that fails at its end unless they have the volume's hash. */
export function hashedStream(
  parts: AsyncIterator<Uint8Array> | Iterator<Uint8Array>,
  volume: { name: string; hash: string },
  newHash: NewHash,
): ReadableStream<Uint8Array> {
  const hash = newHash();
  return new ReadableStream({
    pull: async (controller) => {
      const { value, done } = await parts.next();
      if (done !== true) {
        hash.update(value);
        controller.enqueue(value);
      } else if (hash.hex() === volume.hash) controller.close();
      else controller.error(otherHash(volume.name));
    },
    cancel: () => void parts.return?.(undefined),
  }, { highWaterMark: 1 });
}

/** An object that does not have the hash of its name. */
export function otherHash(name: string): HikaeError {
  return new HikaeError("damaged", text("bundle.other-hash"), {
    path: name,
    hint: text("bundle.other-hash-hint"),
  });
}
