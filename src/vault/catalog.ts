/**
 * The index of a vault: an SQLite database over run records. Everything in it but the scan rows can be made again
 * from the plain files, and is, whenever the database has trouble (docs/dev/architecture.md, *The index at home*).
 * @module
 */

import { crcOf } from "../base/crc.ts";
import { dirOf, joinRel, nameOf } from "../base/relpath.ts";
import type { Database, SqlValue } from "../base/sql.ts";
import { text } from "../text/text.ts";
import { ATTR_COLUMNS, SCHEMA, VERSION_COLUMNS } from "./catalog_schema.ts";
import { attrOf, type AttrRow, attrValues } from "./attr_row.ts";
import { type Apart, APARTS, type DirRow, IS_APART } from "./dir_counts.ts";
import { IndexTrouble } from "./index_db.ts";
import type { Heal } from "./index_session.ts";
import { RecordIndex } from "./record_index.ts";
import {
  isPieceKey,
  type KnownRow,
  openRow,
  pastPieces,
  pieceKey,
  piecesIn,
  withMirror,
} from "./pieced_row.ts";
import { holdDirOrder, holdOrder } from "./row_order.ts";
import {
  COLUMNS,
  crcOfEnd,
  crcOfValues,
  crcOfVersion,
  valuesOf,
  type Version,
  versionOfRow,
} from "./version.ts";
import { directlyIn, everywhere, inTime, type SelectVersions, within } from "./version_pages.ts";

export type { RecordNote } from "./record_list.ts";
export type { RecordRow } from "./record_row.ts";
export type { Version } from "./version.ts";

/** Adds a version where none has its key. */
const INSERT = `INSERT OR IGNORE INTO version VALUES (${
  VERSION_COLUMNS.map(() => "?").join(", ")
}, ?, NULL)`;

/** Changes all of a version but its key. */
const CHANGE = `UPDATE version SET ${
  [...VERSION_COLUMNS.slice(3), "crc"].map((c) => `${c} = ?`).join(", ")
} WHERE dir = ? AND name = ? AND since = ?`;

/** Ends the one version of a path that lives, if it is this one and nothing else is to be thought of. */
const END = `UPDATE version SET until = ?1, ended = ?2, rot = ?3, crc = (crc + ?4) & 4294967295
 WHERE dir = ?5 AND name = ?6 AND since = ?7 AND (type = 2) = ?8
 AND until IS NULL AND ended IS NULL AND rot IS NULL AND gone IS NULL
 AND moved IS NULL AND link IS NULL
 AND NOT EXISTS (SELECT 1 FROM version o WHERE o.dir = ?5 AND o.name = ?6 AND o.since <> ?7
 AND o.until IS NULL)`;

/** The row stays where it lies: one that replaced it would go to the end, and change three pages instead of one. */
const PUT_ROW = "INSERT INTO scan VALUES (?, ?) ON CONFLICT (dir) DO UPDATE SET row = excluded.row";

/** The index in an open database. */
export class Catalog extends RecordIndex {
  /** Some directory has its row in pieces; undefined before anybody asked. */
  #hasPieces: boolean | undefined;
  /** Makes the tables in an empty database. */
  static create(db: Database, heal?: Heal): Catalog {
    const catalog = new Catalog(db, heal);
    catalog.exec(SCHEMA);
    catalog.beginRecords();
    return catalog;
  }

  /** Adds a version, or replaces the one that has its key. */
  put(v: Version): void {
    const values = valuesOf(v);
    const crc = crcOfValues(values);
    if (this.sql(INSERT).run(...values, crc) === 0) {
      const [was] = this.select(
        "WHERE v.dir = ? AND v.name = ? AND v.since = ?",
        v.dir,
        v.name,
        v.since,
      );
      this.sql(INSERT.replace("IGNORE", "REPLACE")).run(...values, crc);
      this.dirs.add(v.dir, {
        versions: 0,
        attrs: 0,
        sum: crc - (was === undefined ? 0 : crcOfVersion(was)),
      }, v);
      this.#apart(was, v);
    } else {
      this.dirs.add(v.dir, { versions: 1, attrs: 0, sum: crc }, v);
      this.#apart(undefined, v);
    }
    this.dirs.lives(v);
  }

