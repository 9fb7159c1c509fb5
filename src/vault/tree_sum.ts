/** What lives after runs, by the index: what seals are made of and held against (docs/format.md, *Seals*). @module */

import { joinRel } from "../base/relpath.ts";
import type { Catalog } from "./catalog.ts";
import {
  addSum,
  byBytes,
  DirSum,
  formatSum,
  parseSum,
  type SealedEntry,
  sealedLine,
  type SealHashes,
  type TreeSeal,
} from "./seal.ts";
import type { Version } from "./version.ts";
import { goThrough } from "./history/alive.ts";
import { allLiving, ofKnownAge } from "./history/paths.ts";

function sealed(v: Version): SealedEntry {
  return { name: v.name, type: v.type, hash: v.type === "dir" ? "" : v.hash ?? "" };
}

function isRoot(v: Version): boolean {
  return v.dir === "" && v.name === "";
}

/** Running counts of what lives. */
class TreeTotals {
  files = 0;
  links = 0;
  dirs = 0;
  bytes = 0;
  /** How many of them have no hash: with one there is no seal. */
  hashless = 0;
  sum = 0n;

  add(v: Pick<Version, "type" | "size" | "hash">, sign: 1 | -1): void {
    if (v.type === "dir") this.dirs += sign;
    else {
      if (v.type === "file") this.files += sign;
      else this.links += sign;
      this.bytes += sign * (v.size ?? 0);
      if (v.hash === null) this.hashless += sign;
    }
  }

  addAll(other: TreeTotals): void {
    this.files += other.files;
    this.links += other.links;
    this.dirs += other.dirs;
    this.bytes += other.bytes;
    this.hashless += other.hashless;
    this.sum = addSum(this.sum, other.sum);
  }

  seal(): TreeSeal | undefined {
    if (this.hashless > 0) return undefined;
    const { files, links, dirs, bytes } = this;
    return { files, links, dirs, bytes, sum: formatSum(this.sum) };
  }
}

/** What lives now, as {@link treesAt} tells it of the newest run. */
export function treeNow(
  catalog: Catalog,
  hashes: SealHashes,
  newest: number,
): TreeSeal | undefined {
  return treesAt(catalog, hashes, [newest], allLiving(catalog))[0];
}

/** What lives after each of `stamps` (ascending numbers); undefined where something that lives has no hash. */
export function treesAt(
  catalog: Catalog,
  hashes: SealHashes,
  stamps: readonly number[],
  versions: Iterable<Version> = ofKnownAge(catalog),
): (TreeSeal | undefined)[] {
  const [only] = stamps;
  if (only !== undefined && stamps.length === 1) return [treeAt(hashes, only, versions)];
  const changes = stamps.map(() => new TreeTotals());
  const work = new Timeline(hashes, stamps, changes);
  let dir: string | undefined;
  let rows: Version[] = [];
  for (const v of versions) {
    if (v.since <= 0) continue;
    if (v.dir !== dir) {
      if (dir !== undefined) work.directory(dir, rows);
      dir = v.dir;
      rows = [];
    }
    rows.push(v);
  }
  if (dir !== undefined) work.directory(dir, rows);
  work.rest();
  const total = new TreeTotals();
  return changes.map((c) => {
    total.addAll(c);
    return total.seal();
  });
}

/** As {@link treesAt}, of one stamp: then no directory has to be there as a whole. */
function treeAt(
  hashes: SealHashes,
  n: number,
  versions: Iterable<Version>,
): TreeSeal | undefined {
  const total = new TreeTotals();
  /** Directories that live, and of whose entries none has come yet. */
  const empty = new Set([""]);
  let dir: string | undefined;
  let sum = new DirSum(hashes);
  const end = (path: string): void => {
    if (empty.delete(path) || sum.count > 0) total.sum = addSum(total.sum, sum.of(path));
    sum = new DirSum(hashes);
  };
  for (const v of versions) {
    if (v.since <= 0) continue;
    if (v.dir !== dir) {
      if (dir !== undefined) end(dir);
      dir = v.dir;
    }
    if (isRoot(v) || !livesAt(v, n)) continue;
    if (v.type === "dir") empty.add(joinRel(dir, v.name));
    total.add(v, 1);
    sum.add(sealedLine(dir, sealed(v)));
  }
  if (dir !== undefined) end(dir);
  for (const path of [...empty]) end(path);
  return total.seal();
}

/** The lives of directories, one after the other, and what each adds to the totals at which stamp. */
class Timeline {
  readonly #hashes: SealHashes;
  readonly #stamps: readonly number[];
  readonly #changes: readonly TreeTotals[];
  /** Lives of directories whose own entries have not come yet, as indexes of stamps. */
  readonly #lives = new Map<string, [number, number][]>([["", [[0, Infinity]]]]);

  constructor(hashes: SealHashes, stamps: readonly number[], changes: readonly TreeTotals[]) {
    this.#hashes = hashes;
    this.#stamps = stamps;
    this.#changes = changes;
  }

