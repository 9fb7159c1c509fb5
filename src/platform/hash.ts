/**
 * The content hash of vaults: SHA-256, checked by hand with `sha256sum` (docs/dependencies.md says why it is
 * the fastest that a stock command checks). `node:crypto` stands in for `@std/crypto`.
 * @module
 */

import { builtin } from "./builtin.ts";
import type { Hash, NewHash } from "../base/hash.ts";

let loaded: typeof import("node:crypto") | undefined;

/** A run that changes nothing hashes nothing, and loading it costs every thread 5 ms. */
function nodeCrypto(): typeof import("node:crypto") {
  return loaded ??= builtin<typeof import("node:crypto")>("node:crypto");
}

/** Starts a SHA-256. */
export const sha256: NewHash = (): Hash => {
  const h = nodeCrypto().createHash("sha256");
  return { update: (data) => void h.update(data), hex: () => h.digest("hex") };
};

/** The SHA-256 of bytes or of a text in UTF-8, in lower-case hex. */
export function sha256Of(data: Uint8Array | string): string {
  return nodeCrypto().hash("sha256", data, "hex");
}

/** Starts an MD5: see {@link md5Of}. */
export const newMd5: NewHash = (): Hash => {
  const h = nodeCrypto().createHash("md5");
  return { update: (data) => void h.update(data), hex: () => h.digest("hex") };
};

/** The MD5 of bytes in lower-case hex: what servers of S3 have as the tag of an object; no proof against a forger. */
export function md5Of(data: Uint8Array): string {
  return nodeCrypto().hash("md5", data, "hex");
}
