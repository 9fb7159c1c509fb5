/**
 * A directory's row of the scan cache: what the last run saw in it, packed so that a run that changes nothing
 * reads one small blob per directory instead of a row per file. Pure. Layout: docs/format.md, *catalog.db*.
 * @module
 */

import { fromUtf8, utf8 } from "../base/bytes.ts";
import { wordSum } from "../base/crc.ts";
import { isKept, isOver } from "./disk_times.ts";

/** What is known of a living entry since the last look. */
export interface ScanEntry {
  name: string;
  type: "file" | "link" | "dir";
  size: number;
  mtime: number;
  ctime: number;
  /** {@link NEVER} when the look was too close to the last change to be believed. */
  ino: number;
  mode: number;
  uid: number;
  gid: number;
  /** The run that copied it, as a number; negative when unknown. */
  since: number;
  /** Content hash in hex; "" for a directory. */
  hash: string;
  /** The run that copied it read as many bytes as the disk told: the record has this very size. */
  exact?: boolean;
}

/** What a disk tells of an entry. */
export type SeenInfo = Pick<ScanEntry, "size" | "mtime" | "ctime" | "ino" | "mode" | "uid" | "gid">;

/** What is known of a directory; the first entry, with the name "", is the directory itself. */
export interface ScanRow {
  /** Size and mtime of its `metadata.txt` as written. */
  metadataSize: number;
  metadataMtime: number;
  /** Times and inode of the mirror's directory as the run left it. */
  mirrorMtime: number;
  mirrorCtime: number;
  mirrorIno: number;
  entries: ScanEntry[];
}

/** An inode number that no file has: forces a look at the content. */
export const NEVER = -1;

const TYPES = ["file", "link", "dir"] as const;
/** The type is in the last byte of its word; above it stands {@link ScanEntry.exact} of a file, which older programs pass over. */
const EXACT = 0x100;
const MAGIC = 0x32534b48; // "HKS2"
const HEADER = 56;
const HASH_BYTES = 32;
/** So many numbers lie before those of the entries. */
const HEAD = 5;

/** What stands where no hash is known. */
const NO_HASH = "00".repeat(HASH_BYTES);

/**
 * Entries in columns, as they are packed: those of a wide directory take an eighth of the room that objects take, none of it
 * the collector's.
 */
export class ScanTable {
  readonly #names: string[];
  #count = 0;
  #f64: Float64Array<ArrayBuffer>;
  #u32: Uint32Array<ArrayBuffer>;
  #hashes: Uint8Array<ArrayBuffer>;
  /** Hashes of another length, by their rows; a packed row has none of them. */
  #odd: Map<number, string> | undefined;
  #dropped: Set<number> | undefined;

  /** With room for so many; it grows. */
  constructor(room = 8) {
    const n = Math.max(1, room);
    // to grow by a half a time leaves much behind where there are very many
    this.#names = n < 4096 ? [] : new Array<string>(n);
    this.#f64 = new Float64Array(n * 5);
    this.#u32 = new Uint32Array(n * 4);
    this.#hashes = new Uint8Array(n * HASH_BYTES);
  }

  /** How many rows there are, dropped ones with them. */
  get length(): number {
    return this.#count;
  }

