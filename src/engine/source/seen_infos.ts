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
/** Size, times, inode. */
const FLOATS = 4;
/** Blocks, and the number of what is much the same for all. */
const WORDS = 2;
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

/** What entries of one directory have much the same: few of each are different. */
type Alike = Pick<FileInfo, "dev" | "mode" | "uid" | "gid" | "nlink">;

/** A number that stands for more blocks than fit. */
const MANY_BLOCKS = 0xffffffff;

/** What is much the same for all, each kind once. */
class Kinds {
  readonly #all: Alike[] = [];
  readonly #numbers = new Map<string, number>();
  #last = 0;

  /** The number of what an entry has. */
  of(info: FileInfo): number {
    const last = this.#all[this.#last];
    if (last !== undefined && isAlike(last, info)) return this.#last;
    const { dev, mode, uid, gid, nlink } = info;
    const key = `${dev} ${mode} ${uid} ${gid} ${nlink}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return this.#last = known;
    this.#numbers.set(key, this.#all.length);
    return this.#last = this.#all.push({ dev, mode, uid, gid, nlink }) - 1;
  }

  get(number: number): Alike {
    return this.#all[number] ?? NOTHING_ALIKE;
  }
}

const NOTHING_ALIKE: Alike = { dev: 0, mode: 0, uid: 0, gid: 0, nlink: 0 };

function isAlike(a: Alike, b: FileInfo): boolean {
  return a.mode === b.mode && a.nlink === b.nlink && a.uid === b.uid && a.gid === b.gid &&
    a.dev === b.dev;
}

/** Makes entries. */
export class SeenInfos implements SourceEntries {
  readonly #names: string[];
  #count = 0;
  readonly #areVeryMany: boolean;
  #pages: SeenPage[] = [];
  #bits: Uint8Array<ArrayBuffer>;
  readonly #kinds = new Kinds();
  /** Blocks of entries that have very many. */
  readonly #blocks = new Map<number, number>();
  /** Sizes as read, where they are not those told. */
  readonly #sizes = new Map<number, number>();
  /** By page, of how many of its entries somebody will ask yet; undefined before it is known. */
  #awaited: Uint32Array<ArrayBuffer> | undefined;

  /** With room for so many; it grows. */
  constructor(room: number) {
    this.#names = new Array<string>(room);
    this.#bits = new Uint8Array(Math.max(1, room));
    this.#areVeryMany = room >= VERY_MANY;
  }

  /** How many there are. */
  get length(): number {
    return this.#count;
  }

  /** Adds an entry; what is told of it later is kept here as well. */
  add(name: string, info: FileInfo, excluded: boolean): void {
    const i = this.#count++;
    if (i === this.#bits.length) {
      const bits = new Uint8Array(2 * i);
      bits.set(this.#bits);
      this.#bits = bits;
    }
    if (i % PAGE === 0) this.#pages.push(newPage(this.#areVeryMany));
    this.#names[i] = name;
    this.#bits[i] = TYPES.indexOf(info.type) | (excluded ? EXCLUDED : 0);
    this.setInfo(i, info);
  }

  /** Entry `i`. */
  at(i: number): SourceEntry | undefined {
    return i >= 0 && i < this.#count ? new SeenEntry(this, i) : undefined;
  }

  /** All entries, in the order in which they came. */
  *[Symbol.iterator](): Generator<SourceEntry, undefined> {
    for (let i = 0; i < this.#count; i++) yield new SeenEntry(this, i);
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
    const blocks = u[word] ?? 0;
    const { dev, mode, uid, gid, nlink } = this.#kinds.get(u[word + 1] ?? 0);
    return {
      type: this.type(i),
      size: f[at] ?? 0,
      mtime: f[at + 1] ?? 0,
      ctime: f[at + 2] ?? 0,
      ino: f[at + 3] ?? 0,
      dev,
      mode,
      uid,
      gid,
      blocks: blocks === MANY_BLOCKS ? this.#blocks.get(i) ?? blocks : blocks,
      nlink,
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
    u[word] = this.#packBlocks(i, info.blocks);
    u[word + 1] = this.#kinds.of(info);
  }

  #packBlocks(i: number, blocks: number): number {
    if (Number.isInteger(blocks) && blocks >= 0 && blocks < MANY_BLOCKS) return blocks;
    this.#blocks.set(i, blocks);
    return MANY_BLOCKS;
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
