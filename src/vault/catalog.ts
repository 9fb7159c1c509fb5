/**
 * The catalog: an SQLite index over run records and metadata files. It is an index only: everything in it but
 * the scan cache can be made again from the plain files (design, *Vault on disk*).
 * @module
 */

import { dirOf, nameOf } from "../base/relpath.ts";
import type { Database, SqlRow, SqlValue, Statement } from "../base/sql.ts";
import { type Stamp, stampFromNumber, stampToNumber } from "../base/stamp.ts";
import { CATALOG_VERSION, COLUMNS, SCHEMA, TYPE_NAME, TYPE_NUMBER } from "./catalog_schema.ts";
import type { AttrLine, RecordHead, RecordLine, SummaryLine, VersionLine } from "./record.ts";

/** A version of a path: what it was, and from which run to which it lived. */
export interface Version {
  dir: string;
  name: string;
  /** The run that copied it, as a number; negative when unknown. */
  since: number;
  /** The run that ended it, as a number; null while it lives. */
  until: number | null;
  type: "file" | "link" | "dir";
  size: number | null;
  mtime: number | null;
  mode: number | null;
  uid: number | null;
  gid: number | null;
  hash: string | null;
  why: string | null;
  ended: string | null;
  /** The run that removed its content, as a number; null while it is kept. */
  gone: number | null;
}

/** A record as the catalog knows it. */
export interface RecordRow {
  stamp: Stamp;
  kind: RecordHead["kind"];
  finished: boolean;
  forgotten: boolean;
  time: string;
  bytes: number;
  errors: number;
  head: RecordHead;
  summary: SummaryLine | undefined;
}

/** The catalog in an open database. */
export class Catalog {
  readonly db: Database;
  readonly #statements = new Map<string, Statement>();
  #reading = false;

  /** A catalog in a database that has its tables. */
  constructor(db: Database) {
    this.db = db;
  }

  /** Makes the tables in an empty database. */
  static create(db: Database): Catalog {
    db.exec(SCHEMA);
    return new Catalog(db);
  }

  /** True when the database has the tables of this version. */
  static isCurrent(db: Database): boolean {
    if (db.prepare("PRAGMA user_version").get()?.user_version !== CATALOG_VERSION) return false;
    // a damaged page may have lost a table or a column: better known here than in the middle of an answer
    for (const columns of COLUMNS) db.prepare(`SELECT ${columns} LIMIT 0`);
    return true;
  }

  /** A statement, prepared once. */
  sql(text: string): Statement {
    let s = this.#statements.get(text);
    if (s === undefined) this.#statements.set(text, s = this.db.prepare(text));
    return s;
  }

