/**
 * Reads a tar archive as it comes, in memory that does not grow: what bundles hold, and nothing else. Whatever is wrong
 * is a `damaged` error.
 * @module
 */

import { HikaeError } from "../base/errors.ts";
import { BLOCK, FIELD, LETTER, padding, sumOf, type TarEntry } from "./tar.ts";
import { text } from "../text/text.ts";

/** What is done with the entries. */
export interface TarVisitor {
  /** An entry begins. */
  begin(entry: TarEntry): void;
  /** A piece of its content, valid only during the call. */
  data(piece: Uint8Array): void;
  /** It is complete. */
  end(entry: TarEntry): void;
}

/** The most bytes of an extended header: a path of 32,767 units and a link's target, four bytes each, and attributes. */
const MAX_EXTENDED = 1 << 22;

const TYPE = new Map<string, TarEntry["type"]>([
  ...Object.entries(LETTER).map(([type, letter]) => [letter, type as TarEntry["type"]] as const),
  ["\0", "file"],
]);

/** A reader that is fed. */
export class TarReader {
  readonly #visitor: TarVisitor;
  readonly #block = new Uint8Array(BLOCK);
  #filled = 0;
  /** The entry whose content comes, and how much of it. */
  #entry: TarEntry | undefined;
  #left = 0;
  /** Bytes to pass over. */
  #skip = 0;
  #extended: Uint8Array | undefined;
  #extendedAt = 0;
  #more = new Map<string, string>();
  #zeros = 0;

  constructor(visitor: TarVisitor) {
    this.#visitor = visitor;
  }

  /** True once the end of the archive was read. */
  get ended(): boolean {
    return this.#zeros >= 2;
  }

