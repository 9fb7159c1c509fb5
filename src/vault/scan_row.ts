/**
 * A directory's row of the scan cache: what the last run saw in it, packed so that a run that changes nothing
 * reads one small blob per directory instead of a row per file. Pure. Layout: docs/format.md, *catalog.db*.
 * @module
 */

import { fromUtf8, utf8 } from "../base/bytes.ts";

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
}

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
const MAGIC = 0x32534b48; // "HKS2"
const HEADER = 56;
const HASH_BYTES = 32;

/** Packs a row. */
export function packScanRow(row: ScanRow): Uint8Array<ArrayBuffer> {
  const n = row.entries.length;
  const names = utf8(row.entries.map((e) => e.name).join("\0"));
  const numbers = HEADER;
  const words = numbers + n * 40;
  const hashes = words + n * 16;
  const total = align(hashes + n * HASH_BYTES + names.length);
  const bytes = new Uint8Array(total);
  const f64 = new Float64Array(bytes.buffer, numbers, n * 5);
  const u32 = new Uint32Array(bytes.buffer, words, n * 4);
  row.entries.forEach((e, i) => {
    f64.set([e.size, e.mtime, e.ctime, e.ino, e.since], i * 5);
    u32.set([e.mode, e.uid, e.gid, TYPES.indexOf(e.type)], i * 4);
    writeHex(bytes, hashes + i * HASH_BYTES, e.hash);
  });
  bytes.set(names, hashes + n * HASH_BYTES);
  const head = new Uint32Array(bytes.buffer, 0, 4);
  head.set([MAGIC, 0, n, names.length]);
  const f = [row.metadataSize, row.metadataMtime, row.mirrorMtime, row.mirrorCtime, row.mirrorIno];
  new Float64Array(bytes.buffer, 16, 5).set(f);
  head[1] = checksum(bytes);
  return bytes;
}

/** A packed row, opened: entries are made only when asked for. */
export class PackedRow {
  readonly count: number;
  readonly names: string[];
  readonly metadataSize: number;
  readonly metadataMtime: number;
  readonly #meta: Float64Array;
  readonly #f64: Float64Array;
  readonly #u32: Uint32Array;
  readonly #hashes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    const head = new Uint32Array(bytes.buffer, bytes.byteOffset, 4);
    const n = head[2] ?? 0;
    this.count = n;
    const at = bytes.byteOffset;
    const meta = this.#meta = new Float64Array(bytes.buffer, at + 16, 5);
    this.metadataSize = meta[0] ?? 0;
    this.metadataMtime = meta[1] ?? 0;
    this.#f64 = new Float64Array(bytes.buffer, at + HEADER, n * 5);
    this.#u32 = new Uint32Array(bytes.buffer, at + HEADER + n * 40, n * 4);
    const hashes = HEADER + n * 56;
    this.#hashes = bytes.subarray(hashes, hashes + n * HASH_BYTES);
    const names = bytes.subarray(hashes + n * HASH_BYTES);
    this.names = n === 0 ? [] : fromUtf8(names.subarray(0, head[3])).split("\0");
  }

  /** Opens a packed row; undefined when it is damaged. */
  static open(raw: Uint8Array): PackedRow | undefined {
    if (raw.length < HEADER || raw.length % 8 !== 0) return undefined;
    const bytes = raw.byteOffset % 8 === 0 ? raw : raw.slice();
    const head = new Uint32Array(bytes.buffer, bytes.byteOffset, 4);
    const n = head[2] ?? 0;
    if (head[0] !== MAGIC || align(HEADER + n * 88 + (head[3] ?? 0)) !== bytes.length) {
      return undefined;
    }
    if (checksum(bytes) !== head[1]) return undefined;
    const row = new PackedRow(bytes);
    return row.names.length === n ? row : undefined;
  }

  /** True when the mirror's directory has the times and the inode that the last run left it with. */
  isMirror(mtime: number, ctime: number, ino: number): boolean {
    return this.#meta[2] === mtime && this.#meta[3] === ctime && this.#meta[4] === ino;
  }

  /**
   * True when it has the times alone, on a disk that tells when an entry changed: another directory may have come in its
   * place, of which the inode would tell where inodes stay the same from mount to mount.
   */
  isAsLeft(mtime: number, ctime: number): boolean {
    return ctime > 0 && this.#meta[2] === mtime && this.#meta[3] === ctime;
  }

  /** The directories that the mirror's held when the last run left it. */
  dirs(): string[] {
    return this.names.filter((_, i) => i > 0 && this.type(i) === "dir");
  }

  /** What the mirror's directory held when the last run left it: own names with their types. */
  mirror(): Map<string, string> {
    const mirror = new Map<string, string>();
    for (let i = 1; i < this.count; i++) {
      const type = this.type(i);
      if (type !== "link") mirror.set(this.names[i] ?? "", type);
    }
    return mirror;
  }

  /** True when entry `i` was last seen with just these values. */
  same(i: number, size: number, mtime: number, ctime: number, ino: number): boolean {
    const f = this.#f64;
    const at = i * 5;
    return f[at] === size && f[at + 1] === mtime && f[at + 2] === ctime && f[at + 3] === ino;
  }

  /** True when entry `i` was last seen with this mode and owner. */
  sameMode(i: number, mode: number, uid: number, gid: number): boolean {
    const u = this.#u32;
    const at = i * 4;
    return u[at] === mode && u[at + 1] === uid && u[at + 2] === gid;
  }

  /** The type of entry `i`. */
  type(i: number): "file" | "link" | "dir" {
    return TYPES[this.#u32[i * 4 + 3] ?? 0] ?? "file";
  }

  /** Entry `i` as an object. */
  entry(i: number): ScanEntry {
    const f = this.#f64;
    const u = this.#u32;
    const type = this.type(i);
    return {
      name: this.names[i] ?? "",
      type,
      size: f[i * 5] ?? 0,
      mtime: f[i * 5 + 1] ?? 0,
      ctime: f[i * 5 + 2] ?? 0,
      ino: f[i * 5 + 3] ?? NEVER,
      since: f[i * 5 + 4] ?? 0,
      mode: u[i * 4] ?? 0,
      uid: u[i * 4 + 1] ?? 0,
      gid: u[i * 4 + 2] ?? 0,
      hash: type === "dir" ? "" : this.#hex(i),
    };
  }

  /** All entries as objects. */
  entries(): ScanEntry[] {
    return Array.from({ length: this.count }, (_, i) => this.entry(i));
  }

  #hex(i: number): string {
    return this.#hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES).toHex();
  }
}

function align(n: number): number {
  return (n + 7) & ~7;
}

function writeHex(bytes: Uint8Array, at: number, hex: string): void {
  if (hex.length === 2 * HASH_BYTES) bytes.set(Uint8Array.fromHex(hex), at);
}

/** A quick sum over all words behind the magic and the sum itself: finds rot, not malice. */
function checksum(bytes: Uint8Array): number {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  let sum = 0x9e3779b9;
  for (let i = 2; i < words.length; i++) {
    sum = Math.imul(sum ^ (words[i] as number), 0x85ebca6b);
    sum = (sum << 13) | (sum >>> 19);
  }
  return sum >>> 0;
}