  /** Runs `work` in one transaction. */
  transaction<T>(work: () => T): T {
    this.endReading();
    this.db.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.db.exec("COMMIT");
      return result;
    } catch (error) {
      try {
        this.db.exec("ROLLBACK");
      } catch {
        // the failed statement may have ended the transaction by itself
      }
      throw error;
    }
  }

  /** Begins to read: until {@link endReading} each question is spared its own lock on the file. */
  beginReading(): void {
    if (this.#reading) return;
    this.db.exec("BEGIN");
    this.#reading = true;
  }

  /** Ends it; a writer may commit again. */
  endReading(): void {
    if (!this.#reading) return;
    this.#reading = false;
    this.db.exec("COMMIT");
  }

  /** Closes the database. */
  close(): void {
    this.#statements.clear();
    this.db.close();
  }

  /** Takes in a whole record: its head, its lines, and how many bytes it has; gives the record's own row. */
  apply(head: RecordHead, lines: Iterable<RecordLine>, bytes: number): RecordRow {
    let errors = 0;
    let summary: SummaryLine | undefined;
    for (const line of lines) {
      if (line.kind === "version") this.#applyVersion(line);
      else if (line.kind === "attr") this.#applyAttr(line, head.stamp);
      else if (line.kind === "error") errors++;
      else summary = line;
    }
    const row: RecordRow = {
      stamp: head.stamp,
      kind: head.kind,
      finished: summary !== undefined,
      forgotten: head.forgotten === true,
      time: head.time,
      bytes,
      errors,
      head,
      summary,
    };
    this.putRecord(row);
    return row;
  }

  /** Writes a record's own row. */
  putRecord(r: RecordRow): void {
    this.sql("INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)").run(
      stampToNumber(r.stamp),
      r.kind,
      r.finished ? 1 : 0,
      r.forgotten ? 1 : 0,
      r.time,
      r.bytes,
      r.errors,
      JSON.stringify(r.head),
      r.summary === undefined ? "" : JSON.stringify(r.summary),
    );
  }

  #applyVersion(line: VersionLine): void {
    if (line.gone !== undefined) this.#applyGone(line, line.gone);
    else if (line.to !== undefined) {
      this.#applyEnd(line, line.to);
      if (line.rot === true) this.#applyRot(line.path, line.to);
    } else if (line.from !== undefined) {
      // it was there before, but no record told so
      if (line.why === "seen") this.#dropUnknown(line.path);
      // what is new had nothing before it: a question less for each file of a first run
      if (line.why !== "new") this.#cut(line, stampToNumber(line.from));
      this.#insert(line, stampToNumber(line.from), null);
    }
  }

  /** A path has one content at a time: what still lives when another begins ended in a run whose record is lost. */
  #cut({ path, type }: VersionLine, at: number): void {
    const was = this.sql(
      "UPDATE version SET until = ?1, ended = 'changed' WHERE dir = ?2 AND name = ?3 AND until IS NULL AND since > 0 AND since < ?1 RETURNING type",
    ).get(at, dirOf(path), nameOf(path));
    // and nothing lives below what is no directory
    if (was?.type !== TYPE_NUMBER.dir || type === "dir") return;
    this.sql(
      "UPDATE version SET until = ?1, ended = 'deleted' WHERE until IS NULL AND since > 0 AND since < ?1 AND (dir = ?2 OR (dir > ?2 || '/' AND dir < ?2 || '0'))",
    ).run(at, path);
  }

  #dropUnknown(path: string): void {
    this.sql("DELETE FROM version WHERE dir = ? AND name = ? AND until IS NULL AND since < 0")
      .run(dirOf(path), nameOf(path));
  }

  #applyEnd(line: VersionLine, to: Stamp): void {
    const until = stampToNumber(to);
    const key = [dirOf(line.path), nameOf(line.path)];
    if (line.from !== undefined) this.#cut(line, stampToNumber(line.from));
    const living = this.sql(
      "SELECT since, type FROM version WHERE dir = ? AND name = ? AND until IS NULL",
    ).get(...key);
    // a directory that somebody put in a file's place went, and the file is back: it never ended
    const other = living !== undefined &&
      (living.type === TYPE_NUMBER.dir) !== (line.type === "dir");
    if (living === undefined || other) {
      this.#insert(line, line.from === undefined ? -until : stampToNumber(line.from), until);
      return;
    }
    this.sql("UPDATE version SET until = ?, ended = ? WHERE dir = ? AND name = ? AND since = ?")
      .run(
        until,
        line.why,
        ...key,
        living.since ?? 0,
      );
  }

  #applyRot(path: string, to: Stamp): void {
    this.sql("INSERT OR REPLACE INTO rot VALUES (?, ?, ?)")
      .run(dirOf(path), nameOf(path), stampToNumber(to));
  }

  /** True for a version that must stay: the content that came after it may be rot of the source. */
  isSpared(v: Version): boolean {
    if (v.until === null) return false;
    const row = this.sql("SELECT 1 AS n FROM rot WHERE dir = ? AND name = ? AND until = ?")
      .get(v.dir, v.name, v.until);
    if (row === undefined) return false;
    // once the source has the good content again nothing hangs on this copy
    const living = this.living(v.dir === "" ? v.name : `${v.dir}/${v.name}`);
    return living === undefined || living.hash === null || living.hash !== v.hash;
  }

  #applyGone(line: VersionLine, gone: Stamp): void {
    const key = [dirOf(line.path), nameOf(line.path)];
    const by = line.from !== undefined ? "since = ?" : "until = ?";
    const value = stampToNumber(line.from ?? line.to ?? gone);
    const where = `WHERE dir = ? AND name = ? AND ${by}`;
    const row = this.sql(`SELECT since, until FROM version ${where}`).get(...key, value);
    if (row === undefined) return;
    // what no snapshot had is not missed in any: there is nothing to remember
    if (this.isNeeded(Number(row.since), row.until === null ? null : Number(row.until))) {
      this.sql(`UPDATE version SET gone = ? ${where}`).run(stampToNumber(gone), ...key, value);
    } else this.sql(`DELETE FROM version ${where}`).run(...key, value);
  }

  /** True when a snapshot that is not forgotten lies in the life of a version. */
  isNeeded(since: number, until: number | null): boolean {
    const row = this.sql(
      "SELECT 1 AS n FROM record WHERE kind = 'run' AND forgotten = 0 AND stamp >= ? AND stamp < ? LIMIT 1",
    ).get(Math.max(0, since), until ?? Number.MAX_SAFE_INTEGER);
    return row !== undefined;
  }

  #insert(line: VersionLine, since: number, until: number | null): void {
    const time = line.mtime === undefined ? null : Date.parse(line.mtime);
    this.sql(
      "INSERT OR REPLACE INTO version VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
    ).run(
      dirOf(line.path),
      nameOf(line.path),
      since,
      until,
      TYPE_NUMBER[line.type],
      line.size ?? null,
      time,
      line.mode ?? null,
      line.uid ?? null,
      line.gid ?? null,
      line.hash ?? null,
      until === null ? line.why : null,
      until === null ? null : line.why,
      null,
    );
  }

  #applyAttr(line: AttrLine, stamp: Stamp): void {
    this.sql("INSERT OR REPLACE INTO attr VALUES (?, ?, ?, ?, ?, ?, ?)").run(
      dirOf(line.path),
      nameOf(line.path),
      stampToNumber(stamp),
      Date.parse(line.mtime),
      line.mode,
      line.uid ?? null,
      line.gid ?? null,
    );
  }

  /** All records, oldest first. */
  records(): RecordRow[] {
    return this.sql("SELECT * FROM record ORDER BY stamp").all().map(recordOf);
  }

  /** Versions by a condition on the columns of `version`, in the order of paths and time. */
  *versions(where: string, ...values: SqlValue[]): Generator<Version> {
    const order = "ORDER BY dir, name, abs(since)";
    const sql = `SELECT * FROM version WHERE ${where} ${order}`;
    // an iterating statement must not be shared: two loops over the same question would disturb each other
    for (const row of this.db.prepare(sql).iterate(...values)) yield versionOf(row);
  }

  /** The living versions directly in a directory. */
  livingIn(dir: string): Version[] {
    return this.sql("SELECT * FROM version WHERE dir = ? AND until IS NULL ORDER BY name")
      .all(dir).map(versionOf);
  }

  /** Every version of a path, oldest first. */
  history(path: string): Version[] {
    return [...this.versions("dir = ? AND name = ?", dirOf(path), nameOf(path))];
  }

  /** The living version of a path. */
  living(path: string): Version | undefined {
    const row = this.sql("SELECT * FROM version WHERE dir = ? AND name = ? AND until IS NULL")
      .get(dirOf(path), nameOf(path));
    return row === undefined ? undefined : versionOf(row);
  }

  /** The newest attributes recorded apart from a living version, of the entries directly in a directory, by name. */
  attrsIn(dir: string): Map<string, SqlRow> {
    // those of what had the name before belong to nothing that lives
    const rows = this.sql(
      `SELECT a.* FROM attr a JOIN version v ON v.dir = a.dir AND v.name = a.name
       WHERE a.dir = ? AND v.until IS NULL AND a.stamp > v.since ORDER BY a.stamp`,
    ).all(dir);
    return new Map(rows.map((row) => [String(row.name), row]));
  }

  /** How many living files and links lie in a directory and below it. */
  countLiving(dir: string): number {
    const row = dir === ""
      ? this.sql("SELECT count(*) AS n FROM version WHERE until IS NULL AND type < 2").get()
      : this.sql(
        "SELECT count(*) AS n FROM version WHERE until IS NULL AND type < 2 AND (dir = ?1 OR (dir > ?1 || '/' AND dir < ?1 || '0'))",
      ).get(dir);
    return Number(row?.n ?? 0);
  }

  /** The stamps at which directories became files, by path: their content lies under a mark of that stamp. */
  moves(): Map<string, number[]> {
    const moves = new Map<string, number[]>();
    const rows = this.sql(
      "SELECT dir, name, until FROM version WHERE type = 2 AND ended = 'replaced' ORDER BY until",
    );
    for (const row of rows.all()) {
      const path = row.dir === "" ? String(row.name) : `${row.dir}/${row.name}`;
      const list = moves.get(path) ?? [];
      list.push(Number(row.until));
      moves.set(path, list);
    }
    return moves;
  }

  /** A directory's packed scan row. */
  scanRow(dir: string): Uint8Array | undefined {
    const row = this.sql("SELECT row FROM scan WHERE dir = ?").get(dir);
    return row?.row instanceof Uint8Array ? row.row : undefined;
  }

  /** Replaces a directory's scan row, or drops it. */
  putScanRow(dir: string, row: Uint8Array | undefined): void {
    if (row === undefined) this.sql("DELETE FROM scan WHERE dir = ?").run(dir);
    else this.sql("INSERT OR REPLACE INTO scan VALUES (?, ?)").run(dir, row);
  }
}

function recordOf(row: SqlRow): RecordRow {
  return {
    stamp: stampFromNumber(Number(row.stamp)),
    kind: row.kind as RecordRow["kind"],
    finished: row.finished === 1,
    forgotten: row.forgotten === 1,
    time: String(row.time),
    bytes: Number(row.bytes),
    errors: Number(row.errors),
    head: JSON.parse(String(row.head)) as RecordHead,
    summary: row.summary === "" ? undefined : JSON.parse(String(row.summary)) as SummaryLine,
  };
}

/** A row of the table `version`. */
export function versionOf(row: SqlRow): Version {
  const number = (v: SqlValue | undefined): number | null => typeof v === "number" ? v : null;
  const text = (v: SqlValue | undefined): string | null => typeof v === "string" ? v : null;
  return {
    dir: String(row.dir),
    name: String(row.name),
    since: Number(row.since),
    until: number(row.until),
    type: TYPE_NAME[Number(row.type)] ?? "file",
    size: number(row.size),
    mtime: number(row.mtime),
    mode: number(row.mode),
    uid: number(row.uid),
    gid: number(row.gid),
    hash: text(row.hash),
    why: text(row.why),
    ended: text(row.ended),
    gone: number(row.gone),
  };
}
