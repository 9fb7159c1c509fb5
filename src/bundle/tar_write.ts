/** Writes the headers of a tar archive. @module */

import { joinBytes, utf8, utf8Length } from "../base/bytes.ts";
import { BLOCK, FIELD, LETTER, padding, sumOf, type TarEntry } from "./tar.ts";

/** The end of an archive. */
export const TAR_END: Uint8Array = new Uint8Array(2 * BLOCK);

const LARGEST_SIZE = 8 ** 11 - 1;
const LARGEST_ID = 8 ** 7 - 1;

/** How many bytes {@link headerOf} gives. */
export function headerLength(entry: TarEntry): number {
  const { length } = extendedOf(entry);
  return length === 0 ? BLOCK : BLOCK + length + padding(length) + BLOCK;
}

/** The blocks that stand before an entry's content; after it come {@link padding} zeros. */
export function headerOf(entry: TarEntry): Uint8Array {
  const records = extendedOf(entry);
  const { length } = records;
  const out = new Uint8Array(length === 0 ? BLOCK : BLOCK + length + padding(length) + BLOCK);
  block(out.subarray(out.length - BLOCK), entry, LETTER[entry.type], length > 0);
  if (length === 0) return out;
  const head = { path: "././@PaxHeader", target: "", size: length, mode: 0o644, uid: 0, gid: 0 };
  block(out.subarray(0, BLOCK), { ...entry, ...head }, "x", true);
  out.set(records, BLOCK);
  return out;
}

const NOTHING = new Uint8Array();

/** The records of what the plain header cannot say. */
function extendedOf(entry: TarEntry): Uint8Array {
  const { target, size, mtime, uid, gid, more = [] } = entry;
  const path = pathOf(entry);
  let records = "";
  if (!fits(path, FIELD.name[1])) records += record("path", path);
  if (!fits(target, FIELD.target[1])) records += record("linkpath", target);
  if (size > LARGEST_SIZE) records += record("size", String(size));
  const seconds = mtime / 1000;
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > LARGEST_SIZE) {
    records += record("mtime", timeText(mtime));
  }
  if (uid > LARGEST_ID) records += record("uid", String(uid));
  if (gid > LARGEST_ID) records += record("gid", String(gid));
  if (more.length === 0) return records === "" ? NOTHING : utf8(records);
  return joinBytes(utf8(records), ...more.flatMap(({ key, value }) => binaryRecord(key, value)));
}

function pathOf({ path, type }: TarEntry): string {
  return type === "dir" ? `${path}/` : path;
}

/** True for plain letters of ASCII that fit; others are read in another way on each system. */
function fits(text: string, length: number): boolean {
  return text.length <= length && /^[\x20-\x7e]*$/.test(text);
}

/** Milliseconds as seconds with a fraction. */
function timeText(ms: number): string {
  const sign = ms < 0 ? "-" : "";
  const all = Math.abs(ms);
  const fraction = String(all % 1000).padStart(3, "0").replace(/0+$/, "");
  return `${sign}${Math.floor(all / 1000)}${fraction === "" ? "" : `.${fraction}`}`;
}

/** A record of an extended header. */
function record(key: string, value: string): string {
  return `${recordHead(key, utf8Length(value))}${value}\n`;
}

/** The same of bytes that need not be text. */
function binaryRecord(key: string, value: Uint8Array): Uint8Array[] {
  return [utf8(recordHead(key, value.length)), value, utf8("\n")];
}

/** What stands before a value of so many bytes: a record's length counts the digits of itself. */
function recordHead(key: string, value: number): string {
  const head = ` ${key}=`;
  const bytes = utf8Length(head) + value + 1;
  let length = bytes + String(bytes).length;
  if (String(length).length > String(bytes).length) length++;
  return length + head;
}

/** Writes a block into 512 zeros. */
function block(header: Uint8Array, entry: TarEntry, letter: string, extended: boolean): void {
  // what is not ASCII stands in the extended header
  const put = ([from, length]: readonly [number, number], text: string): void => {
    const end = Math.min(text.length, length);
    for (let i = 0; i < end; i++) header[from + i] = text.charCodeAt(i);
  };
  const octal = (field: readonly [number, number], value: number, largest: number): void => {
    // what does not fit stands in the extended header
    const n = Number.isInteger(value) && value >= 0 && value <= largest ? value : 0;
    put(field, `${n.toString(8).padStart(field[1] - 1, "0")}\0`);
  };
  const path = letter === "x" ? entry.path : pathOf(entry);
  put(FIELD.name, extended ? plain(path) : path);
  octal(FIELD.mode, entry.mode & 0o7777, LARGEST_ID);
  octal(FIELD.uid, entry.uid, LARGEST_ID);
  octal(FIELD.gid, entry.gid, LARGEST_ID);
  octal(FIELD.size, entry.size, LARGEST_SIZE);
  octal(FIELD.mtime, Math.floor(entry.mtime / 1000), LARGEST_SIZE);
  put(FIELD.letter, letter);
  put(FIELD.target, extended ? plain(entry.target) : entry.target);
  put(FIELD.magic, "ustar\x0000");
  const sum = sumOf(header).toString(8).padStart(6, "0");
  put(FIELD.sum, `${sum}\0 `);
}

/** A text for a field that the extended header speaks for, so that no character is cut in two. */
function plain(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, "_").slice(0, FIELD.name[1]);
}
