/**
 * The scan row of a directory with very many entries, in pieces: each is a packed row of some of them, and the directory's
 * own row says which there are. So neither the index nor whoever reads it has the whole at once. Pure.
 * @module
 */

import { wordSum } from "../base/crc.ts";
import { NameFinder } from "./name_finder.ts";
import { PackedRow, type ScanEntry, type ScanRow, ScanTable, type SeenInfo } from "./scan_row.ts";

/** What is known of a directory since the last look; the first entry, with the name "", is the directory itself. */
export type KnownRow = Omit<Pick<PackedRow, keyof PackedRow>, "names">;

/** So many entries are in a piece; a row of no more is not divided. */
const PIECE = 4096;

const MAGIC = 0x33534b48; // "HKS3"
const HEADER = 16;

/** A row, or a piece of one, by its key in the index. */
export interface KeyedRow {
  dir: string;
  row: Uint8Array<ArrayBuffer>;
}

/** The key of piece `n` of a directory's row: no path of a directory begins with a slash, or has two in it. */
export function pieceKey(dir: string, n: number): string {
  return `/${dir}//${String(n).padStart(9, "0")}`;
}

/** Behind the keys of all pieces of a directory. */
export function pastPieces(dir: string): string {
  return `/${dir}/0`;
}

/** True for a key of a piece. */
export function isPieceKey(key: string): boolean {
  return key.startsWith("/");
}

/** What is under a key: a piece of a directory's row and the number of its first entry; undefined for the row itself. */
export function pieceOf(key: string): { dir: string; first: number } | undefined {
  if (!isPieceKey(key)) return undefined;
  const end = key.lastIndexOf("//");
  return { dir: key.slice(1, end), first: PIECE * Number(key.slice(end + 2)) };
}

/** The row of a directory with the entries of `order`, or its pieces and what tells of them. */
export function* rowOrPieces(
  dir: string,
  order: readonly number[] | Uint32Array<ArrayBuffer>,
  pack: (order: ArrayLike<number>) => Uint8Array<ArrayBuffer>,
): Generator<KeyedRow> {
  if (order.length <= PIECE) return yield { dir, row: pack(order) };
  const sums: number[] = [];
  for (let at = 0; at < order.length; at += PIECE) {
    const row = pack(order.slice(at, at + PIECE));
    const key = pieceKey(dir, sums.length);
    // who takes it may let go of what it lies in
    sums.push(sumOf(row));
    yield { dir: key, row };
  }
  yield { dir, row: packHead(order.length, sums) };
}

/** Packs a row of few entries. */
export function packScanRow(row: ScanRow): Uint8Array<ArrayBuffer> {
  return tableOf(row).pack(row);
}

/** A row of any number of entries, as {@link rowOrPieces}. */
export function packRow(dir: string, row: ScanRow): Generator<KeyedRow> {
  const table = tableOf(row);
  return rowOrPieces(dir, [...table.rows()], (order) => table.pack(row, order));
}

function tableOf({ entries }: ScanRow): ScanTable {
  const table = new ScanTable(entries.length);
  for (const entry of entries) table.push(entry);
  return table;
}

function packHead(count: number, sums: readonly number[]): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(HEADER / 4 + sums.length);
  words.set([MAGIC, 0, count, sums.length]);
  words.set(sums, HEADER / 4);
  words[1] = headSum(words);
  return new Uint8Array(words.buffer);
}

function headSum(words: Uint32Array): number {
  let sum = 0x9e3779b9;
  for (let i = 2; i < words.length; i++) sum = Math.imul(sum ^ (words[i] ?? 0), 0x85ebca6b) >>> 0;
  return sum;
}

/** The sum that a packed row has of itself. */
function sumOf(row: Uint8Array): number {
  return new DataView(row.buffer, row.byteOffset).getUint32(4, true);
}

/** How many pieces a row has: none where it is not divided. */
export function piecesIn(row: Uint8Array): number {
  return openHead(row)?.sums.length ?? 0;
}

interface PiecesHead {
  count: number;
  sums: Uint32Array;
}

