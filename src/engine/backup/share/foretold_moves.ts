/**
 * What a run that writes nothing knows of moves: a path that is gone and a new one of the same size and time. Some of them are
 * read before anything is decided on their number: size and time alone are soon the same (design, *Never lose anything*).
 * @module
 */

import { Balances } from "../../../base/balances.ts";
import { dirOf, nameOf } from "../../../base/relpath.ts";
import { SpreadSample } from "../../../base/spread_sample.ts";
import { LEAST_SHARED } from "../../../vault/history/contents.ts";
import type { SourceEntry } from "../../source/source_dir.ts";

/** A path that is gone, or new. */
interface End {
  path: string;
  /** Of one that is gone: its content. */
  hash?: string | null | undefined;
  source?: SourceEntry;
}

/** A pair to be read: what is new, and what it would be if it had moved. */
export interface Sample {
  path: string;
  source: SourceEntry;
  hashes: ReadonlySet<string>;
}

/** What is gone and what is new, of one size and time. */
export interface MovedPair {
  from: string;
  /** The content of what is gone. */
  hash: string;
  to: string;
  source: SourceEntry;
}

/** So many paths that have no other end yet are remembered by name, and so many pairs; of the others the number alone. */
const MOST_NAMED = 50_000;
/** So many pairs are read, spread over all of them. */
const MOST_READ = 256;
/** So many moves from directory to directory are told apart. */
const MOST_DIRECTORIES = 20_000;

/** The paths of one size and time that have not found their other end. */
interface UnmatchedPaths {
  gone: Ends;
  added: Ends;
}

/** Ends that can be taken by their name, or the last one. */
class Ends {
  readonly #names = new Map<string, End[]>();
  #order: End[] = [];
  #taken = new Set<End>();

  /** How many there are. */
  get size(): number {
    return this.#order.length - this.#taken.size;
  }

  /** All of them. */
  all(): End[] {
    return this.#order.filter((end) => !this.#taken.has(end));
  }

  /** The last one, which stays. */
  get last(): End | undefined {
    return this.#order.findLast((end) => !this.#taken.has(end));
  }

  add(end: End): void {
    this.#order.push(end);
    const same = this.#names.get(nameOf(end.path));
    if (same === undefined) this.#names.set(nameOf(end.path), [end]);
    else same.push(end);
  }

  /** One of this name. */
  take(name: string): End | undefined {
    const end = this.#pop(name);
    if (end === undefined) return undefined;
    this.#taken.add(end);
    if (2 * this.#taken.size > this.#order.length) {
      this.#order = this.all();
      this.#taken = new Set();
    }
    return end;
  }

  /** Any of them. */
  takeAny(): End | undefined {
    let end = this.#order.pop();
    while (end !== undefined && this.#taken.delete(end)) end = this.#order.pop();
    if (end !== undefined) this.#pop(nameOf(end.path));
    return end;
  }

  #pop(name: string): End | undefined {
    const same = this.#names.get(name);
    const end = same?.pop();
    if (same?.length === 0) this.#names.delete(name);
    return end;
  }
}

/** What is kept of what was met, so that a million files that moved take little memory. */
export interface ForetoldLimits {
  /** Paths that have no other end yet, and pairs, that are remembered by name. */
  named?: number;
  /** Moves from directory to directory. */
  directories?: number;
}

/** Pairs what is gone with what is new. */
export class ForetoldMoves {
  readonly #limits: Required<ForetoldLimits>;
  readonly #waiting = new Map<string, UnmatchedPaths>();
  /** What waits without a name, by size and time: what is new, less what is gone. */
  readonly #unnamed = new Balances();
  readonly #dirs = new Map<string, { from: string; to: string; n: number }>();
  readonly #samples = new SpreadSample<Sample>(MOST_READ);
  readonly #doubtful: Sample[] = [];
  #pairs: MovedPair[] = [];
  #named = 0;
  #count = 0;
  #shared = 0;
  #keepsPairs: boolean;
  /** Moves between directories that are not told apart. */
  #elsewhere = 0;

  /** Of one run; `pairs` where they are asked for. */
  constructor(pairs: boolean, limits: ForetoldLimits = {}) {
    this.#keepsPairs = pairs;
    this.#limits = { named: MOST_NAMED, directories: MOST_DIRECTORIES, ...limits };
  }

  /** A file or link that is gone. */
  gone(path: string, size: number, mtime: number, hash?: string | null): void {
    this.#meet("gone", { path, hash }, size, mtime);
  }

  /** One that is new. */
  added(path: string, source: SourceEntry): void {
    this.#meet("added", { path, source }, source.info.size, source.info.mtime);
  }

  /** How many paths wait for their other end by name. */
  get waiting(): number {
    return this.#named;
  }

  /** How many moved. */
  get count(): number {
    return this.#count;
  }

  /** The bytes that those which moved share with their marks; small files are stored. */
  get shared(): number {
    return this.#shared;
  }

