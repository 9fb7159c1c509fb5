/** Finds names in a long list, most of them in its order. @module */

/** The whole list may be gone through so many times; after that each name is looked up. */
const TIMES = 4;

/** Where names are: whoever asks in their order needs no table of them all. */
export class NameFinder {
  readonly #count: number;
  readonly #name: (i: number) => string;
  #next = 0;
  /** How many names may still be passed over. */
  #left: number;
  #places: NameTable | undefined;

  /** Of `count` names. */
  constructor(count: number, name: (i: number) => string) {
    this.#count = count;
    this.#name = name;
    this.#left = TIMES * count;
  }

  /** The number of a name. */
  find(name: string): number | undefined {
    if (this.#left <= 0) return (this.#places ??= tableOf(this.#count, this.#name)).get(name);
    for (let passed = 0; passed < this.#count; passed++) {
      const i = (this.#next + passed) % this.#count;
      if (this.#name(i) !== name) continue;
      this.#left -= passed;
      this.#next = i + 1;
      return i;
    }
    this.#left -= this.#count;
    return undefined;
  }
}

/** So many others may stand before the place of a name: where there are more, somebody chose names for that. */
const MOST_PASSED = 512;

/**
 * The place of each of very many names that lie elsewhere: 16 to 32 bytes a name, none of it the collector's, where a map
 * takes 28 to 56 and the name.
 */
export class NameTable {
  readonly #name: (place: number) => string;
  /** By turns the hash of a name and its place and one; 0 where none is. */
  readonly #slots: Uint32Array<ArrayBuffer>;
  readonly #mask: number;
  /** Instead, where names were chosen to stand in each other's way. */
  #map: Map<string, number> | undefined;

  /** Of no more than `most` names, by their places. */
  constructor(most: number, name: (place: number) => string) {
    this.#name = name;
    const slots = 1 << (32 - Math.clz32(2 * Math.max(1, most) - 1));
    this.#slots = slotsFor(2 * slots);
    this.#mask = slots - 1;
  }

  /** Says where a name is; gives where it was said to be before. */
  set(name: string, place: number): number | undefined {
    const slot = this.#map === undefined ? this.#find(name) : undefined;
    if (slot === undefined) {
      const map = this.#map ??= this.#asMap();
      const before = map.get(name);
      map.set(name, place);
      return before;
    }
    const slots = this.#slots;
    const before = slots[slot + 1] ?? 0;
    slots[slot] = hashOfName(name);
    slots[slot + 1] = place + 1;
    return before === 0 ? undefined : before - 1;
  }

  /** Where a name is. */
  get(name: string): number | undefined {
    if (this.#map !== undefined) return this.#map.get(name);
    const slot = this.#find(name);
    const place = slot === undefined ? 0 : this.#slots[slot + 1] ?? 0;
    return place === 0 ? undefined : place - 1;
  }

  /** The slot of a name, or a free one for it; undefined where that would be too far off. */
  #find(name: string): number | undefined {
    const hash = hashOfName(name);
    const slots = this.#slots;
    const mask = this.#mask;
    for (let at = hash & mask, passed = 0; passed < MOST_PASSED; at = (at + 1) & mask, passed++) {
      const place = slots[2 * at + 1] ?? 0;
      if (place === 0) return 2 * at;
      if (slots[2 * at] === hash && this.#name(place - 1) === name) return 2 * at;
    }
    return undefined;
  }

  #asMap(): Map<string, number> {
    const map = new Map<string, number>();
    for (let at = 1; at < this.#slots.length; at += 2) {
      const place = this.#slots[at] ?? 0;
      if (place > 0) map.set(this.#name(place - 1), place - 1);
    }
    return map;
  }
}

/**
 * A large table lies in memory of its own, which the system has back as soon as it is collected: a wide directory needs
 * several, one after another, and each would stay with the program.
 */
const APART = 1 << 18;

function slotsFor(length: number): Uint32Array<ArrayBuffer> {
  const bytes = 4 * length;
  return length < APART
    ? new Uint32Array(length)
    : new Uint32Array(new ArrayBuffer(bytes, { maxByteLength: bytes }), 0, length);
}

/** The first `count` names, by their numbers; of several that are the same the last. */
export function tableOf(count: number, name: (i: number) => string): NameTable {
  const table = new NameTable(count, name);
  for (let i = 0; i < count; i++) table.set(name(i), i);
  return table;
}

/** Rows that have names. */
interface RowsWithNames {
  readonly length: number;
  /** True for a row that counts. */
  has: (row: number) => boolean;
  name: (row: number) => string;
}

/** The row of each name; where there are two, the last one counts. */
export interface NamedRows {
  get: (name: string) => number | undefined;
  values: () => Iterable<number>;
}

/** So many are found by a table instead of a map. */
const MANY = 4096;

/** Finds the rows that there are by now by their names. */
export function rowsByName(all: RowsWithNames): NamedRows {
  const { length } = all;
  if (length >= MANY) return rowsOfMany(all);
  const rows = new Map<string, number>();
  for (let i = 0; i < length; i++) if (all.has(i)) rows.set(all.name(i), i);
  return rows;
}

function rowsOfMany(all: RowsWithNames): NamedRows {
  const counts = new Uint8Array(all.length);
  const table = new NameTable(all.length, (row) => all.name(row));
  for (let row = 0; row < counts.length; row++) {
    if (!all.has(row)) continue;
    const before = table.set(all.name(row), row);
    if (before !== undefined) counts[before] = 0;
    counts[row] = 1;
  }
  return { get: (name) => table.get(name), values: () => marked(counts) };
}

function* marked(counts: Uint8Array): Generator<number, undefined> {
  for (let row = 0; row < counts.length; row++) if (counts[row] === 1) yield row;
}

/** A number of 32 bits for a name (FNV-1a, mixed once more: names of a directory differ in few of their last letters). */
export function hashOfName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