  /** Adds an entry; gives its row. */
  push(e: ScanEntry): number {
    const i = this.#count++;
    this.#makeRoom(i);
    this.#names[i] = e.name;
    const f = this.#f64;
    const u = this.#u32;
    f[i * 5] = e.size;
    f[i * 5 + 1] = e.mtime;
    f[i * 5 + 2] = e.ctime;
    f[i * 5 + 3] = e.ino;
    f[i * 5 + 4] = e.since;
    u[i * 4] = e.mode;
    u[i * 4 + 1] = e.uid;
    u[i * 4 + 2] = e.gid;
    u[i * 4 + 3] = TYPES.indexOf(e.type) | (e.exact === true && e.type === "file" ? EXACT : 0);
    if (e.hash.length === 2 * HASH_BYTES) {
      this.#hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES).setFromHex(e.hash);
    } else if (e.hash !== "") (this.#odd ??= new Map()).set(i, e.hash);
    return i;
  }

  #makeRoom(i: number): void {
    const room = this.#u32.length / 4;
    if (i < room) return;
    const more = Math.max(room + 8, room + (room >> 1));
    const [f64, u32, hashes] = [this.#f64, this.#u32, this.#hashes];
    (this.#f64 = new Float64Array(more * 5)).set(f64);
    (this.#u32 = new Uint32Array(more * 4)).set(u32);
    (this.#hashes = new Uint8Array(more * HASH_BYTES)).set(hashes);
  }

  /** Takes a row away again. */
  drop(i: number): void {
    (this.#dropped ??= new Set()).add(i);
  }

  /** True for a row that counts. */
  has(i: number): boolean {
    return i < this.#count && this.#dropped?.has(i) !== true;
  }

  /** The name in row `i`. */
  name(i: number): string {
    return this.#names[i] ?? "";
  }

  /** The type in row `i`. */
  type(i: number): ScanEntry["type"] {
    return TYPES[(this.#u32[i * 4 + 3] ?? 0) % EXACT] ?? "file";
  }

  /** The hash in row `i`, in hex; "" for a directory. */
  hash(i: number): string {
    const odd = this.#odd?.get(i);
    if (odd !== undefined) return odd;
    return this.type(i) === "dir" ? "" : hexAt(this.#hashes, i * HASH_BYTES);
  }

  /** Row `i` as an object. */
  entry(i: number): ScanEntry {
    return entryAt(
      { f: this.#f64, at: i * 5, u: this.#u32, word: i * 4 },
      this.name(i),
      this.hash(i),
    );
  }

  /** The rows that count, in their order. */
  *rows(): Generator<number> {
    for (let i = 0; i < this.#count; i++) if (this.has(i)) yield i;
  }

  /** What changed in a tick that was not over at `look` (ms) may change again within it: it is not believed next time. */
  distrust(look: number): void {
    const f = this.#f64;
    for (let i = 0; i < this.#count; i++) {
      if (this.type(i) === "dir") continue;
      const settled = isOver(f[i * 5 + 1] ?? NaN, look) && (f[i * 5 + 2] ?? NaN) < look;
      if (!settled) f[i * 5 + 3] = NEVER;
    }
  }

  /** Packs the rows that count, or those of `order`, in its order. */
  pack(
    row: Omit<ScanRow, "entries">,
    order: ArrayLike<number> = [...this.rows()],
  ): Uint8Array<ArrayBuffer> {
    const n = order.length;
    const list = new Array<string>(n);
    for (let k = 0; k < n; k++) list[k] = this.name(order[k] ?? 0);
    const names = utf8(list.join("\0"));
    const numbers = HEADER;
    const words = numbers + n * 40;
    const hashes = words + n * 16;
    const total = align(hashes + n * HASH_BYTES + names.length);
    const bytes = new Uint8Array(total);
    const f64 = new Float64Array(bytes.buffer, numbers, n * 5);
    const u32 = new Uint32Array(bytes.buffer, words, n * 4);
    // rows that follow each other are copied at once
    for (let k = 0, rows = 1; k < n; k += rows) {
      const i = order[k] ?? 0;
      rows = 1;
      while (k + rows < n && order[k + rows] === i + rows) rows++;
      f64.set(this.#f64.subarray(i * 5, (i + rows) * 5), k * 5);
      u32.set(this.#u32.subarray(i * 4, (i + rows) * 4), k * 4);
      const from = i * HASH_BYTES;
      bytes.set(this.#hashes.subarray(from, from + rows * HASH_BYTES), hashes + k * HASH_BYTES);
    }
    bytes.set(names, hashes + n * HASH_BYTES);
    const head = new Uint32Array(bytes.buffer, 0, 4);
    head.set([MAGIC, 0, n, names.length]);
    const f = [
      row.metadataSize,
      row.metadataMtime,
      row.mirrorMtime,
      row.mirrorCtime,
      row.mirrorIno,
    ];
    new Float64Array(bytes.buffer, 16, 5).set(f);
    head[1] = wordSum(bytes);
    return bytes;
  }
}

function hexAt(bytes: Uint8Array, at: number): string {
  const hash = bytes.subarray(at, at + HASH_BYTES).toHex();
  return hash === NO_HASH ? "" : hash;
}

/** Where an entry's numbers and words begin. */
interface EntryPlace {
  f: Float64Array;
  at: number;
  u: Uint32Array;
  word: number;
}

function entryAt({ f, at, u, word }: EntryPlace, name: string, hash: string): ScanEntry {
  const entry: ScanEntry = {
    name,
    type: TYPES[(u[word + 3] ?? 0) % EXACT] ?? "file",
    size: f[at] ?? 0,
    mtime: f[at + 1] ?? 0,
    ctime: f[at + 2] ?? 0,
    ino: f[at + 3] ?? NEVER,
    since: f[at + 4] ?? 0,
    mode: u[word] ?? 0,
    uid: u[word + 1] ?? 0,
    gid: u[word + 2] ?? 0,
    hash,
  };
  if (((u[word + 3] ?? 0) & EXACT) !== 0) entry.exact = true;
  return entry;
}

/** A packed row, opened: entries are made only when asked for. */
export class PackedRow {
  readonly count: number;
  readonly names: string[];
  readonly metadataSize: number;
  readonly metadataMtime: number;
  readonly #bytes: Uint8Array;
  /** The five numbers of the head, and five of each entry. */
  readonly #f64: Float64Array;
  /** Four words of each entry, from `#words` on. */
  readonly #u32: Uint32Array;
  readonly #words: number;
  #mirror: ReadonlyMap<string, string> | undefined;

  /** A run opens one for each directory: a view costs as much as all that is read through it. */
  private constructor(bytes: Uint8Array, words: Uint32Array) {
    const n = words[2] ?? 0;
    this.count = n;
    this.#bytes = bytes;
    this.#u32 = words;
    this.#words = (HEADER + n * 40) >> 2;
    const f = this.#f64 = new Float64Array(bytes.buffer, bytes.byteOffset + 16, HEAD + n * 5);
    this.metadataSize = f[0] ?? 0;
    this.metadataMtime = f[1] ?? 0;
    const names = HEADER + n * (56 + HASH_BYTES);
    this.names = n === 0
      ? []
      : fromUtf8(bytes.subarray(names, names + (words[3] ?? 0))).split("\0");
  }

  /** Opens a packed row; undefined when it is damaged. */
  static open(raw: Uint8Array): PackedRow | undefined {
    if (raw.length < HEADER || raw.length % 8 !== 0) return undefined;
    const bytes = raw.byteOffset % 8 === 0 ? raw : raw.slice();
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
    const n = words[2] ?? 0;
    if (words[0] !== MAGIC || align(HEADER + n * 88 + (words[3] ?? 0)) !== bytes.length) {
      return undefined;
    }
    if (wordSum(bytes) >>> 0 !== words[1]) return undefined;
    const row = new PackedRow(bytes, words);
    return row.names.length === n ? row : undefined;
  }

  /** True when the mirror's directory has the times and the inode that the last run left it with, on a disk that tells them. */
  isMirror(mtime: number, ctime: number, ino: number): boolean {
    const f = this.#f64;
    return isKept(ctime) && f[2] === mtime && f[3] === ctime && f[4] === ino;
  }

  /** False where the run that left it could not tell for sure what is in the mirror's directory. */
  get isSure(): boolean {
    return this.#f64[4] !== NEVER;
  }

  /**
   * True when it has the times alone with which a run that was sure left it, on a disk that tells when an entry changed:
   * another directory may have come in its place, of which the inode would tell where inodes stay the same from mount to mount.
   */
  isAsLeft(mtime: number, ctime: number): boolean {
    return this.isSure && isKept(ctime) && this.#f64[2] === mtime && this.#f64[3] === ctime;
  }

  /**
   * The same where its change time is none that anybody sets: one that follows the time of change is made of that, on disks
   * that keep none.
   */
  isTimed(mtime: number, ctime: number): boolean {
    return this.isAsLeft(mtime, ctime) && ![mtime, Math.floor(mtime / 1000) * 1000].includes(ctime);
  }

  /** The name of entry `i`; "" where there is none. */
  name(i: number): string {
    return this.names[i] ?? "";
  }

  /** The names of all entries of a type but the directory itself. */
  namesOf(type: ScanEntry["type"]): string[] {
    return this.names.filter((_, i) => i > 0 && this.type(i) === type);
  }

  /** What the mirror's directory held when the last run left it: own names with their types. */
  mirror(): ReadonlyMap<string, string> {
    return this.#mirror ??= this.#mirrored();
  }

  #mirrored(): Map<string, string> {
    const mirror = new Map<string, string>();
    for (let i = 1; i < this.count; i++) {
      const type = this.type(i);
      if (type !== "link") mirror.set(this.names[i] ?? "", type);
    }
    return mirror;
  }

  /**
   * True when entry `i` was last seen with just this name and type, and one that is no directory with just this size, times,
   * inode, mode and owner.
   */
  isSeen(i: number, name: string, type: string, info: SeenInfo): boolean {
    if (this.names[i] !== name || this.type(i) !== type) return false;
    if (type === "dir") return true;
    const f = this.#f64;
    const at = HEAD + i * 5;
    return f[at] === info.size && f[at + 1] === info.mtime && f[at + 2] === info.ctime &&
      f[at + 3] === info.ino && this.sameMode(i, info);
  }

  /** True when entry `i` was last seen with this mode and owner. */
  sameMode(i: number, { mode, uid, gid }: SeenInfo): boolean {
    const u = this.#u32;
    const at = this.#words + i * 4;
    return u[at] === mode && u[at + 1] === uid && u[at + 2] === gid;
  }

  /** When the content of entry `i` changed last, as it was seen. */
  mtime(i: number): number {
    return this.#f64[HEAD + i * 5 + 1] ?? 0;
  }

  /** When anything of entry `i` changed last, as it was seen. */
  ctime(i: number): number {
    return this.#f64[HEAD + i * 5 + 2] ?? 0;
  }

  /** The type of entry `i`. */
  type(i: number): "file" | "link" | "dir" {
    return TYPES[(this.#u32[this.#words + i * 4 + 3] ?? 0) % EXACT] ?? "file";
  }

  /** Entry `i` as an object. */
  entry(i: number): ScanEntry {
    const hashes = HEADER + this.count * 56;
    const hash = this.type(i) === "dir" ? "" : hexAt(this.#bytes, hashes + i * HASH_BYTES);
    const place = { f: this.#f64, at: HEAD + i * 5, u: this.#u32, word: this.#words + i * 4 };
    return entryAt(place, this.names[i] ?? "", hash);
  }

  /** True when some file or link was never looked at: only a record tells of it. */
  get someUnseen(): boolean {
    for (let i = 0; i < this.count; i++) {
      if (this.type(i) !== "dir" && Number.isNaN(this.ctime(i))) return true;
    }
    return false;
  }

  /** All entries as objects. */
  entries(): ScanEntry[] {
    return Array.from({ length: this.count }, (_, i) => this.entry(i));
  }
}

function align(n: number): number {
  return (n + 7) & ~7;
}
