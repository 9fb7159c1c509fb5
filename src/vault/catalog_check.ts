/**
 * Holds a catalog against the run records that it is made of, so that rot inside the index, or a mistake in it, is
 * found as well. What the disk alone told a rebuild (docs/format.md, *After a crash*) is held against the disk.
 * @module
 */

import { messageOf } from "../base/errors.ts";
import { lstatIfAny } from "../base/io.ts";
import { dirOf, joinRel, nameOf } from "../base/relpath.ts";
import type { SqlRow, SqlValue } from "../base/sql.ts";
import { Catalog, type Version, versionOf } from "./catalog.ts";
import { TYPE_NUMBER } from "./catalog_schema.ts";
import { fromRecords } from "./catalog_reading.ts";
import type { LookOptions } from "./catalog_state.ts";
import { Locator } from "./locate.ts";
import { reconcile } from "./reconcile.ts";
import type { Vault } from "./vault.ts";

const PAGE = 1000;
const KEY = "dir = ? AND name = ? AND since = ?";
/** What an end without its beginning tells in a record; the rest came from the disk, or is not known. */
const TOLD_BY_END = ["until", "type", "ended", "hash"] as const;
const ALL = [...TOLD_BY_END, "size", "mtime", "mode", "uid", "gid", "why"] as const;

/**
 * Gives the first thing that the catalog says and the records do not, in words; undefined when there is none, or when
 * the records are damaged themselves (which `options.failed` is told): then the index may know more than they do.
 */
export function catalogProblem(
  vault: Vault,
  catalog: Catalog,
  options: LookOptions,
): string | undefined {
  let damagedRecords = false;
  const truth = fromRecords(vault, catalog, {
    ...options,
    failed: (path, error) => {
      damagedRecords = true;
      options.failed(path, error);
    },
  });
  try {
    if (damagedRecords) return undefined;
    const problem = new Comparison(vault, catalog, truth).first();
    if (problem === undefined) return undefined;
    // where records were lost the disk told a rebuild what they do not
    reconcile(vault, truth, { ...options, failed: () => {}, fix: false });
    return new Comparison(vault, catalog, truth).first();
  } catch (error) {
    return `it cannot be read (${messageOf(error)})`;
  } finally {
    truth.close();
  }
}

class Comparison {
  readonly #vault: Vault;
  readonly #kept: Catalog;
  readonly #truth: Catalog;
  readonly #locator: Locator;
  /** Paths of which the disk told something: their attributes may differ with it. */
  readonly #ofDisk = new Set<string>();

  constructor(vault: Vault, kept: Catalog, truth: Catalog) {
    this.#vault = vault;
    this.#kept = kept;
    this.#truth = truth;
    this.#locator = new Locator(vault, kept.moves());
  }

  first(): string | undefined {
    return this.#integrity() ?? this.#records() ?? this.#versions() ??
      this.#rest("attr", "stamp") ??
      this.#rest("rot", "until");
  }

