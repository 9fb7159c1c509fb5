/**
 * What lived when: every question about versions over time is asked here. An answer holds what the index has whole:
 * each row has its CRC, each directory the number of its rows and the sum of their CRCs (docs/dev/architecture.md).
 * @module
 */

import { dirOf, isWithin, joinRel, nameOf } from "../../base/relpath.ts";
import { type AttrRow, crcOfAttr } from "../attr_row.ts";
import type { Catalog } from "../catalog.ts";
import type { DirRow } from "../dir_counts.ts";
import { IndexTrouble } from "../index_db.ts";
import { text } from "../../text/text.ts";
import { holdOrder } from "../row_order.ts";
import type { Version } from "../version.ts";

/** A point in time. */
export interface HistoryPoint {
  /** A run's stamp, as a number. */
  n: number;
  /** True when no run came after it: what lives now lived then, even where nothing tells since when. */
  newest: boolean;
}

/** A directory of more rows than this is not held in memory at once, nor read whole for one path in it. */
const LARGE = 16_384;

/** For one path a directory with more rows than this is not read whole: its own rows' CRCs have to do. */
const FEW = 1000;

const PAGE = 4096;
const DIRS = 1000;

/** True for a version that was alive at a point. */
export function isAlive(v: Pick<Version, "since" | "until">, { n, newest }: HistoryPoint): boolean {
  if (v.since < 0) return newest && v.until === null;
  return v.since > 0 && v.since <= n && (v.until === null || v.until > n);
}

/** All rows about what lies directly in a directory. */
export interface DirRows {
  versions: Version[];
  attrs: AttrRow[];
}

/**
 * All that the index has of a directory, or trouble when a row of it is lost. Where its counts were read before, they are
 * read again only if the rows are others than they tell of: a run may have ended between.
 */
function rowsIn(catalog: Catalog, dir: string, counts?: DirRow): DirRows {
  const rows = counts === undefined ? undefined : agreeing(catalog, dir, counts);
  return rows ?? catalog.ask(() => checked(catalog, dir, catalog.counts(dir)));
}

function agreeing(catalog: Catalog, dir: string, counts: DirRow): DirRows | undefined {
  try {
    return checked(catalog, dir, counts);
  } catch (error) {
    if (error instanceof IndexTrouble) return undefined;
    throw error;
  }
}

function checked(catalog: Catalog, dir: string, counts: DirRow | undefined): DirRows {
  const rows = catalog.selectSummed("WHERE v.dir = ? ORDER BY v.name, v.since", dir);
  const { versions } = rows;
  let { sum } = rows;
  holdOrder(versions);
  const attrs = counts?.attrs === 0 ? [] : catalog.attrs(dir);
  for (const a of attrs) sum = (sum + crcOfAttr(a)) >>> 0;
  verify(dir, counts, versions.length, attrs.length, sum);
  return { versions, attrs };
}

function verify(
  dir: string,
  counts: DirRow | undefined,
  versions: number,
  attrs: number,
  sum: number,
): void {
  const same = counts === undefined
    ? versions === 0 && attrs === 0 && dir !== ""
    : counts.versions === versions && counts.attrs === attrs && counts.sum === sum;
  if (!same) throw new IndexTrouble(`rows of ${JSON.stringify(dir)} are lost`);
}

/** The versions alive at a point directly in a directory, by name, with the attributes of that point. */
export function aliveIn(catalog: Catalog, point: HistoryPoint, dir: string): Version[] {
  const rows = rowsIn(catalog, dir);
  hasDirs(catalog, dir, rows.versions);
  return alive(rows, point);
}

function alive({ versions, attrs }: DirRows, point: HistoryPoint): Version[] {
  const living = versions.filter((v) => isAlive(v, point));
  if (attrs.length === 0) return living;
  const byName = Map.groupBy(attrs, (a) => a.name);
  return living.map((v) => withAttrs(v, byName.get(v.name), point.n));
}

/** A version with those of its attributes that held at the stamp `n`. */
function withAttrs(v: Version, attrs: readonly AttrRow[] | undefined, n: number): Version {
  const a = attrs?.findLast((a) => a.stamp <= n && a.stamp > v.since);
  if (a === undefined) return v;
  return { ...v, mtime: a.mtime, mode: a.mode, uid: a.uid ?? v.uid, gid: a.gid ?? v.gid };
}

/**
 * The versions alive at a point, with the attributes of that point, in the order of directories and names. `below`
 * limits them to a path and what lies below it. Gone ones come too; the root comes as `dir` "" and `name` "".
 */
export function* aliveAt(catalog: Catalog, point: HistoryPoint, below = ""): Generator<Version> {
  if (below !== "") yield* aliveOf(catalog, point, below);
  for (const rows of dirsOf(catalog, below)) yield* alive(rows, point);
}

/** The version of one path at a point. */
export function aliveOf(catalog: Catalog, point: HistoryPoint, path: string): Version[] {
  const { versions, attrs } = rowsOf(catalog, path);
  return alive({ versions, attrs }, point);
}

