/** Writes the headers of a tar archive. @module */

import { joinBytes, utf8 } from "../base/bytes.ts";
import { BLOCK, FIELD, LETTER, padding, sumOf, type TarEntry } from "./tar.ts";

/** The end of an archive. */
export const TAR_END: Uint8Array = new Uint8Array(2 * BLOCK);

const LARGEST_SIZE = 8 ** 11 - 1;
const LARGEST_ID = 8 ** 7 - 1;

/** The blocks that stand before an entry's content; after it come {@link padding} zeros. */
export function headerOf(entry: TarEntry): Uint8Array {
  const more = extendedOf(entry);
  const own = block(entry, LETTER[entry.type], more.size > 0);
  if (more.size === 0) return own;
  const records = joinBytes(...[...more].map(([key, value]) => record(key, value)));
  const head = block(
    {
      ...entry,
      path: "././@PaxHeader",
      target: "",
      size: records.length,
      mode: 0o644,
      uid: 0,
      gid: 0,
    },
    "x",
    true,
  );
  const out = new Uint8Array(BLOCK + records.length + padding(records.length) + BLOCK);
  out.set(head);
  out.set(records, BLOCK);
  out.set(own, out.length - BLOCK);
  return out;
}

/** What the plain header cannot say. */
function extendedOf(entry: TarEntry): Map<string, Uint8Array> {
  const more = new Map<string, Uint8Array>();
  const say = (key: string, value: string): void => void more.set(key, utf8(value));
  const path = pathOf(entry);
  if (!fits(path, FIELD.name[1])) say("path", path);
  if (!fits(entry.target, FIELD.target[1])) say("linkpath", entry.target);
  if (entry.size > LARGEST_SIZE) say("size", String(entry.size));
  const seconds = entry.mtime / 1000;
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > LARGEST_SIZE) {
    say("mtime", timeText(entry.mtime));
  }
  if (entry.uid > LARGEST_ID) say("uid", String(entry.uid));
  if (entry.gid > LARGEST_ID) say("gid", String(entry.gid));
  for (const { key, value } of entry.more ?? []) more.set(key, value);
  return more;
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

/** A record of an extended header; its length counts the digits of itself. */
function record(key: string, value: Uint8Array): Uint8Array {
  const head = utf8(` ${key}=`);
  const bytes = head.length + value.length + 1;
  let length = bytes + String(bytes).length;
  if (String(length).length > String(bytes).length) length++;
  return joinBytes(utf8(String(length)), head, value, utf8("\n"));
}

function block(entry: TarEntry, letter: string, extended: boolean): Uint8Array {
  const header = new Uint8Array(BLOCK);
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
  return header;
}

/** A text for a field that the extended header speaks for, so that no character is cut in two. */
function plain(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, "_").slice(0, FIELD.name[1]);
}