  directory(dir: string, versions: readonly Version[]): void {
    const lives = this.#lives.get(dir) ?? [];
    this.#lives.delete(dir);
    const changes = new Map<number, LineChange[]>();
    const points = new Set<number>(lives.flat());
    const names = new Ranks();
    for (const v of versions) {
      if (isRoot(v)) continue;
      const first = this.#index(v.since);
      const end = v.until === null ? Infinity : this.#index(v.until);
      if (first >= end) continue;
      if (v.type === "dir") this.#life(joinRel(dir, v.name), first, end);
      this.#changes[first]?.add(v, 1);
      this.#changes[end]?.add(v, -1);
      const rank = names.of(v.name);
      push(changes, first, { rank, line: sealedLine(dir, sealed(v)) });
      push(changes, end, { rank, line: "" });
      points.add(first).add(end);
    }
    const lines = new LivingLines(names.order());
    let before = 0n;
    for (const at of [...points].sort((a, b) => a - b)) {
      const change = this.#changes[at];
      if (change === undefined) break;
      lines.take(changes.get(at) ?? []);
      const isThere = lines.count > 0 || lives.some(([from, to]) => from <= at && at < to);
      const now = isThere ? lines.sum(this.#hashes, dir) : 0n;
      change.sum = addSum(change.sum, now - before);
      before = now;
    }
  }

  /** Directories in which nothing ever was. */
  rest(): void {
    for (const dir of [...this.#lives.keys()]) this.directory(dir, []);
  }

  #life(path: string, first: number, end: number): void {
    const known = this.#lives.get(path);
    if (known === undefined) this.#lives.set(path, [[first, end]]);
    else known.push([first, end]);
  }

  /** The first stamp not before `stamp`. */
  #index(stamp: number): number {
    let low = 0;
    let high = this.#stamps.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#stamps[middle] ?? 0) < stamp) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What becomes of the line of a name: another one, or none (""). */
interface LineChange {
  rank: number;
  line: string;
}

/** The names of a directory, numbered as they come. */
class Ranks {
  readonly #names: string[] = [];

  /** The number of a name; those of one name come together. */
  of(name: string): number {
    if (this.#names.at(-1) !== name) this.#names.push(name);
    return this.#names.length - 1;
  }

  /** The place of each number in the order of seals. */
  order(): Uint32Array {
    const names = this.#names;
    const ranks = Uint32Array.from(names, (_, i) => i);
    // an index has them in that order already
    const sorted = names.every((name, i) => i === 0 || byBytes(names[i - 1] ?? "", name) < 0);
    if (!sorted) ranks.sort((a, b) => byBytes(names[a] ?? "", names[b] ?? ""));
    const places = new Uint32Array(ranks.length);
    ranks.forEach((rank, place) => places[rank] = place);
    return places;
  }
}

/** The lines of what lives in a directory, from one run to the next. */
class LivingLines {
  count = 0;
  readonly #places: Uint32Array;
  readonly #lines: string[];

  constructor(places: Uint32Array) {
    this.#places = places;
    this.#lines = Array.from(places, () => "");
  }

  take(changes: readonly LineChange[]): void {
    // what ends makes room for what begins at the same run
    for (const { rank, line } of changes) if (line === "") this.#put(rank, "");
    for (const { rank, line } of changes) if (line !== "") this.#put(rank, line);
  }

  #put(rank: number, line: string): void {
    const place = this.#places[rank] ?? 0;
    this.count += Number(line !== "") - Number(this.#lines[place] !== "");
    this.#lines[place] = line;
  }

  sum(hashes: SealHashes, dir: string): bigint {
    const sum = new DirSum(hashes);
    for (const line of this.#lines) sum.add(line);
    return sum.of(dir);
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/**
 * What lives after the run `n`, from what lived after the one `before` it and the directories in which something
 * began or ended since.
 */
export function treeAfter(
  catalog: Catalog,
  hashes: SealHashes,
  was: TreeSeal,
  span: { before: number; n: number },
  touched: Iterable<string>,
): TreeSeal | undefined {
  const totals = new TreeTotals();
  Object.assign(totals, { ...was, sum: parseSum(was.sum) ?? 0n });
  for (const dir of touched) {
    const sides = [
      { stamp: span.before, sign: -1 as const, sum: new DirSum(hashes) },
      { stamp: span.n, sign: 1 as const, sum: new DirSum(hashes) },
    ];
    // a row that an index lost would be missing in a seal for ever
    goThrough(catalog, dir, (versions) => {
      for (const v of versions) {
        if (isRoot(v)) continue;
        let line: string | undefined;
        for (const { stamp, sign, sum } of sides) {
          if (!livesAt(v, stamp)) continue;
          totals.add(v, sign);
          sum.add(line ??= sealedLine(dir, sealed(v)));
        }
      }
    });
    // asked for only where nothing lives in the directory
    let own: Version[] | undefined;
    const isThere = (stamp: number): boolean => {
      own ??= catalog.history(dir);
      return own.some((v) => v.type === "dir" && livesAt(v, stamp));
    };
    for (const { stamp, sign, sum } of sides) {
      if (dir !== "" && sum.count === 0 && !isThere(stamp)) continue;
      const of = sum.of(dir);
      totals.sum = addSum(totals.sum, sign === 1 ? of : -of);
    }
  }
  return totals.seal();
}

function livesAt(v: Version, n: number): boolean {
  return v.since > 0 && v.since <= n && (v.until === null || v.until > n);
}