  #integrity(): string | undefined {
    const row = this.#kept.sql("PRAGMA integrity_check(1)").get();
    const found = String(Object.values(row ?? {})[0] ?? "ok");
    return found === "ok" ? undefined : `the database is damaged: ${found}`;
  }

  #records(): string | undefined {
    const kept = new Map(this.#kept.records().map((r) => [r.stamp, JSON.stringify(r)]));
    for (const r of this.#truth.records()) {
      if (kept.get(r.stamp) !== JSON.stringify(r)) return `it has run ${r.stamp} otherwise`;
    }
    return undefined;
  }

  #versions(): string | undefined {
    const same = this.#truth.sql(`SELECT * FROM version WHERE ${KEY}`);
    const unknown = this.#truth.sql(
      "SELECT * FROM version WHERE dir = ? AND name = ? AND until = ? AND since < 0",
    );
    let met = 0;
    for (const row of rowsOf(this.#kept, "version", "since")) {
      const { dir, name, since, until } = row;
      let told = same.get(dir ?? "", name ?? "", since ?? 0);
      // of what began nobody knows when, each index has a number of its own
      if (told === undefined && Number(since) < 0 && typeof until === "number") {
        told = unknown.get(dir ?? "", name ?? "", until);
      }
      if (told !== undefined) met++;
      const wrong = told === undefined ? this.#onlyKept(row) : this.#differing(row, told);
      if (wrong !== undefined) return wrong;
    }
    return met === count(this.#truth, "version") ? undefined : this.#onlyTold();
  }

  /** No record tells of it: a rebuild found it on the disk. */
  #onlyKept(row: SqlRow): string | undefined {
    const v = versionOf(row);
    this.#ofDisk.add(pathOf(row));
    return v.gone !== null || this.#isThere(v)
      ? undefined
      : `it has a version of ${named(row)} that no record tells of`;
  }

  #differing(row: SqlRow, told: SqlRow): string | undefined {
    const vague = told.why === null && told.until !== null || Number(row.since) < 0 ||
      told.uid === null || told.why === "found";
    for (const column of vague ? TOLD_BY_END : ALL) {
      const unknown = vague && (row[column] === null || told[column] === null);
      if (row[column] === told[column] || unknown) continue;
      if ((column === "until" || column === "ended") && this.#isGuessed(row)) continue;
      return `it has another ${column} of ${named(row)} than the records`;
    }
    if (row.gone === told.gone) return undefined;
    // a rebuild notes what it misses, and what came back
    const there = this.#isThere(versionOf(row));
    if (there === (row.gone === null)) return undefined;
    return `it has a version of ${named(row)} as ${row.gone === null ? "kept" : "gone"}`;
  }

  /** True when a rebuild had to guess the end: what ended a directory left no mark, and what lies there now no record told of. */
  #isGuessed(row: SqlRow): boolean {
    if (row.type !== TYPE_NUMBER.dir) return row.gone === row.until && !this.#isRun(row.until);
    const later = this.#truth.sql(
      "SELECT 1 AS n FROM version WHERE dir = ? AND name = ? AND (why IN ('seen', 'found') OR since < 0)",
    );
    for (let path = pathOf(row); path !== ""; path = dirOf(path)) {
      if (later.get(dirOf(path), nameOf(path)) !== undefined) return true;
    }
    return false;
  }

  #isRun(stamp: SqlValue | undefined): boolean {
    const run = this.#truth.sql("SELECT 1 AS n FROM record WHERE stamp = ?").get(stamp ?? 0);
    return run !== undefined;
  }

  /** What a rebuild missed and no snapshot needs is dropped from the index. */
  #onlyTold(): string | undefined {
    const same = this.#kept.sql(`SELECT 1 AS n FROM version WHERE ${KEY}`);
    const unknown = this.#kept.sql(
      "SELECT 1 AS n FROM version WHERE dir = ? AND name = ? AND until = ? AND since < 0",
    );
    for (const row of rowsOf(this.#truth, "version", "since")) {
      const { dir, name, since, until } = row;
      if (same.get(dir ?? "", name ?? "", since ?? 0) !== undefined) continue;
      if (
        Number(since) < 0 && typeof until === "number" &&
        unknown.get(dir ?? "", name ?? "", until) !== undefined
      ) continue;
      this.#ofDisk.add(pathOf(row));
      const v = versionOf(row);
      const dropped = v.until !== null && !this.#kept.isNeeded(v.since, v.until) &&
        !this.#isThere(v);
      // a stranger, which no run has met yet
      const found = v.why === "found" || v.hash === null;
      if (!dropped && !found) return `it lacks a version of ${named(row)}`;
    }
    return undefined;
  }

  /** A table that has no other source than records. */
  #rest(table: "attr" | "rot", last: string): string | undefined {
    const same = this.#truth.sql(
      `SELECT * FROM ${table} WHERE dir = ? AND name = ? AND ${last} = ?`,
    );
    const lived = this.#kept.sql(
      "SELECT 1 AS n FROM version WHERE dir = ? AND name = ? AND since <= ?3 AND coalesce(until, ?3 + 1) > ?3",
    );
    let met = 0;
    for (const row of rowsOf(this.#kept, table, last)) {
      const told = same.get(row.dir ?? "", row.name ?? "", row[last] ?? 0);
      if (told !== undefined) met++;
      if (JSON.stringify(told) === JSON.stringify(row) || this.#ofDisk.has(pathOf(row))) continue;
      // nothing asks for attributes of a time whose version is not known
      if (
        table === "attr" && lived.get(row.dir ?? "", row.name ?? "", row[last] ?? 0) === undefined
      ) {
        continue;
      }
      return `it has other attributes of ${named(row)} than the records`;
    }
    if (met === count(this.#truth, table) || this.#ofDisk.size > 0) return undefined;
    return "it lacks attributes that the records have";
  }

  #isThere(v: Version): boolean {
    try {
      const type = lstatIfAny(this.#vault.fs, this.#locator.file(v))?.type;
      return v.type === "dir" ? type === "dir" : type === "file";
    } catch {
      // what cannot be seen is not gone
      return true;
    }
  }
}

/** All rows of a table, page by page: a question left open would keep writers from their commit. */
function* rowsOf(catalog: Catalog, table: string, last: string): Generator<SqlRow> {
  const order = `ORDER BY dir, name, ${last} LIMIT ${PAGE}`;
  let rows = catalog.sql(`SELECT * FROM ${table} ${order}`).all();
  const next = catalog.sql(
    `SELECT * FROM ${table} WHERE (dir, name, ${last}) > (?, ?, ?) ${order}`,
  );
  while (rows.length > 0) {
    yield* rows;
    const end = rows.at(-1);
    if (end === undefined || rows.length < PAGE) return;
    const key: SqlValue[] = [end.dir ?? "", end.name ?? "", end[last] ?? 0];
    rows = next.all(...key);
  }
}

function count(catalog: Catalog, table: string): number {
  return Number(catalog.sql(`SELECT count(*) AS n FROM ${table}`).get()?.n ?? 0);
}

function pathOf({ dir, name }: SqlRow): string {
  return joinRel(String(dir), String(name));
}

function named(row: SqlRow): string {
  return JSON.stringify(pathOf(row));
}
