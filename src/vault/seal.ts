/**
 * What a seal is made of: one number for all that lives, kept up by the directories that changed (docs/format.md,
 * *Seals*). Pure.
 * @module
 */

import { utf8 } from "../base/bytes.ts";
import type { HashOf } from "../base/hash.ts";
import { joinRel } from "../base/relpath.ts";
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

/** What the last line of a run's record says of the record and of what lives after the run. */
export interface Seal {
  /** The SHA-256 of the record's bytes before that line, in hex. */
  sha256: string;
  /** Absent where what lives has no hash: then `unsealed` says why. */
  tree?: TreeSeal;
  /** The record before it; null for the first one. */
  before: Stamp | null;
  /** The digest over the names and hashes of all records. */
  chain: string;
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

/** What a directory adds to the sum: SHA-256(path NUL digest), where the digest is that of its entries. */
export function sumOfDir(hashOf: HashOf, dir: string, entries: SealedEntry[]): bigint {
  entries.sort((a, b) => byBytes(a.name, b.name));
  let text = "";
  for (const e of entries) text += sealedLine(dir, e);
  return sumOfLines(hashOf, dir, text);
}

/** The line of an entry in its directory's digest. */
export function sealedLine(dir: string, { type, name, hash }: SealedEntry): string {
  return `${type}\0${joinRel(dir, name)}\0${hash}\n`;
}

/** What a directory adds to the sum, by the {@link sealedLine}s of its entries in the order of their names' bytes. */
export function sumOfLines(hashOf: HashOf, dir: string, text: string): bigint {
  const path = utf8(`${dir}\0`);
  const input = new Uint8Array(path.length + 32);
  input.set(path);
  input.set(Uint8Array.fromHex(hashOf(text)), path.length);
  return BigInt(`0x${hashOf(input)}`);
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
  for (const r of records) text += `${r.stamp}\0${r.sha256}\n`;
  return hashOf(text);
}
