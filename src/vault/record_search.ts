/**
 * Finds the bytes that a damaged record had: what was lost of it stands elsewhere in the vault, and its SHA-256 tells
 * which of all that may have been there was. Nothing is found that this hash does not prove. Pure.
 * @module
 */

import { fromUtf8, utf8 } from "../base/bytes.ts";
import type { HashOf } from "../base/hash.ts";
import { parseHead, parseLine, type RecordLine } from "./record.ts";

/** A line that a record should have, by what else is known; some of it may have been written in one way or another. */
export interface ToldLine {
  path: string;
  /** What it tells of: the path, and whether something began, ended, or changed its attributes. */
  key: string;
  /** How it may stand in the record, the likeliest first. */
  texts: readonly string[];
}

/** What is looked for. */
export interface SoughtRecord {
  /** The SHA-256 of all bytes before the last line. */
  sha256: string;
  /** The first line, where it is known. */
  head?: string | undefined;
  told: readonly ToldLine[];
}

/** So many bytes are hashed at most before it is given up: a second or so. */
const BUDGET = 1 << 29;
/** So many lines that are lost together are tried in every order. */
const MOST_PERMUTED = 5;

/** What a line tells of; undefined for what makes no sense, and for what stands in a record once at most. */
export function keyOf(line: RecordLine): string | undefined {
  if (line.kind === "attr") return `attr\0${line.path}`;
  if (line.kind !== "version") return undefined;
  const what = line.gone !== undefined ? "gone" : line.to !== undefined ? "end" : "begin";
  return `${what}\0${line.path}`;
}

/** The bytes before the last line as they were; undefined where nothing that was tried is proven. */
export function searchRecord(
  hashOf: HashOf,
  damaged: Uint8Array,
  sought: SoughtRecord,
): Uint8Array | undefined {
  const search = new RecordSearch(hashOf, sought);
  const lines = linesOf(damaged);
  for (const found of search.byLines(lines)) {
    if (search.holds(found)) return joined(found);
    if (search.isSpent) return undefined;
  }
  return search.byBytes(joined(lines));
}

function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let from = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, from)) {
    lines.push(bytes.subarray(from, at));
    from = at + 1;
  }
  if (from < bytes.length) lines.push(bytes.subarray(from));
  return lines;
}

function joined(lines: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(lines.reduce((n, line) => n + line.length + 1, 0));
  let at = 0;
  for (const line of lines) {
    all.set(line, at);
    at += line.length;
    all[at++] = 10;
  }
  return all;
}

/** A line, and what is known of it. */
interface SeenLine {
  key: string | undefined;
  text: string;
  bad: boolean;
}

class RecordSearch {
  readonly #hashOf: HashOf;
  readonly #sought: SoughtRecord;
  #left = BUDGET;

  constructor(hashOf: HashOf, sought: SoughtRecord) {
    this.#hashOf = hashOf;
    this.#sought = sought;
  }

  /** All that may be tried was tried. */
  get isSpent(): boolean {
    return this.#left <= 0;
  }

  holds(lines: readonly Uint8Array[]): boolean {
    return this.#isIt(joined(lines));
  }

