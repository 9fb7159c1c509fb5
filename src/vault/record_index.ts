/** The records in an index: what an opening needs of them all, and the row of each. @module */

import { crcOf } from "../base/crc.ts";
import { stampToNumber } from "../base/stamp.ts";
import { text } from "../text/text.ts";
import { RECORD_COLUMNS } from "./catalog_schema.ts";
import { IndexTrouble } from "./index_db.ts";
import { IndexSession } from "./index_session.ts";
import { type ChainLink, RecordList, type RecordNote } from "./record_list.ts";
import { recordOf, type RecordRow } from "./record_row.ts";
import { holdRecordOrder } from "./row_order.ts";
import type { TreeSeal } from "./seal.ts";

/** The columns of a record's row, and its CRC. */
const RECORD = `${RECORD_COLUMNS.join(", ")}, crc`;

/** An index as far as it knows of records. */
export class RecordIndex extends IndexSession {
  /** What is known of all records: a command asks for it many times, and there may be ten thousand. */
  readonly #list = new RecordList({
    get: (key) => this.prepared("SELECT value FROM meta WHERE key = ?").get(key)?.value,
    put: (key, value) => this.prepared("INSERT OR REPLACE INTO meta VALUES (?, ?)").run(key, value),
    remove: (key) => this.prepared("DELETE FROM meta WHERE key = ?").run(key),
  });

  /** The rows of all records by their stamps, while a transaction asks for them: an index that is made does so six times. */
  #rows: Map<number, RecordRow> | undefined;

  /** Says of an index that is made now that it has no records. */
  protected beginRecords(): void {
    this.#list.begin();
  }

  /** Tells how much lives, for who only looks at the file's first bytes (`PRAGMA application_id`). */
  tellLiving({ files, links, dirs }: TreeSeal): void {
    this.exec(`PRAGMA application_id = ${Math.min(1 + files + links + dirs, 0x7fff_ffff)}`);
  }

  /** A value that stands for the whole index. */
  meta(key: string): string | undefined {
    const row = this.sql("SELECT value FROM meta WHERE key = ?").get(key);
    return typeof row?.value === "string" ? row.value : undefined;
  }

  /** Sets such a value. */
  setMeta(key: string, value: string): void {
    this.sql("INSERT OR REPLACE INTO meta VALUES (?, ?)").run(key, value);
  }

  /** Writes a record's own row. */
  putRecord(r: RecordRow): void {
    this.ask(() => this.#list.put(r));
    const stamp = stampToNumber(r.stamp);
    // one that is new has its place in the order
    if (this.#rows?.has(stamp) === true) this.#rows.set(stamp, r);
    else this.#rows = undefined;
    const values = [
      stamp,
      r.kind,
      r.finished ? 1 : 0,
      r.forgotten ? 1 : 0,
      r.time,
      r.bytes,
      r.errors,
      JSON.stringify(r.head),
      r.summary === undefined ? "" : JSON.stringify(r.summary),
      r.sha256,
      r.tree === undefined ? "" : JSON.stringify(r.tree),
      r.proof,
    ];
    this.sql("INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .run(...values, crcOf(values));
    if (!this.isWriting) this.beforeCommit();
  }

  /** Takes a record's row out. */
  removeRecord(stamp: RecordRow["stamp"]): void {
    this.ask(() => this.#list.remove(stamp));
    this.#rows?.delete(stampToNumber(stamp));
    this.sql("DELETE FROM record WHERE stamp = ?").run(stampToNumber(stamp));
    if (!this.isWriting) this.beforeCommit();
  }

  /** What is known of all records without their rows, oldest first. */
  notes(): readonly RecordNote[] {
    return this.#asked((list) => list.notes());
  }

  /** How many records there are. */
  countRecords(): number {
    return this.#asked((list) => list.count);
  }

  /** What is known of the newest record of which something holds. */
  newestNote(is: (note: RecordNote) => boolean = () => true): RecordNote | undefined {
    return this.#asked((list) => list.newest(is));
  }

  /** What is known of the records without a last line, oldest first. */
  unfinished(): RecordNote[] {
    return this.#asked((list) => list.unfinished());
  }

  /** What is known of the records that are not what a seal says, oldest first. */
  broken(): RecordNote[] {
    return this.#asked((list) => list.broken());
  }

  /** True where a record is known. */
  knows(stamp: RecordRow["stamp"]): boolean {
    return this.#asked((list) => list.note(stamp)) !== undefined;
  }

  /** The latest time that any record tells, ms. */
  latestTime(): number {
    return this.#asked((list) => list.latest());
  }

  /** True where attributes were kept with a record. */
  haveAttributes(): boolean {
    return this.#asked((list) => list.haveAttributes());
  }

  /** True where the files of all records have these names, in order. */
  areNamed(names: readonly string[]): boolean {
    return this.#asked((list) => list.areNamed(names));
  }

  /** The row of a record, held against what is noted of it; undefined where there is none. */
  record(stamp: RecordRow["stamp"]): RecordRow | undefined {
    return this.#asked((list) => {
      const row = this.prepared(`SELECT ${RECORD} FROM record WHERE stamp = ?`)
        .rows(stampToNumber(stamp)).map(recordOf)[0];
      if (!list.holds(stamp, row)) throw notTheirs();
      return row;
    });
  }

  /** The rows of all records, oldest first; none is missed, for they are held against what is noted of them. */
  records(): RecordRow[] {
    if (this.#rows !== undefined) return [...this.#rows.values()];
    return this.#asked((list) => {
      const rows = holdRecordOrder(
        this.prepared(`SELECT ${RECORD} FROM record ORDER BY stamp`).rows().map(recordOf),
      );
      if (!list.holdAll(rows)) throw notTheirs();
      if (this.isWriting) this.#rows = new Map(rows.map((r) => [stampToNumber(r.stamp), r]));
      return rows;
    });
  }

  /** The names and hashes of all records, oldest first. */
  chain(): ChainLink[] {
    return this.#asked((list) => list.chain());
  }

  /** The digest of a seal over all records and one more. */
  chainWith(more: ChainLink): string {
    return this.#asked((list) => list.chainWith(more));
  }

  /** What the list tells; where it does not agree it is read once more, for another process may have written. */
  #asked<T>(question: (list: RecordList) => T): T {
    return this.ask(() => {
      try {
        return question(this.#list);
      } catch (error) {
        if (!(error instanceof IndexTrouble) || this.isWriting) throw error;
        return this.atOnce(() => {
          this.forgetRead();
          return question(this.#list);
        });
      }
    });
  }

  protected override beforeCommit(): void {
    this.#list.flush();
    this.#rows = undefined;
  }

  protected override forgetRead(): void {
    this.#list.forget();
    this.#rows = undefined;
  }

  /** Takes over what another one has just read of the same database: each reading costs a time for every record. */
  knowRecordsOf(other: RecordIndex): void {
    this.#list.knowAs(other.#list);
  }

  /** The newest finished record, of a kind, as a number; undefined where there is none. */
  newest(kind?: RecordRow["kind"]): number | undefined {
    const newest = this.newestNote((r) => r.finished && (kind === undefined || r.kind === kind));
    return newest === undefined ? undefined : stampToNumber(newest.stamp);
  }

  /** True when a snapshot that is not forgotten lies in the life of a version. */
  isNeeded(since: number, until: number | null): boolean {
    return this.#asked((list) => list.isNeeded(since, until));
  }
}

function notTheirs(): IndexTrouble {
  return new IndexTrouble(text("index.out-of-order"));
}
