/**
 * The content hash of vaults: SHA-256, checked by hand with `sha256sum` (docs/dependencies.md says why it is
 * the fastest that a stock command checks). `node:crypto` stands in for `@std/crypto`.
 * @module
 */

import { builtin } from "./builtin.ts";
import { joinBytes, utf8 } from "../base/bytes.ts";
import type { Hash, NewHash } from "../base/hash.ts";
import { compiledSha256, sha256Small } from "../base/sha256.ts";

let loaded: typeof import("node:crypto") | undefined;

/**
 * So many bytes a thread hashes without it: to load it costs every thread 25 ms of processor time, and code of one's own 5 ms
 * for each MiB. Most threads hash next to nothing, and those of a run that writes a little no more than this; who knows
 * beforehand that there is much says so.
 */
const SPARED = 1 << 23;

/** So much is much to hash. */
const MUCH = 6 << 20;

/** So many where it is known that there is much, and may be wrong. */
const SPARED_OF_MUCH = 1 << 18;

/** So many of them in JavaScript: machine code takes 1 ms before it hashes the first. */
const INTERPRETED = 1 << 12;

/** Of a hash that comes in pieces, and is kept until it ends; of more the end is not near. */
const KEPT = 1 << 20;

/** What each hash counts for beside its bytes: the block that ends it. */
const END = 64;

let hashed = 0;
let expected = 0;
/** Null before anybody needed it. */
let compiled: ReturnType<typeof compiledSha256> | null = null;

function nodeCrypto(): typeof import("node:crypto") {
  return loaded ??= builtin<typeof import("node:crypto")>("node:crypto");
}

/** This thread is to hash so many more bytes, or all of a source: where that is much it will need the system's own soon. */
export function hashMuch(bytes = MUCH): void {
  expected += bytes;
  if (expected >= MUCH) hashed = Math.max(hashed, SPARED - SPARED_OF_MUCH);
}

/** True while so many more bytes are not worth it. */
function isSpared(bytes: number): boolean {
  return loaded === undefined && hashed + bytes <= SPARED;
}

/** The hash of so little data without it; undefined where there is no code that would not take longer. */
function sparedSha256(data: Uint8Array): string | undefined {
  hashed += data.length + END;
  if (hashed <= INTERPRETED) return sha256Small(data);
  if (compiled === null) compiled = compiledSha256();
  return compiled?.(data);
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
    const isLittle = this.#bytes <= KEPT && isSpared(this.#bytes);
    if (this.#large === undefined && isLittle) this.#kept.push(data.slice());
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
  return sparedSha256(typeof data === "string" ? utf8(data) : data) ??
    nodeCrypto().hash("sha256", data, "hex");
}

/** Starts an MD5: see {@link md5Of}. */
export const newMd5: NewHash = (): Hash => hashBy("md5");

/** The MD5 of bytes in lower-case hex: what servers of S3 have as the tag of an object; no proof against a forger. */
export function md5Of(data: Uint8Array): string {
  return nodeCrypto().hash("md5", data, "hex");
}