  /** Takes the next bytes. */
  feed(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.ended;) at += this.#some(bytes.subarray(at));
  }

  /** Throws when the archive has no end. */
  finish(): void {
    if (!this.ended) throw damaged(text("input.ends-early"));
  }

  #some(bytes: Uint8Array): number {
    if (this.#skip > 0) return this.#passOver(bytes);
    if (this.#extended !== undefined) return this.#fillExtended(this.#extended, bytes);
    if (this.#entry !== undefined) return this.#content(this.#entry, bytes);
    const n = Math.min(BLOCK - this.#filled, bytes.length);
    this.#block.set(bytes.subarray(0, n), this.#filled);
    this.#filled += n;
    if (this.#filled === BLOCK) {
      this.#filled = 0;
      this.#header(this.#block);
    }
    return n;
  }

  #passOver(bytes: Uint8Array): number {
    const n = Math.min(this.#skip, bytes.length);
    this.#skip -= n;
    return n;
  }

  #fillExtended(extended: Uint8Array, bytes: Uint8Array): number {
    const n = Math.min(extended.length - this.#extendedAt, bytes.length);
    extended.set(bytes.subarray(0, n), this.#extendedAt);
    this.#extendedAt += n;
    if (this.#extendedAt < extended.length) return n;
    this.#extended = undefined;
    this.#skip = padding(extended.length);
    this.#more = recordsOf(extended);
    return n;
  }

  #content(entry: TarEntry, bytes: Uint8Array): number {
    const n = Math.min(this.#left, bytes.length);
    if (n > 0) this.#visitor.data(bytes.subarray(0, n));
    this.#left -= n;
    if (this.#left === 0) this.#close(entry);
    return n;
  }

  #close(entry: TarEntry): void {
    this.#entry = undefined;
    this.#skip = padding(entry.size);
    this.#visitor.end(entry);
  }

  #header(block: Uint8Array): void {
    if (block.every((byte) => byte === 0)) {
      this.#zeros++;
      return;
    }
    if (this.#zeros > 0) throw damaged(text("bundle.tar-after-end"));
    if (number(block, FIELD.sum) !== sumOf(block)) throw damaged(text("bundle.tar-sum"));
    const letter = String.fromCharCode(block[FIELD.letter[0]] ?? 0);
    if (letter === "x") return this.#beginExtended(number(block, FIELD.size));
    const type = TYPE.get(letter);
    if (type === undefined) {
      throw damaged(text("bundle.tar-type", { type: JSON.stringify(letter) }));
    }
    const entry = entryOf(block, type, this.#more);
    this.#more = new Map();
    this.#visitor.begin(entry);
    this.#left = entry.size;
    this.#entry = entry;
    if (entry.size === 0) this.#close(entry);
  }

  #beginExtended(size: number): void {
    if (size === 0 || size > MAX_EXTENDED || this.#more.size > 0) {
      throw damaged(text("bundle.tar-extended"));
    }
    this.#extended = new Uint8Array(size);
    this.#extendedAt = 0;
  }
}

function entryOf(
  block: Uint8Array,
  type: TarEntry["type"],
  more: ReadonlyMap<string, string>,
): TarEntry {
  const prefix = textIn(block, FIELD.prefix);
  const name = textIn(block, FIELD.name);
  const path = more.get("path") ?? (prefix === "" ? name : `${prefix}/${name}`);
  const told = (key: string, field: readonly [number, number]): number => {
    const value = more.get(key);
    return value === undefined ? number(block, field) : whole(value);
  };
  const size = told("size", FIELD.size);
  const mtime = more.get("mtime");
  return {
    path: path.replace(/\/+$/, ""),
    type,
    size: type === "file" ? size : 0,
    mtime: mtime === undefined ? number(block, FIELD.mtime) * 1000 : timeOf(mtime),
    mode: number(block, FIELD.mode) & 0o7777,
    uid: told("uid", FIELD.uid),
    gid: told("gid", FIELD.gid),
    target: more.get("linkpath") ?? textIn(block, FIELD.target),
  };
}

/** The records of an extended header. */
function recordsOf(bytes: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length;) {
    const blank = bytes.indexOf(0x20, at);
    const length = blank < 0 ? 0 : whole(decode(bytes.subarray(at, Math.min(blank, at + 12))));
    const end = at + length;
    const line = bytes.subarray(blank + 1, end);
    const equals = line.indexOf(0x3d);
    if (length === 0 || end <= blank || end > bytes.length || equals < 1 || line.at(-1) !== 0x0a) {
      throw damaged(text("bundle.tar-record"));
    }
    const key = decode(line.subarray(0, equals));
    // attributes are for stock tools, and may be any bytes: the run's own file in the first volume has them too
    if (!key.startsWith("SCHILY.")) records.set(key, decode(line.subarray(equals + 1, -1)));
    at = end;
  }
  return records;
}

function textIn(block: Uint8Array, [from, length]: readonly [number, number]): string {
  const field = block.subarray(from, from + length);
  const end = field.indexOf(0);
  return decode(end < 0 ? field : field.subarray(0, end));
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw damaged(text("bundle.tar-utf8"));
  }
}

function number(block: Uint8Array, field: readonly [number, number]): number {
  const digits = textIn(block, field).trim();
  if (!/^[0-7]*$/.test(digits)) throw damaged(text("bundle.tar-octal"));
  return digits === "" ? 0 : parseInt(digits, 8);
}

function whole(digits: string): number {
  const value = /^\d{1,16}$/.test(digits) ? Number(digits) : NaN;
  if (!Number.isSafeInteger(value)) throw damaged(text("bundle.tar-number"));
  return value;
}

/** Seconds with a fraction as milliseconds; what is finer is cut off. */
function timeOf(seconds: string): number {
  const parts = /^(-?)(\d{1,13})(?:\.(\d+))?$/.exec(seconds);
  if (parts === null) throw damaged(text("bundle.tar-time"));
  const ms = Number(parts[2]) * 1000 + Number((parts[3] ?? "").padEnd(3, "0").slice(0, 3));
  return parts[1] === "-" ? -ms : ms;
}

function damaged(what: string): HikaeError {
  return new HikaeError("damaged", text("bundle.tar", { what }));
}