/** Every version of a path, oldest first, and the attributes recorded apart. */
export function rowsOf(catalog: Catalog, path: string): DirRows {
  const [dir, name] = [dirOf(path), nameOf(path)];
  return catalog.ask(() => {
    const counts = catalog.counts(dir);
    if ((counts?.versions ?? 0) <= FEW) return ofName(checked(catalog, dir, counts), name);
    const versions = catalog.select("WHERE v.dir = ? AND v.name = ? ORDER BY v.since", dir, name);
    // that there is nothing of a path must be sure
    if (versions.length === 0) return ofName(checked(catalog, dir, counts), name);
    const attrs = counts?.attrs === 0 ? [] : catalog.attrsOf(dir, name);
    return { versions, attrs };
  });
}

function ofName({ versions, attrs }: DirRows, name: string): DirRows {
  return {
    versions: versions.filter((v) => v.name === name),
    attrs: attrs.filter((a) => a.name === name),
  };
}

/** Every version of a path, oldest first; of those that began nobody knows when the end decides. */
export function historyOf(catalog: Catalog, path: string): Version[] {
  return rowsOf(catalog, path).versions.sort((a, b) => Math.abs(a.since) - Math.abs(b.since));
}

/** All versions of a path and of what lies below it, in the order of directories, names and stamps. */
export function* versionsBelow(catalog: Catalog, below = ""): Generator<Version> {
  if (below !== "") yield* rowsOf(catalog, below).versions;
  for (const { versions } of dirsOf(catalog, below)) yield* versions;
}

/** Those of directories in which something began or ended after the stamp `n` alone. */
export function* versionsSince(catalog: Catalog, n: number, below = ""): Generator<Version> {
  if (below !== "") yield* rowsOf(catalog, below).versions;
  for (const { versions } of dirsOf(catalog, below, n)) yield* versions;
}

/** The rows of a directory and of those below it, one after the other; each is whole before any of it is given. */
function* dirsOf(catalog: Catalog, below: string, after?: number): Generator<DirRows> {
  // those whose row has to come; of all there are, the order tells
  const due = below === "" ? undefined : new Set(isDir(catalog, below) ? [below] : []);
  for (const counts of dirRows(catalog, below)) {
    due?.delete(counts.dir);
    if (after !== undefined && counts.newest <= after) continue;
    for (const rows of dirParts(catalog, counts)) {
      for (const path of due === undefined ? [] : dirsAmong(counts.dir, rows.versions)) {
        due?.add(path);
      }
      yield rows;
    }
  }
  if (due === undefined || due.size === 0) return;
  catalog.distrust(text("index.dirs-missing"));
  for (const dir of due) yield* dirsOf(catalog, dir, after);
}

function isDir(catalog: Catalog, path: string): boolean {
  const dirs = "SELECT 1 AS n FROM version WHERE dir = ? AND name = ? AND type = 2 LIMIT 1";
  return catalog.sql(dirs).get(dirOf(path), nameOf(path)) !== undefined;
}

function* dirParts(catalog: Catalog, counts: DirRow): Generator<DirRows> {
  if (counts.versions > LARGE) return yield* largeDir(catalog, counts.dir);
  const rows = rowsIn(catalog, counts.dir, counts);
  hasDirs(catalog, counts.dir, rows.versions);
  yield rows;
}

/** The paths of directories among the versions of one. */
function dirsAmong(dir: string, versions: readonly Version[]): string[] {
  return versions.flatMap((v) => v.type === "dir" && v.name !== "" ? [joinRel(dir, v.name)] : []);
}

/** Every directory has a row, also one with nothing in it: one that lacks was lost. */
function hasDirs(catalog: Catalog, dir: string, versions: readonly Version[]): void {
  for (const path of dirsAmong(dir, versions)) {
    catalog.ask(() => {
      if (catalog.counts(path) !== undefined) return;
      throw new IndexTrouble(`the row of ${JSON.stringify(path)} is lost`);
    });
  }
}

function* dirRows(catalog: Catalog, below: string): Generator<DirRow> {
  let after: string | undefined;
  for (;;) {
    const page = catalog.dirsBelow(below, after, DIRS);
    const { remade } = catalog;
    for (const row of page) {
      // what was read of an index that had trouble since may not be all
      if (catalog.remade !== remade) break;
      after = row.dir;
      yield row;
    }
    if (catalog.remade === remade && page.length < DIRS) return;
  }
}

/**
 * Gives all versions of what lies directly in a directory, page by page, and at the end its attributes. Trouble when a row
 * of it is lost: what was given then counts for nothing.
 */
export function goThrough(
  catalog: Catalog,
  dir: string,
  take: (versions: readonly Version[]) => void,
): AttrRow[] {
  const counts = catalog.counts(dir);
  const attrs = counts?.attrs === 0 ? [] : catalog.attrs(dir);
  let sum = 0;
  let count = 0;
  for (const a of attrs) sum = (sum + crcOfAttr(a)) >>> 0;
  for (const page of pagesOf(catalog, dir)) {
    count += page.versions.length;
    sum = (sum + page.sum) >>> 0;
    take(page.versions);
  }
  verify(dir, counts, count, attrs.length, sum);
  return attrs;
}

