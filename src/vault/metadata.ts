/** `metadata.txt`: the directory hash and the hash of every file directly in a directory (spec §3). Pure. @module */

import { compareUtf8, sortUtf8 } from "../base/bytes.ts";
import type { NewHash } from "../base/hash.ts";
import { utf8 } from "../base/bytes.ts";
import { escapeName, needsEscape, unescapeName } from "./line.ts";
import type { NamedRows } from "./name_finder.ts";
import type { ScanTable } from "./scan_row.ts";

/** What a metadata file says: names and their hash fields (`link:` before that of a link record). */
export interface Metadata {
  directoryHash: string;
  files: Map<string, string>;
}

/** Hash fields of links begin with this (decision 7). */
export const LINK_HASH = "link:";

/** Files of a directory with their hash fields. */
export interface HashFields {
  /** Those of all files; gone through more than once. */
  names: Iterable<string>;
  /** The same in the order of their bytes, where somebody has a way to it that takes less room. */
  sorted?: () => Iterable<string>;
  fieldOf(name: string): string;
}

/** The files of a map. */
export function fieldsOf(files: ReadonlyMap<string, string>): HashFields {
  return {
    names: { [Symbol.iterator]: () => files.keys() },
    fieldOf: (name) => files.get(name) ?? "",
  };
}

/** Those of the files and links of a directory: of a huge one each is made when it is asked for, of any other once. */
export function hashesOf(entries: ScanTable, rows: NamedRows, isHuge: boolean): HashFields {
  if (isHuge) {
    return {
      sorted: () => sortedNames(entries, rows),
      names: { [Symbol.iterator]: () => hashedNames(entries, rows) },
      fieldOf: (name) => fieldIn(entries, rows.get(name) ?? 0),
    };
  }
  const fields = new Map<string, string>();
  for (const row of rows.values()) {
    const field = fieldIn(entries, row);
    // a line without a hash would make the whole file one that nobody believes
    if (field !== "") fields.set(entries.name(row), field);
  }
  return fieldsOf(fields);
}

function fieldIn(entries: ScanTable, row: number): string {
  const hash = entries.hash(row);
  return hash !== "" && entries.type(row) === "link" ? LINK_HASH + hash : hash;
}

function* hashedNames(entries: ScanTable, rows: NamedRows): Generator<string, undefined> {
  for (const row of rows.values()) if (entries.hash(row) !== "") yield entries.name(row);
}

/** An array of a million names, and what sorts it, takes 40 MB for a moment. */
function* sortedNames(entries: ScanTable, rows: NamedRows): Generator<string, undefined> {
  const order = new Uint32Array(entries.length);
  let n = 0;
  for (const row of rows.values()) if (entries.hash(row) !== "") order[n++] = row;
  for (const row of sortByName(order.subarray(0, n), (row) => entries.name(row))) {
    yield entries.name(row);
  }
}

/** A text of so many characters is hashed or written at once: that of a wide directory is never there as a whole. */
const PIECE = 1 << 16;

/** The directory hash of files and their hash fields, in any order (decision 13). */
export function directoryHash(files: ReadonlyMap<string, string>, newHash: NewHash): string {
  return hashOfFields(fieldsOf(files), newHash);
}

function hashOfFields(files: HashFields, newHash: NewHash): string {
  const hash = newHash();
  let text = "";
  for (const name of files.sorted?.() ?? sortUtf8([...files.names])) {
    text += `${name}\0${files.fieldOf(name)}\n`;
    if (text.length < PIECE) continue;
    hash.update(utf8(text));
    text = "";
  }
  hash.update(utf8(text));
  return hash.hex();
}

/** A metadata file, in pieces. */
export function* metadataPieces(files: HashFields, newHash: NewHash): Generator<string> {
  let text = `${hashOfFields(files, newHash)}\n`;
  for (const name of files.names) {
    if (text.length >= PIECE) {
      yield text;
      text = "";
    }
    const hash = files.fieldOf(name);
    text += needsEscape(name) ? `\\${escapeName(name)}\t${hash}\n` : `${name}\t${hash}\n`;
  }
  yield text;
}

