/**
 * What a seal is made of: one number for all that lives, kept up by the directories that changed (docs/format.md,
 * *Seals*). Pure.
 * @module
 */

import { utf8 } from "../base/bytes.ts";
import type { Hash, HashOf, NewHash } from "../base/hash.ts";
import { joinRel } from "../base/relpath.ts";
import { type HashedSoFar, RunningSha256 } from "../base/sha256.ts";
import type { Stamp } from "../base/stamp.ts";

/** The living state after a run, by the records; the root is not counted. */
export interface TreeSeal {
  files: number;
  links: number;
  dirs: number;
  /** Of files and links. */
  bytes: number;
  /** 64 hex digits. */
  sum: string;
}

/** Its counts, for people; a record may have anything in their place. */
export function countsOf(tree: TreeSeal | undefined): string {
  const { files = NaN, links = NaN, bytes = NaN } = tree ?? {};
  return Number.isSafeInteger(files + links + bytes) ? `${files + links}, ${bytes} B` : "?";
}

/** An entry of a directory as a seal has it. */
export interface SealedEntry {
  name: string;
  type: "file" | "link" | "dir";
  /** In hex; a directory's is "". */
  hash: string;
}

const MODULUS = 1n << 256n;

/** Orders texts as their UTF-8 bytes are ordered. */
export function byBytes(a: string, b: string): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    // a pair of surrogates stands for what comes after all single units
    const [high, low] = [isSurrogate(x), isSurrogate(y)];
    return high === low ? x - y : high ? 1 : -1;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

/** The line of an entry in its directory's digest. */
export function sealedLine(dir: string, { type, name, hash }: SealedEntry): string {
  return `${type}\0${joinRel(dir, name)}\0${hash}\n`;
}

/** What hashes seals. */
export interface SealHashes {
  hashOf: HashOf;
  newHash: NewHash;
}

/** Lines of so many characters are hashed at once: those of a wide directory are never there as a whole. */
const PIECE = 1 << 16;

/**
 * What a directory adds to the sum: SHA-256(path NUL digest), where the digest is that of the {@link sealedLine}s of its
 * entries in the order of their names' bytes.
 */
export class DirSum {
  /** How many lines it has. */
  count = 0;
  readonly #hashes: SealHashes;
  #text = "";
  #hash: Hash | undefined;

  /** Of nothing yet. */
  constructor(hashes: SealHashes) {
    this.#hashes = hashes;
  }

  /** Takes the next line; an empty one is none. */
  add(line: string): void {
    if (line === "") return;
    this.count++;
    this.#text += line;
    if (this.#text.length < PIECE) return;
    (this.#hash ??= this.#hashes.newHash()).update(utf8(this.#text));
    this.#text = "";
  }

  /** What they add as those of `dir`; none can be added after. */
  of(dir: string): bigint {
    const path = utf8(`${dir}\0`);
    const input = new Uint8Array(path.length + 32);
    input.set(path);
    input.set(Uint8Array.fromHex(this.#digest()), path.length);
    return BigInt(`0x${this.#hashes.hashOf(input)}`);
  }

  #digest(): string {
    if (this.#hash === undefined) return this.#hashes.hashOf(this.#text);
    this.#hash.update(utf8(this.#text));
    return this.#hash.hex();
  }
}

/** Adds to a sum, or takes away from it, modulo 2^256. */
export function addSum(sum: bigint, more: bigint): bigint {
  const result = (sum + more) % MODULUS;
  return result < 0n ? result + MODULUS : result;
}

/** A sum as a record has it. */
export function formatSum(sum: bigint): string {
  return sum.toString(16).padStart(64, "0");
}

/** Reads a sum; undefined for what is none. */
export function parseSum(text: unknown): bigint | undefined {
  return typeof text === "string" && /^[0-9a-f]{64}$/.test(text) ? BigInt(`0x${text}`) : undefined;
}

/** The digest over all records, oldest first: SHA-256 of a line `stamp NUL sha256 LF` for each. */
export function chainOf(
  hashOf: HashOf,
  records: Iterable<{ stamp: Stamp; sha256: string }>,
): string {
  let text = "";
  for (const r of records) text += chainLine(r);
  return hashOf(text);
}

function chainLine({ stamp, sha256 }: { stamp: Stamp; sha256: string }): string {
  return `${stamp}\0${sha256}\n`;
}

/** The same over the first records, as far as it came. */
export interface ChainState {
  last: Stamp;
  hash: HashedSoFar;
}

/** The digest over records from the oldest on, to which later ones are added: of ten thousand no run reads all hashes. */
export class ChainSoFar {
  /** The newest record that it went over. */
  last: Stamp | "" = "";
  readonly #hash: RunningSha256;

  /** Of nothing yet, or as it was kept. */
  constructor(state?: ChainState) {
    this.last = state?.last ?? "";
    this.#hash = new RunningSha256(state?.hash);
  }

  /** Goes over the next one. */
  add(record: { stamp: Stamp; sha256: string }): void {
    this.#hash.add(utf8(chainLine(record)));
    this.last = record.stamp;
  }

  /** The digest over these records and one more. */
  with(record: { stamp: Stamp; sha256: string }): string {
    const all = new RunningSha256(this.#hash.soFar);
    all.add(utf8(chainLine(record)));
    return all.hex();
  }

  /** To be kept; undefined where it went over nothing. */
  get state(): ChainState | undefined {
    return this.last === "" ? undefined : { last: this.last, hash: this.#hash.soFar };
  }
}
