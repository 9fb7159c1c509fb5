/**
 * What was seen of the entries of one wide directory, in columns: an entry is made of its place in them when it is asked
 * for. All that was seen is held from the listing until a file is stored, and as objects it took five times the room.
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

/** The entries of a directory: an array, or what makes each when it is asked for. */
export interface SourceEntries extends Iterable<SourceEntry> {
  readonly length: number;
  at(i: number): SourceEntry | undefined;
}

const TYPES: readonly EntryType[] = ["file", "dir", "link", "special"];
const EXCLUDED = 4;
const FLOATS = 6;
const WORDS = 4;
/** So many entries lie in a page, which goes when nobody asks for any of them any more. */
const BITS = 14;
const PAGE = 1 << BITS;

/** What was seen of some entries that follow each other. */
interface SeenPage {
  f64: Float64Array<ArrayBuffer>;
  u32: Uint32Array<ArrayBuffer>;
}

const NOTHING_KEPT: SeenPage = { f64: new Float64Array(), u32: new Uint32Array() };

/**
 * Where so many are to come, each page lies in memory of its own, which the system has back at once: what lies among other
 * things, as it does in a smaller buffer, stays with the program. It takes longer to read and write.
 */
const VERY_MANY = 4 * PAGE;

function newPage(isApart: boolean): SeenPage {
  const [floats, words] = [PAGE * FLOATS * 8, PAGE * WORDS * 4];
  const all = floats + words;
  const buffer = isApart ? new ArrayBuffer(all, { maxByteLength: all }) : new ArrayBuffer(all);
  return {
    f64: new Float64Array(buffer, 0, PAGE * FLOATS),
    u32: new Uint32Array(buffer, floats, PAGE * WORDS),
  };
}

function giveBack({ f64: { buffer } }: SeenPage): void {
  if (buffer.resizable) buffer.resize(0);
}

/** Makes entries. */
export class SeenInfos implements SourceEntries {
  readonly #names: string[] = [];
  readonly #areVeryMany: boolean;
  #pages: SeenPage[] = [];
  #bits: Uint8Array<ArrayBuffer>;
  /** Sizes as read, where they are not those told. */
  readonly #sizes = new Map<number, number>();
  /** By page, of how many of its entries somebody will ask yet; undefined before it is known. */
  #awaited: Uint32Array<ArrayBuffer> | undefined;

  /** With room for so many; it grows. */
  constructor(room: number) {
    this.#bits = new Uint8Array(Math.max(1, room));
    this.#areVeryMany = room >= VERY_MANY;
  }

  /** How many there are. */
  get length(): number {
    return this.#names.length;
  }

  /** Adds an entry; what is told of it later is kept here as well. */
  add(name: string, info: FileInfo, excluded: boolean): void {
    const i = this.#names.length;
    if (i === this.#bits.length) {
      const bits = new Uint8Array(2 * i);
      bits.set(this.#bits);
      this.#bits = bits;
    }
    if (i % PAGE === 0) this.#pages.push(newPage(this.#areVeryMany));
    this.#names.push(name);
    this.#bits[i] = TYPES.indexOf(info.type) | (excluded ? EXCLUDED : 0);
    this.setInfo(i, info);
  }

  /** Entry `i`. */
  at(i: number): SourceEntry | undefined {
    return i >= 0 && i < this.#names.length ? new SeenEntry(this, i) : undefined;
  }

  /** All entries, in the order in which they came. */
  *[Symbol.iterator](): Generator<SourceEntry, undefined> {
    for (let i = 0; i < this.#names.length; i++) yield new SeenEntry(this, i);
  }

  /** The place of an entry that is one of these. */
  placeOf(entry: SourceEntry): number | undefined {
    return entry instanceof SeenEntry && entry.isOf(this) ? entry.place : undefined;
  }

  /** From here on nobody asks for more than what they are, but of those at these places, each until it is {@link done}. */
  await(places: Iterable<number>): void {
    const awaited = this.#awaited = new Uint32Array(this.#pages.length);
    for (const i of places) awaited[i >> BITS] = (awaited[i >> BITS] ?? 0) + 1;
    for (let page = 0; page < awaited.length; page++) this.#letGo(page);
  }

  /** Nobody asks for more of an entry that was awaited. */
  done(entry: SourceEntry): void {
    const i = this.placeOf(entry);
    if (i === undefined || this.#awaited === undefined) return;
    const page = i >> BITS;
    const left = this.#awaited[page] ?? 0;
    if (left === 0) return;
    this.#awaited[page] = left - 1;
    this.#letGo(page);
  }

  #letGo(page: number): void {
    const seen = this.#pages[page];
    if (this.#awaited?.[page] !== 0 || seen === undefined) return;
    this.#pages[page] = NOTHING_KEPT;
    giveBack(seen);
  }

  /** Lets go of all but what the entries are: nobody asks for it any more. */
  forget(): void {
    const pages = this.#pages;
    this.#pages = [];
    for (const page of pages) giveBack(page);
  }

  /** The name of entry `i`. */
  name(i: number): string {
    return this.#names[i] ?? "";
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

  #page(i: number): SeenPage {
    const page = this.#pages[i >> BITS];
    if (page === undefined || page === NOTHING_KEPT) {
      throw new Error("what was seen of an entry is not kept any more");
    }
    return page;
  }

  /** What was seen of entry `i`. */
  info(i: number): FileInfo {
    const { f64: f, u32: u } = this.#page(i);
    const at = (i % PAGE) * FLOATS;
    const word = (i % PAGE) * WORDS;
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
    const { f64: f, u32: u } = this.#page(i);
    const at = (i % PAGE) * FLOATS;
    const word = (i % PAGE) * WORDS;
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
    return this.#page(i).f64[(i % PAGE) * FLOATS] ?? 0;
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
  readonly #infos: SeenInfos;
  readonly place: number;

  constructor(infos: SeenInfos, place: number) {
    this.#infos = infos;
    this.place = place;
  }

  isOf(infos: SeenInfos): boolean {
    return this.#infos === infos;
  }

  get name(): string {
    return this.#infos.name(this.place);
  }

  get type(): EntryType {
    return this.#infos.type(this.place);
  }

  get info(): FileInfo {
    return this.#infos.info(this.place);
  }

  set info(info: FileInfo) {
    this.#infos.setInfo(this.place, info);
  }

  get realSize(): number | undefined {
    return this.#infos.realSize(this.place);
  }

  set realSize(size: number | undefined) {
    this.#infos.setRealSize(this.place, size);
  }

  get excluded(): boolean {
    return this.#infos.excluded(this.place);
  }

  set excluded(excluded: boolean) {
    this.#infos.setExcluded(this.place, excluded);
  }
}