  /** Changes what a version says; it keeps its key, and what is known of its checks. */
  change(v: Version, what: Partial<Omit<Version, "dir" | "name" | "since">>): Version {
    const now = { ...v, ...what };
    const crc = crcOfVersion(now);
    this.sql(CHANGE).run(...valuesOf(now).slice(3), crc, v.dir, v.name, v.since);
    this.dirs.add(v.dir, { versions: 0, attrs: 0, sum: crc - crcOfVersion(v) }, now);
    if (now.until !== v.until) this.dirs.lives(now);
    this.#apart(v, now);
    return now;
  }

  /**
   * Ends a version by its key, without reading it; false where that is not all there is to it: it is not the one that
   * lives, or its content went.
   */
  end(
    { dir, name, since, type }: Pick<Version, "dir" | "name" | "since" | "type">,
    how: { until: number; ended: string; rot: number | null },
  ): boolean {
    if (type === "dir" && how.ended === "replaced") return false;
    const sum = crcOfEnd(how);
    const isDir = type === "dir" ? 1 : 0;
    const values = [how.until, how.ended, how.rot, sum, dir, name, since, isDir];
    if (this.sql(END).run(...values) === 0) return false;
    this.dirs.add(dir, { versions: 0, attrs: 0, sum }, { since, until: how.until });
    this.dirs.lives({ dir, name, type, since, until: how.until });
    return true;
  }

  /** Takes a version out. */
  remove(v: Version): void {
    this.sql("DELETE FROM version WHERE dir = ? AND name = ? AND since = ?")
      .run(v.dir, v.name, v.since);
    this.dirs.add(v.dir, { versions: -1, attrs: 0, sum: -crcOfVersion(v) }, v);
    this.#apart(v, undefined);
  }

