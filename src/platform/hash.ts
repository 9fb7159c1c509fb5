/**
 * The content hash of vaults: SHA-256, checked by hand with `sha256sum` (docs/dependencies.md says why it is
 * the fastest that a stock command checks). `node:crypto` stands in for `@std/crypto`.
 * @module
 */

import { builtin } from "./builtin.ts";
import { joinBytes, utf8 } from "../base/bytes.ts";
import type { Hash, NewHash } from "../base/hash.ts";
import { sha256Small } from "../base/sha256.ts";

let loaded: typeof import("node:crypto") | undefined;

/** So many bytes a thread hashes without it: to load it costs every thread 20 ms, and most hash next to nothing. */
const SPARED = 1 << 14;

/** Of so few bytes a thread hashes some without it whatever they add up to: one that waits for a disk hashes no more. */
const TINY = 256;

/** So many of those take as long as to load it. */
const TINIES = 1 << 10;

let hashed = 0;
let tinies = 0;

function nodeCrypto(): typeof import("node:crypto") {
  return loaded ??= builtin<typeof import("node:crypto")>("node:crypto");
}

/** True while so many more bytes are not worth it. */
function isSpared(bytes: number): boolean {
  return loaded === undefined &&
    (bytes <= TINY && tinies < TINIES || hashed + bytes <= SPARED);
}

function hashBy(algorithm: "sha256" | "md5"): Hash {
  const h = nodeCrypto().createHash(algorithm);
  return {
    update: (data) => void h.update(data),
    soFar: () => h.copy().digest("hex"),
    hex: () => h.digest("hex"),
  };
}

/** Starts a SHA-256. */
export const sha256: NewHash = (): Hash =>
  loaded === undefined ? new SparedHash() : hashBy("sha256");

/** A hash of what may stay little: it is kept until it is not. */
class SparedHash implements Hash {
  #kept: Uint8Array[] = [];
  #bytes = 0;
  #large: Hash | undefined;

  update(data: Uint8Array): void {
    this.#bytes += data.length;
    if (this.#large === undefined && isSpared(this.#bytes)) this.#kept.push(data.slice());
    else this.#grown().update(data);
  }

  #grown(): Hash {
    if (this.#large !== undefined) return this.#large;
    const large = this.#large = hashBy("sha256");
    for (const part of this.#kept.splice(0)) large.update(part);
    return large;
  }

  soFar(): string {
    return this.#large?.soFar() ?? sha256Of(joinBytes(...this.#kept));
  }

  hex(): string {
    return this.#large?.hex() ?? sha256Of(joinBytes(...this.#kept));
  }
}

/** The SHA-256 of bytes or of a text in UTF-8, in lower-case hex. */
export function sha256Of(data: Uint8Array | string): string {
  if (!isSpared(data.length)) return nodeCrypto().hash("sha256", data, "hex");
  if (data.length <= TINY && tinies < TINIES) tinies++;
  else hashed += data.length;
  return sha256Small(typeof data === "string" ? utf8(data) : data);
}

/** Starts an MD5: see {@link md5Of}. */
export const newMd5: NewHash = (): Hash => hashBy("md5");

/** The MD5 of bytes in lower-case hex: what servers of S3 have as the tag of an object; no proof against a forger. */
export function md5Of(data: Uint8Array): string {
  return nodeCrypto().hash("md5", data, "hex");
}