  /** From where to where, by directories, the most files first. */
  directories(): { from: string; to: string; n: number }[] {
    return [...this.#dirs.values()].sort((a, b) => b.n - a.n || (a.from < b.from ? -1 : 1));
  }

  /** How many more moved between other directories. */
  get elsewhere(): number {
    return this.#elsewhere;
  }

  /** The pairs that were found since the last call; of more than are remembered by name the first. */
  takePairs(): MovedPair[] {
    const pairs = this.#pairs;
    this.#pairs = [];
    return pairs;
  }

  /** Nobody asks for pairs any more. */
  dropPairs(): void {
    this.#keepsPairs = false;
    this.#pairs = [];
  }

  /** The ends of one size and time that have found no other end. */
  alone({ info: { size, mtime } }: SourceEntry): { gone: End[]; added: End[] } {
    const waiting = this.#waiting.get(`${size} ${mtime}`);
    return { gone: waiting?.gone.all() ?? [], added: waiting?.added.all() ?? [] };
  }

  /** A pair has been read and is two files: one went, another came. */
  refute({ from, to, source }: MovedPair): void {
    this.#moved(source.info.size, -1);
    this.#between(from, to, -1);
  }

  /** What was refuted has another end. */
  confirm({ from, to, source }: MovedPair): void {
    this.#moved(source.info.size);
    this.#between(from, to);
  }

  /** Pairs that stand for all of them; where none has names, some that may be one file. */
  samples(): readonly Sample[] {
    return this.#samples.count > 0 ? this.#samples.items : this.#doubtful;
  }

  /** Pairs an end with one of the same name, else with one that has none here, else with any. */
  #meet(side: "gone" | "added", end: End, size: number, mtime: number): void {
    const key = `${size} ${mtime}`;
    const waiting = this.#waiting.get(key);
    const others = side === "gone" ? waiting?.added : waiting?.gone;
    const like = others?.take(nameOf(end.path));
    const [one, balance] = [side === "added" ? 1 : -1, this.#unnamed.of(size, mtime)];
    const other = like ?? (balance * one < 0 ? undefined : others?.takeAny());
    if (other !== undefined) {
      this.#named--;
      if (waiting?.gone.size === 0 && waiting.added.size === 0) this.#waiting.delete(key);
      if (side === "gone") this.#pair(end, other);
      else this.#pair(other, end);
      this.#moved(size);
    } else if (balance * one < 0) {
      this.#unnamed.add(size, mtime, one);
      this.#moved(size);
      this.#doubt(side === "gone" ? others?.last : end, side === "gone" ? end : others?.last);
    } else if (this.#named < this.#limits.named) {
      this.#named++;
      const w = waiting ?? { gone: new Ends(), added: new Ends() };
      w[side].add(end);
      this.#waiting.set(key, w);
    } else this.#unnamed.add(size, mtime, one);
  }

  #moved(size: number, n: 1 | -1 = 1): void {
    this.#count += n;
    if (size >= LEAST_SHARED) this.#shared += n * size;
  }

  #between(gone: string, added: string, n: 1 | -1 = 1): void {
    const [from, to] = withoutSameEnd(dirOf(gone), dirOf(added));
    const key = `${from}\0${to}`;
    const known = this.#dirs.get(key) ?? { from, to, n: 0 };
    if (known.n === 0 && (n < 0 || this.#dirs.size >= this.#limits.directories)) {
      this.#elsewhere += n;
      return;
    }
    known.n += n;
    if (known.n > 0) this.#dirs.set(key, known);
    else this.#dirs.delete(key);
  }

  #pair(gone: End, added: End): void {
    this.#between(gone.path, added.path);
    const { source } = added;
    if (source === undefined || typeof gone.hash !== "string" || gone.hash === "") return;
    if (this.#keepsPairs && this.#pairs.length < this.#limits.named) {
      this.#pairs.push({ from: gone.path, hash: gone.hash, to: added.path, source });
    }
    if (source.type === "file") {
      this.#samples.add({ path: added.path, source, hashes: new Set([gone.hash]) });
    }
  }

  /** Of what is counted without its name one end alone is known: beside another of its size and time it is better than none. */
  #doubt(added: End | undefined, gone: End | undefined): void {
    if (this.#doubtful.length >= MOST_READ || added?.source?.type !== "file") return;
    if (typeof gone?.hash !== "string" || gone.hash === "") return;
    this.#doubtful.push({
      path: added.path,
      source: added.source,
      hashes: new Set([gone.hash]),
    });
  }
}

/** Two directories without the names that both end with: "a/x/y" and "b/x/y" are "a" and "b". */
function withoutSameEnd(from: string, to: string): [string, string] {
  let [a, b] = [from, to];
  while (a !== "" && b !== "" && nameOf(a) === nameOf(b) && dirOf(a) !== dirOf(b)) {
    [a, b] = [dirOf(a), dirOf(b)];
  }
  return [a, b];
}