/** A large one is gone through twice: once to see that it is whole. */
function* largeDir(catalog: Catalog, dir: string): Generator<DirRows> {
  const attrs = catalog.ask(() => goThrough(catalog, dir, () => {}));
  const byName = Map.groupBy(attrs, (a) => a.name);
  for (const { versions } of pagesOf(catalog, dir)) {
    hasDirs(catalog, dir, versions);
    yield { versions, attrs: versions.flatMap((v) => byName.get(v.name) ?? []) };
  }
}

function* pagesOf(catalog: Catalog, dir: string): Generator<{ versions: Version[]; sum: number }> {
  let after: [string, number] = ["", Number.MIN_SAFE_INTEGER];
  let before: Pick<Version, "dir" | "name" | "since"> | undefined;
  for (;;) {
    const page = catalog.selectSummed(
      `WHERE v.dir = ? AND (v.name, v.since) > (?, ?) ORDER BY v.name, v.since LIMIT ${PAGE}`,
      dir,
      ...after,
    );
    before = holdOrder(page.versions, before);
    yield page;
    const last = page.versions.at(-1);
    if (last === undefined || page.versions.length < PAGE) return;
    after = [last.name, last.since];
  }
}

/**
 * Goes through all rows of directories in which something began or ended after the stamp `after`, of all where it is not
 * given: what SQL is to choose or to add up afterwards is whole, or the index was made again.
 */
export function holdAll(catalog: Catalog, after?: number): void {
  for (const _rows of dirsOf(catalog, "", after)) {
    // that it came is enough
  }
}

/** How many files and links that are still there live at a point, and their bytes: for the progress, not checked. */
export function totalAt(
  catalog: Catalog,
  { n, newest }: HistoryPoint,
  below: string,
): { files: number; bytes: number } {
  const within = below === ""
    ? "?2 = ?2"
    : "(dir = ?2 OR (dir > ?2 || '/' AND dir < ?2 || '0') OR (dir = ?3 AND name = ?4))";
  const unknown = newest ? "OR since < 0 AND until IS NULL" : "";
  const row = catalog.sql(
    `SELECT count(*) AS files, sum(size) AS bytes FROM version WHERE type < 2 AND gone IS NULL AND
     (since > 0 AND since <= ?1 AND (until IS NULL OR until > ?1) ${unknown}) AND ${within}`,
  ).get(n, below, ...(below === "" ? [] : [dirOf(below), nameOf(below)]));
  return { files: Number(row?.files ?? 0), bytes: Number(row?.bytes ?? 0) };
}

/** Versions that may have been alive at a point, but nothing tells since when they lived. */
export function* unknownAt(
  catalog: Catalog,
  { n, newest }: HistoryPoint,
  below = "",
): Generator<Version> {
  const lives = newest ? "v.until IS NOT NULL AND" : "";
  const unknown =
    `v.type < 2 AND (v.since < 0 AND ${lives} coalesce(v.until, ?1 + 1) > ?1 OR v.why = 'seen' AND v.since > ?1)`;
  for (const v of catalog.versions(unknown, n)) {
    if (isWithin(joinRel(v.dir, v.name), below)) yield v;
  }
}

/** True when a path, or something below it, is or was there. */
export function wasEverThere(catalog: Catalog, path: string): boolean {
  return rowsOf(catalog, path).versions.length > 0 || hasEntries(catalog, path);
}

/** True when something is or was directly in a directory, or below it. */
export function hasEntries(catalog: Catalog, path: string): boolean {
  return catalog.dirsBelow(path, undefined, DIRS).some((d) => d.versions > 0);
}

/** The names that are or were directly in a directory, and whether they live. */
export function namesIn(catalog: Catalog, dir: string): Map<string, boolean> {
  const names = new Map<string, boolean>();
  for (const v of catalog.select("WHERE v.dir = ? AND v.name <> ''", dir)) {
    names.set(v.name, (names.get(v.name) ?? false) || v.until === null);
  }
  return names;
}

/** The directories below a path that have rows, as names by the directory that they lie in; those on the way too. */
export function dirsBelow(catalog: Catalog, below: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const seen = new Set([below, ""]);
  for (const row of dirRows(catalog, below)) {
    for (let at = row.dir; !seen.has(at); at = dirOf(at)) {
      seen.add(at);
      const parent = dirOf(at);
      const names = found.get(parent);
      if (names === undefined) found.set(parent, [nameOf(at)]);
      else names.push(nameOf(at));
    }
  }
  return found;
}

/** Throws {@link IndexTrouble} when a row of the index is wrong, or lost. */
export function checkWhole(catalog: Catalog): void {
  let rows = 0;
  for (const _ of versionsBelow(catalog)) rows++;
  const all = Number(catalog.sql("SELECT count(*) AS n FROM version").get()?.n ?? 0);
  if (all !== rows) throw new IndexTrouble("a row of a directory is lost");
}