/** Writes a metadata file. */
export function formatMetadata(files: ReadonlyMap<string, string>, newHash: NewHash): string {
  return [...metadataPieces(fieldsOf(files), newHash)].join("");
}

const HASH_FIELD = /^(?:link:)?[0-9a-f]{32,128}$/;

/** Reads a metadata file; undefined when it is damaged (a line that is none, a hash that is none). */
export function parseMetadata(text: string): Metadata | undefined {
  const lines = text.split("\n").filter((line) => line !== "" && line !== "\r");
  const directoryHash = lines[0];
  if (directoryHash === undefined || !/^[0-9a-f]{32,128}$/.test(directoryHash)) return undefined;
  const files = new Map<string, string>();
  for (const line of lines.slice(1)) {
    const tab = line.lastIndexOf("\t");
    const hash = line.slice(tab + 1);
    if (tab < 1 || !HASH_FIELD.test(hash)) return undefined;
    const raw = line.slice(0, tab);
    const name = raw.startsWith("\\") ? unescapeName(raw.slice(1)) : raw;
    if (name === undefined || name === "" || files.has(name)) return undefined;
    files.set(name, hash);
  }
  return { directoryHash, files };
}

/** So many that follow each other are put in order by themselves before they are merged. */
const RUN = 16;

/**
 * Gives the numbers of files in the order of their names' bytes, which a directory hash is made in; what was given may be
 * used for it. It takes 8 bytes for each of very many, none of it the collector's.
 */
export function sortByName(
  numbers: Uint32Array<ArrayBuffer>,
  name: (number: number) => string,
): Uint32Array<ArrayBuffer> {
  const after = (a: number, b: number): boolean => compareUtf8(name(a), name(b)) > 0;
  // many disks list the newest name first
  if (isSorted(numbers, (a, b) => after(b, a))) return numbers.reverse();
  for (let at = 0; at < numbers.length; at += RUN) sortRun(numbers, at, after);
  let from = numbers;
  let to: Uint32Array<ArrayBuffer> | undefined;
  for (let width = RUN; width < numbers.length; width *= 2) {
    if (isSorted(from, after)) break;
    const into: Uint32Array<ArrayBuffer> = to ?? new Uint32Array(numbers.length);
    for (let at = 0; at < numbers.length; at += 2 * width) merge(from, into, { at, width }, after);
    to = from;
    from = into;
  }
  return from;
}

type After = (a: number, b: number) => boolean;

function isSorted(numbers: Uint32Array, after: After): boolean {
  for (let i = 1; i < numbers.length; i++) {
    if (after(numbers[i - 1] ?? 0, numbers[i] ?? 0)) return false;
  }
  return true;
}

function sortRun(numbers: Uint32Array, at: number, after: After): void {
  const end = Math.min(at + RUN, numbers.length);
  for (let i = at + 1; i < end; i++) {
    const one = numbers[i] ?? 0;
    let j = i;
    for (; j > at && after(numbers[j - 1] ?? 0, one); j--) numbers[j] = numbers[j - 1] ?? 0;
    numbers[j] = one;
  }
}

/** Two runs that follow each other, each in order. */
interface Runs {
  at: number;
  width: number;
}

function merge(from: Uint32Array, to: Uint32Array, { at, width }: Runs, after: After): void {
  const middle = Math.min(at + width, from.length);
  const end = Math.min(middle + width, from.length);
  if (middle === end || !after(from[middle - 1] ?? 0, from[middle] ?? 0)) {
    to.set(from.subarray(at, end), at);
    return;
  }
  let [left, right] = [at, middle];
  for (let i = at; i < end; i++) {
    const takesLeft = left < middle &&
      (right >= end || !after(from[left] ?? 0, from[right] ?? 0));
    to[i] = (takesLeft ? from[left++] : from[right++]) ?? 0;
  }
}
