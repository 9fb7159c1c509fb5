/**
 * What was seen of the entries of one directory, in columns: an entry is a name and a place in them. Of a wide directory
 * all entries are held from the listing until the last file is stored, and as objects they took five times the room.
 * @module
 */

import type { EntryType, FileInfo } from "../../base/fs.ts";

/** An entry of the source. */
export interface SourceEntry {
  name: string;
  type: "file" | "dir" | "link" | "special";
  info: FileInfo;
  /** The size of its content once it was read; a disk may tell another one (decision 27). */
  realSize?: number | undefined;
  /** Left out by a rule: neither seen nor gone. */
  excluded: boolean;
}

const TYPES: readonly EntryType[] = ["file", "dir", "link", "special"];
const EXCLUDED = 4;
const FLOATS = 6;
const WORDS = 4;

/** Makes entries. */
export class SeenInfos {
  #f64: Float64Array<ArrayBuffer>;
  #u32: Uint32Array<ArrayBuffer>;
  #bits: Uint8Array<ArrayBuffer>;
  #count = 0;
  /** Sizes as read, where they are not those told. */
  readonly #sizes = new Map<number, number>();

  /** With room for so many; it grows. */
  constructor(room: number) {
    const n = Math.max(1, room);
    this.#f64 = new Float64Array(n * FLOATS);
    this.#u32 = new Uint32Array(n * WORDS);
    this.#bits = new Uint8Array(n);
  }

  /** An entry; what is told of it later is kept here as well. */
  entry(name: string, info: FileInfo, excluded: boolean): SourceEntry {
    const i = this.#count++;
    if (i === this.#bits.length) this.#grow();
    this.#bits[i] = TYPES.indexOf(info.type) | (excluded ? EXCLUDED : 0);
    this.setInfo(i, info);
    return new SeenEntry(name, this, i);
  }

  #grow(): void {
    const room = 2 * this.#bits.length;
    const f64 = new Float64Array(room * FLOATS);
    f64.set(this.#f64);
    this.#f64 = f64;
    const u32 = new Uint32Array(room * WORDS);
    u32.set(this.#u32);
    this.#u32 = u32;
    const bits = new Uint8Array(room);
    bits.set(this.#bits);
    this.#bits = bits;
  }

  /** Lets go of all but what the entries are: nobody asks for it any more. */
  forget(): void {
    this.#f64 = new Float64Array();
    this.#u32 = new Uint32Array();
  }

  /** What entry `i` is. */
  type(i: number): EntryType {
    return TYPES[(this.#bits[i] ?? 0) & 3] ?? "file";
  }

  /** True when entry `i` is left out. */
  excluded(i: number): boolean {
    return ((this.#bits[i] ?? 0) & EXCLUDED) !== 0;
  }

  /** Leaves entry `i` out, or not. */
  setExcluded(i: number, excluded: boolean): void {
    const type = (this.#bits[i] ?? 0) & 3;
    this.#bits[i] = excluded ? type | EXCLUDED : type;
  }

  /** What was seen of entry `i`. */
  info(i: number): FileInfo {
    const f = this.#f64;
    const u = this.#u32;
    const at = i * FLOATS;
    const word = i * WORDS;
    if (at >= f.length) throw new Error("what was seen of an entry is not kept any more");
    return {
      type: this.type(i),
      size: f[at] ?? 0,
      mtime: f[at + 1] ?? 0,
      ctime: f[at + 2] ?? 0,
      ino: f[at + 3] ?? 0,
      dev: f[at + 4] ?? 0,
      mode: u[word] ?? 0,
      uid: u[word + 1] ?? 0,
      gid: u[word + 2] ?? 0,
      blocks: f[at + 5] ?? 0,
      nlink: u[word + 3] ?? 0,
    };
  }

  /** Something newer was seen of entry `i`, which is what it was. */
  setInfo(i: number, info: FileInfo): void {
    const f = this.#f64;
    const u = this.#u32;
    const at = i * FLOATS;
    const word = i * WORDS;
    f[at] = info.size;
    f[at + 1] = info.mtime;
    f[at + 2] = info.ctime;
    f[at + 3] = info.ino;
    f[at + 4] = info.dev;
    f[at + 5] = info.blocks;
    u[word] = info.mode;
    u[word + 1] = info.uid;
    u[word + 2] = info.gid;
    u[word + 3] = info.nlink;
  }

  /** The size of entry `i` as told. */
  size(i: number): number {
    return this.#f64[i * FLOATS] ?? 0;
  }

  /** The size of entry `i` once it was read. */
  realSize(i: number): number | undefined {
    return this.#sizes.get(i);
  }

  /** Entry `i` was read. */
  setRealSize(i: number, size: number | undefined): void {
    if (size === undefined || size === this.size(i)) this.#sizes.delete(i);
    else this.#sizes.set(i, size);
  }
}

/** An entry whose info is a place in the columns. */
class SeenEntry implements SourceEntry {
  readonly name: string;
  readonly #infos: SeenInfos;
  readonly #i: number;

  constructor(name: string, infos: SeenInfos, i: number) {
    this.name = name;
    this.#infos = infos;
    this.#i = i;
  }

  get type(): EntryType {
    return this.#infos.type(this.#i);
  }

  get info(): FileInfo {
    return this.#infos.info(this.#i);
  }

  set info(info: FileInfo) {
    this.#infos.setInfo(this.#i, info);
  }

  get realSize(): number | undefined {
    return this.#infos.realSize(this.#i);
  }

  set realSize(size: number | undefined) {
    this.#infos.setRealSize(this.#i, size);
  }

  get excluded(): boolean {
    return this.#infos.excluded(this.#i);
  }

  set excluded(excluded: boolean) {
    this.#infos.setExcluded(this.#i, excluded);
  }
}