  #isIt(bytes: Uint8Array): boolean {
    this.#left -= bytes.length + 200;
    return this.#left > 0 && this.#hashOf(bytes) === this.#sought.sha256;
  }

  /** What whole lines may have been, the likeliest first. */
  *byLines(given: readonly Uint8Array[]): Generator<Uint8Array[]> {
    const head = this.#sought.head;
    const known = head === undefined ? undefined : utf8(head);
    const isHead = given[0] !== undefined && parseHead(fromUtf8(given[0])) !== undefined;
    const starts = known === undefined
      ? [given]
      : isHead
      ? [[known, ...given.slice(1)]]
      : [[known, ...given.slice(1)], [known, ...given]];
    for (const lines of starts) {
      yield [...lines];
      const seen = lines.map(look);
      yield* this.#once(lines, seen);
      yield* this.#replaced(lines, seen);
      yield* this.#filled(lines, seen);
      yield* exchanged(lines);
    }
  }

  /** One of two that are alike, or one that nobody tells of, was not there. */
  *#once(lines: readonly Uint8Array[], seen: readonly SeenLine[]): Generator<Uint8Array[]> {
    const times = new Map<string, number>();
    for (const { text } of seen) times.set(text, (times.get(text) ?? 0) + 1);
    const told = new Set(this.#sought.told.map((t) => t.key));
    for (const [i, { text, key, bad }] of seen.entries()) {
      const odd = bad || (key !== undefined && !told.has(key)) || (times.get(text) ?? 0) > 1;
      if (i > 0 && odd) yield lines.toSpliced(i, 1);
    }
  }

  /** What is told of an entry in another way stands for the line. */
  *#replaced(lines: readonly Uint8Array[], seen: readonly SeenLine[]): Generator<Uint8Array[]> {
    const told = new Map(this.#sought.told.map((t) => [t.key, t.texts]));
    const all = [...lines];
    for (const [i, s] of seen.entries()) {
      const texts = s.key === undefined ? undefined : told.get(s.key);
      if (texts === undefined || texts.includes(s.text)) continue;
      for (const text of texts) yield lines.with(i, utf8(text));
      all[i] = utf8(texts[0] ?? "");
    }
    yield all;
  }

  /** What is told and not there stands where lines make no sense; or somewhere, where all do. */
  *#filled(lines: readonly Uint8Array[], seen: readonly SeenLine[]): Generator<Uint8Array[]> {
    const there = new Set(seen.map((s) => s.key));
    const lacking = this.#sought.told.filter((t) => !there.has(t.key));
    if (lacking.length === 0) return;
    const bad = seen.flatMap((s, i) => s.bad && i > 0 ? [i] : []);
    const [first, last] = [bad[0], bad.at(-1)];
    const orders = ordered(lacking);
    if (first !== undefined && last !== undefined) {
      for (const order of orders) yield lines.toSpliced(first, last - first + 1, ...order);
      return;
    }
    for (const order of orders) {
      for (let i = lines.length; i > 0; i--) yield lines.toSpliced(i, 0, ...order);
    }
  }

  /** One byte is another: in a line that makes no sense first, then anywhere. */
  byBytes(bytes: Uint8Array): Uint8Array | undefined {
    const told = new Map(this.#sought.told.map((t) => [t.key, t.texts]));
    const doubtful: [number, number][] = [];
    let at = 0;
    for (const [i, line] of linesOf(bytes).entries()) {
      const { bad, key, text } = look(line);
      const isHead = i === 0 && parseHead(text) !== undefined;
      const texts = key === undefined ? undefined : told.get(key);
      const odd = i === 0 ? !isHead : bad || texts?.includes(text) === false;
      // with the end of the line before it
      if (odd) doubtful.push([Math.max(0, at - 1), at + line.length + 1]);
      at += line.length + 1;
    }
    const own = bytes.slice();
    for (const [from, to] of doubtful) {
      for (let i = from; i < to && i < own.length; i++) {
        if (this.#byte(own, i, anyByte)) return own;
      }
    }
    for (let i = 0; i < own.length; i++) if (this.#byte(own, i, likelyBytes)) return own;
    return undefined;
  }

  #byte(bytes: Uint8Array, i: number, others: (byte: number) => Iterable<number>): boolean {
    if (this.isSpent) return false;
    const was = bytes[i] ?? 0;
    for (const byte of others(was)) {
      bytes[i] = byte;
      if (this.#isIt(bytes)) return true;
    }
    bytes[i] = was;
    return false;
  }
}

function look(bytes: Uint8Array): SeenLine {
  const text = fromUtf8(bytes);
  const line = parseLine(text);
  return { key: line && keyOf(line), text, bad: line === undefined };
}

function* anyByte(was: number): Generator<number> {
  for (let byte = 0; byte < 256; byte++) if (byte !== was) yield byte;
}

/** A flipped bit, another digit. */
function* likelyBytes(was: number): Generator<number> {
  for (let bit = 0; bit < 8; bit++) yield was ^ (1 << bit);
  if (was < 48 || was > 57) return;
  for (let digit = 48; digit < 58; digit++) if (digit !== was) yield digit;
}

/** Two lines stand in each other's place. */
function* exchanged(lines: readonly Uint8Array[]): Generator<Uint8Array[]> {
  for (let i = 1; i < lines.length; i++) {
    for (let j = i + 1; j < lines.length; j++) {
      const [one, two] = [lines[i], lines[j]];
      if (one !== undefined && two !== undefined) yield lines.with(i, two).with(j, one);
    }
  }
}

/** Lines in the orders that they may have had, each in the ways that it may have been written. */
function* ordered(told: readonly ToldLine[]): Generator<Uint8Array[]> {
  const units = [...Map.groupBy(told, (t) => t.path).values()];
  for (const order of units.length > MOST_PERMUTED ? [units] : permutations(units)) {
    yield* written(order.flat());
  }
}

/** The lines in each of the ways that each may have been written, the likeliest first: one at a time, for there may be many. */
function* written(told: readonly ToldLine[]): Generator<Uint8Array[]> {
  const ways = told.map((t) => t.texts.map(utf8));
  if (ways.some((texts) => texts.length === 0)) return;
  const chosen = ways.map(() => 0);
  for (;;) {
    yield ways.flatMap((texts, i) => texts[chosen[i] ?? 0] ?? []);
    let at = ways.length - 1;
    for (; at >= 0; at--) {
      const next = (chosen[at] ?? 0) + 1;
      chosen[at] = next < (ways[at]?.length ?? 0) ? next : 0;
      if (chosen[at] !== 0) break;
    }
    if (at < 0) return;
  }
}

function* permutations<T>(all: readonly T[]): Generator<T[]> {
  if (all.length < 2) return yield [...all];
  for (const [i, one] of all.entries()) {
    for (const rest of permutations(all.toSpliced(i, 1))) yield [one, ...rest];
  }
}