function openHead(raw: Uint8Array): PiecesHead | undefined {
  // this byte alone tells it from a row that is not divided
  if (raw[3] !== MAGIC >>> 24 || raw.length <= HEADER || raw.length % 4 !== 0) return undefined;
  const words = new Uint32Array(raw.slice().buffer);
  const [magic, sum, count = 0, pieces] = words;
  if (magic !== MAGIC || sum !== headSum(words)) return undefined;
  const sums = words.subarray(HEADER / 4);
  return sums.length === pieces && pieces === Math.ceil(count / PIECE)
    ? { count, sums }
    : undefined;
}

/** The times and the inode of a directory of the mirror. */
type MirrorFacts = Pick<ScanRow, "mirrorMtime" | "mirrorCtime" | "mirrorIno">;

/** The same row, or its first piece and what tells of it, with other facts of the mirror's directory; nothing where it is damaged. */
export function* withMirror(
  { dir, row }: { dir: string; row: Uint8Array },
  load: (piece: number) => Uint8Array | undefined,
  mirror: MirrorFacts,
): Generator<KeyedRow> {
  const head = openHead(row);
  if (head === undefined) return yield* renewed(dir, row, mirror);
  const first = load(0);
  if (first === undefined || first.length < HEADER || sumOf(first) !== head.sums[0]) return;
  for (const piece of renewed(pieceKey(dir, 0), first, mirror)) {
    yield piece;
    yield { dir, row: packHead(head.count, [sumOf(piece.row), ...head.sums.subarray(1)]) };
  }
}

/** Where the facts of the mirror stand in a packed row, in bytes. */
const MIRROR = 32;

function* renewed(
  dir: string,
  raw: Uint8Array,
  { mirrorMtime, mirrorCtime, mirrorIno }: MirrorFacts,
): Generator<KeyedRow> {
  if (PackedRow.open(raw) === undefined) return;
  const row = raw.slice();
  new Float64Array(row.buffer, MIRROR, 3).set([mirrorMtime, mirrorCtime, mirrorIno]);
  new Uint32Array(row.buffer, 0, 2)[1] = wordSum(row);
  yield { dir, row };
}

/** Opens a row; `load` gives its pieces. Undefined when it is damaged, or a piece is missing or another one. */
export function openRow(
  raw: Uint8Array,
  load: (piece: number) => Uint8Array | undefined,
): KnownRow | undefined {
  const head = openHead(raw);
  if (head === undefined) return PackedRow.open(raw);
  const open = (n: number): PackedRow | undefined => {
    const piece = load(n);
    if (piece === undefined || piece.length < HEADER || sumOf(piece) !== head.sums[n]) {
      return undefined;
    }
    const row = PackedRow.open(piece);
    return row?.count === Math.min(PIECE, head.count - n * PIECE) ? row : undefined;
  };
  let first: PackedRow | undefined;
  for (let n = 0; n < head.sums.length; n++) {
    const row = open(n);
    if (row === undefined) return undefined;
    first ??= row;
  }
  return first === undefined ? undefined : new PiecedRow(head.count, first, open);
}

/**
 * After so many pieces were read for each that there is, all are kept: somebody asks in another order than they lie in, as
 * after the source moved to another disk.
 */
const TIMES = 16;

/** A row of which one piece is held, besides the first. */
class PiecedRow implements KnownRow {
  readonly count: number;
  readonly metadataSize: number;
  readonly metadataMtime: number;
  readonly #first: PackedRow;
  readonly #open: (n: number) => PackedRow | undefined;
  #held: PackedRow;
  #heldFrom = 0;
  #read = 0;
  readonly #kept = new Map<number, PackedRow>();
  #mirror: ReadonlyMap<string, string> | undefined;

  constructor(count: number, first: PackedRow, open: (n: number) => PackedRow | undefined) {
    this.count = count;
    this.metadataSize = first.metadataSize;
    this.metadataMtime = first.metadataMtime;
    this.#first = first;
    this.#held = first;
    this.#open = open;
  }