  /** Keeps the counts of versions that are asked for by themselves, from what one was and what it is now. */
  #apart(was: Version | undefined, now: Version | undefined): void {
    if (was !== undefined) this.#apartOf(was, -1);
    if (now !== undefined) this.#apartOf(now, 1);
  }

  #apartOf(v: Version, sign: 1 | -1): void {
    for (const which of APARTS) {
      if (!IS_APART[which].has(v)) continue;
      this.dirs.addApart(which, { versions: sign, sum: sign * crcOfVersion(v) });
    }
  }

  /** All versions of a kind; none is missed, for they are held against their count. */
  allApart(which: Apart): Version[] {
    return this.ask(() => {
      const [found, { versions, sum }] = this.atOnce(() =>
        [this.select(IS_APART[which].where), this.dirs.apart(which)] as const
      );
      const added = found.reduce((all, v) => (all + crcOfVersion(v)) >>> 0, 0);
      if (found.length !== versions || added !== sum) {
        throw new IndexTrouble(`a version of those ${which} is missing, or one too many`);
      }
      return found;
    });
  }

  /** How many there are of a kind. */
  countApart(which: Apart): number {
    return this.ask(() => this.dirs.apart(which).versions);
  }

  /** Adds attributes of a run, or replaces those of the same. */
  putAttr(a: AttrRow): void {
    const values = attrValues(a);
    const key = [a.dir, a.name, a.stamp] as const;
    const was = this.sql("SELECT crc FROM attr WHERE dir = ? AND name = ? AND stamp = ?").get(
      ...key,
    );
    const crc = crcOf(values);
    this.sql("INSERT OR REPLACE INTO attr VALUES (?, ?, ?, ?, ?, ?, ?, ?)").run(...values, crc);
    this.dirs.add(a.dir, {
      versions: 0,
      attrs: was === undefined ? 1 : 0,
      sum: crc - Number(was?.crc ?? 0),
    }, { since: a.stamp, until: null });
  }

  /** Takes attributes out. */
  removeAttr(a: AttrRow): void {
    this.sql("DELETE FROM attr WHERE dir = ? AND name = ? AND stamp = ?")
      .run(a.dir, a.name, a.stamp);
    this.dirs.add(a.dir, { versions: 0, attrs: -1, sum: -crcOf(attrValues(a)) }, {
      since: a.stamp,
      until: null,
    });
  }

  /** Versions by the rest of a question that selects the columns of `version v`. */
  select(rest: string, ...values: SqlValue[]): Version[] {
    return this.ask(() =>
      this.prepared(`SELECT ${COLUMNS} FROM version v ${rest}`).rows(...values)
        .map(versionOfRow)
    );
  }

  /** The same, and the sum of the CRCs that were found right. */
  selectSummed(rest: string, ...values: SqlValue[]): { versions: Version[]; sum: number } {
    return this.ask(() => {
      const rows = this.prepared(`SELECT ${COLUMNS} FROM version v ${rest}`).rows(...values);
      let sum = 0;
      const versions = rows.map((row) => {
        const version = versionOfRow(row);
        sum = (sum + Number(row.at(-1))) >>> 0;
        return version;
      });
      return { versions, sum };
    });
  }

  /** Versions by a condition on the columns of `version v`, in the order of paths and time. */
  versions(where: string, ...values: SqlValue[]): Generator<Version> {
    return everywhere(this.#inOrder, { where, values });
  }

  /** Those of them that lie directly in a directory. */
  versionsIn(dir: string, where: string, ...values: SqlValue[]): Generator<Version> {
    return directlyIn(this.#inOrder, { where, values }, dir);
  }

  /** Those that lie in a directory or below it. */
  versionsWithin(dir: string, where: string, ...values: SqlValue[]): Generator<Version> {
    return within(this.#inOrder, { where, values }, dir);
  }

  /** Versions that must come in the order of their keys, after `last`. */
  readonly #inOrder: SelectVersions = (last, rest, ...values) =>
    this.ask(() => {
      const page = this.select(rest, ...values);
      holdOrder(page, last);
      return page;
    });

  /** The attributes recorded apart, of all that lies directly in a directory, by name and time. */
  attrs(dir: string): AttrRow[] {
    return this.ask(() =>
      this.prepared(
        `SELECT ${ATTR_COLUMNS.join(", ")}, crc FROM attr WHERE dir = ? ORDER BY name, stamp`,
      ).rows(dir).map(attrOf)
    );
  }

  /** Those of one name. */
  attrsOf(dir: string, name: string): AttrRow[] {
    return this.ask(() =>
      this.prepared(
        `SELECT ${
          ATTR_COLUMNS.join(", ")
        }, crc FROM attr WHERE dir = ? AND name = ? ORDER BY stamp`,
      ).rows(dir, name).map(attrOf)
    );
  }

  /** How many rows there are of what lies directly in a directory, and the sum of their CRCs. */
  counts(dir: string): DirRow | undefined {
    return this.ask(() => this.dirs.of(dir));
  }

  /** The directories below a path and it itself that have rows, a page of them after `after`. */
  dirsBelow(below: string, after: string | undefined, most: number): DirRow[] {
    return this.ask(() => {
      const rows = this.dirs.below(below, after, most);
      holdDirOrder(rows, after);
      if (below === "" && after === undefined && rows[0]?.dir !== "") this.#holdNothing();
      return rows;
    });
  }

  /** Without a row of the root there is nothing at all. */
  #holdNothing(): void {
    if (this.prepared("SELECT 1 FROM version LIMIT 1").rows().length > 0) {
      throw new IndexTrouble(text("index.dirs-missing"));
    }
  }

  /** The living versions directly in a directory. */
  livingIn(dir: string): Version[] {
    return this.select("WHERE v.dir = ? AND v.until IS NULL ORDER BY v.name", dir);
  }

  /** Every version of a path, oldest first. */
  history(path: string): Version[] {
    return inTime(this.select("WHERE v.dir = ? AND v.name = ?", dirOf(path), nameOf(path)));
  }

  /** The living version of a path. */
  living(path: string): Version | undefined {
    return this.select(
      "WHERE v.dir = ? AND v.name = ? AND v.until IS NULL",
      dirOf(path),
      nameOf(path),
    )[0];
  }

  /** The newest attributes recorded apart from a living version, of the entries directly in a directory, by name. */
  attrsIn(dir: string): Map<string, AttrRow> {
    const found = new Map<string, AttrRow>();
    const attrs = this.attrs(dir);
    if (attrs.length === 0) return found;
    // those of what had the name before belong to nothing that lives
    const since = new Map(this.livingIn(dir).map((v) => [v.name, v.since]));
    for (const a of attrs) if (a.stamp > (since.get(a.name) ?? Infinity)) found.set(a.name, a);
    return found;
  }

  /** True for a version that must stay: the content that came after it may be rot of the source. */
  isSpared(v: Version): boolean {
    if (v.until === null || v.rot !== 1) return false;
    // once the source has the good content again nothing hangs on this copy
    const living = this.living(joinRel(v.dir, v.name));
    return living === undefined || living.hash === null || living.hash !== v.hash;
  }

  /** The stamps at which directories became files, by path: their content lies under a mark of that stamp. */
  moves(): Map<string, number[]> {
    const moves = new Map<string, number[]>();
    const told = this.allApart("replaced");
    for (const v of told.sort((a, b) => Number(a.until) - Number(b.until))) {
      const path = joinRel(v.dir, v.name);
      const list = moves.get(path) ?? [];
      list.push(Number(v.until));
      moves.set(path, list);
    }
    return moves;
  }

  /** A directory's packed scan row. */
  scanRow(dir: string): Uint8Array | undefined {
    // asked once for each directory of a run: without what else a statement can be asked
    const row = this.ask(() => this.prepared("SELECT row FROM scan WHERE dir = ?").get(dir));
    return row?.row instanceof Uint8Array ? row.row : undefined;
  }

  /** What is known of a directory, opened; undefined where there is nothing that is whole. */
  knownRow(dir: string): KnownRow | undefined {
    const row = this.scanRow(dir);
    return row === undefined ? undefined : openRow(row, (n) => this.scanRow(pieceKey(dir, n)));
  }

  /** Replaces a directory's scan row, or a piece of one, or drops it. */
  putScanRow(dir: string, row: Uint8Array | undefined): void {
    if (row === undefined) this.sql("DELETE FROM scan WHERE dir = ?").run(dir);
    else this.sql(PUT_ROW).run(dir, row);
    if (isPieceKey(dir)) this.#hasPieces = true;
    else this.#dropPieces(dir, row === undefined ? 0 : piecesIn(row));
  }

  /** A directory's row, if there is one, has other facts of the mirror from now on. */
  renewMirror(dir: string, mirror: Parameters<typeof withMirror>[2]): void {
    const row = this.scanRow(dir);
    const load = (n: number): Uint8Array | undefined => this.scanRow(pieceKey(dir, n));
    for (const to of row === undefined ? [] : [...withMirror({ dir, row }, load, mirror)]) {
      this.putScanRow(to.dir, to.row);
    }
  }

  /** Drops the pieces of a directory's row that it has no more; in most vaults none has any. */
  #dropPieces(dir: string, from: number): void {
    const some = "SELECT 1 FROM scan WHERE dir > '/' AND dir < '0' LIMIT 1";
    if (!(this.#hasPieces ??= this.sql(some).get() !== undefined)) return;
    this.sql("DELETE FROM scan WHERE dir >= ? AND dir < ?").run(
      pieceKey(dir, from),
      pastPieces(dir),
    );
  }
}