  /** Has the piece at hand that has entry `i`; gives where it stands in it. */
  #at(i: number): number {
    const at = i - this.#heldFrom;
    if (at >= 0 && at < PIECE) return at;
    const n = Math.floor(i / PIECE);
    const row = n === 0 ? this.#first : this.#kept.get(n) ?? this.#readPiece(n);
    if (row === undefined) throw new Error("index: a piece of a directory's row cannot be read");
    this.#held = row;
    this.#heldFrom = n * PIECE;
    return i - this.#heldFrom;
  }

  #readPiece(n: number): PackedRow | undefined {
    const row = this.#open(n);
    if (row !== undefined && ++this.#read > TIMES * this.count / PIECE) this.#kept.set(n, row);
    return row;
  }

  name(i: number): string {
    if (i >= this.count) return "";
    const at = this.#at(i);
    return this.#held.name(at);
  }

  #heldFor(i: number): PackedRow {
    this.#at(i);
    return this.#held;
  }

  type(i: number): "file" | "link" | "dir" {
    const at = this.#at(i);
    return this.#held.type(at);
  }

  entry(i: number): ReturnType<PackedRow["entry"]> {
    const at = this.#at(i);
    return this.#held.entry(at);
  }

  isSeen(i: number, name: string, type: string, info: SeenInfo): boolean {
    if (i >= this.count) return false;
    const at = this.#at(i);
    return this.#held.isSeen(at, name, type, info);
  }

  sameMode(i: number, info: SeenInfo): boolean {
    const at = this.#at(i);
    return this.#held.sameMode(at, info);
  }

  mtime(i: number): number {
    const at = this.#at(i);
    return this.#held.mtime(at);
  }

  ctime(i: number): number {
    const at = this.#at(i);
    return this.#held.ctime(at);
  }

  isMirror(mtime: number, ctime: number, ino: number): boolean {
    return this.#first.isMirror(mtime, ctime, ino);
  }

  get isSure(): boolean {
    return this.#first.isSure;
  }

  isAsLeft(mtime: number, ctime: number): boolean {
    return this.#first.isAsLeft(mtime, ctime);
  }

  isTimed(mtime: number, ctime: number): boolean {
    return this.#first.isTimed(mtime, ctime);
  }

  get someUnseen(): boolean {
    return this.#some((row) => row.someUnseen);
  }

  #some(is: (row: PackedRow) => boolean): boolean {
    for (let i = 0; i < this.count; i += PIECE) if (is(this.#heldFor(i))) return true;
    return false;
  }

  namesOf(type: "file" | "link" | "dir"): string[] {
    const names: string[] = [];
    for (let i = 1; i < this.count; i++) if (this.type(i) === type) names.push(this.name(i));
    return names;
  }

  mirror(): ReadonlyMap<string, string> {
    return this.#mirror ??= new RowMirror(this);
  }

  entries(): ReturnType<PackedRow["entry"]>[] {
    return Array.from({ length: this.count }, (_, i) => this.entry(i));
  }
}

/** What a mirror's directory held, by a row. */
class RowMirror implements ReadonlyMap<string, string> {
  readonly #row: KnownRow;
  readonly #finder: NameFinder;

  constructor(row: KnownRow) {
    this.#row = row;
    this.#finder = new NameFinder(row.count, (i) => row.name(i));
  }

  get(name: string): string | undefined {
    const i = name === "" ? undefined : this.#finder.find(name);
    const type = i === undefined ? "link" : this.#row.type(i);
    return type === "link" ? undefined : type;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  get size(): number {
    let n = 0;
    for (const _name of this.keys()) n++;
    return n;
  }

  *entries(): Generator<[string, string], undefined> {
    for (let i = 1; i < this.#row.count; i++) {
      const type = this.#row.type(i);
      if (type !== "link") yield [this.#row.name(i), type];
    }
  }

  *keys(): Generator<string, undefined> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): Generator<string, undefined> {
    for (const [, type] of this.entries()) yield type;
  }

  [Symbol.iterator](): Generator<[string, string], undefined> {
    return this.entries();
  }

  forEach(tell: (type: string, name: string, map: ReadonlyMap<string, string>) => void): void {
    for (const [name, type] of this.entries()) tell(type, name, this);
  }
}

/** True where a directory has links, as it is known. */
export function hasLinks(
  known: readonly ScanEntry[] | KnownRow | undefined,
): known is readonly ScanEntry[] | KnownRow {
  if (known === undefined) return false;
  if (!("count" in known)) return known.some((k) => k.type === "link");
  for (let i = 0; i < known.count; i++) if (known.type(i) === "link") return true;
  return false;
}
