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

/** The columns of a record's row, and its CRC. */
const RECORD = `${RECORD_COLUMNS.join(", ")}, crc`;

/** An index as far as it knows of records. */
export class RecordIndex extends IndexSession {
  /** What is known of all records: a command asks for it many times, and there may be ten thousand. */
  readonly #list = new RecordList({
    get: (key) => this.prepared("SELECT value FROM meta WHERE key = ?").get(key)?.value,
    put: (key, value) => this.prepared("INSERT OR REPLACE INTO meta VALUES (?, ?)").run(key, value),
  });

  /** Says of an index that is made now that it has no records. */
  protected beginRecords(): void {
    this.#list.begin();
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
    const values = [
      stampToNumber(r.stamp),
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
    this.sql("DELETE FROM record WHERE stamp = ?").run(stampToNumber(stamp));
    if (!this.isWriting) this.beforeCommit();
  }

  /** What is known of all records without their rows, oldest first. */
  notes(): readonly RecordNote[] {
    return this.ask(() => this.#list.notes());
  }

  /** The row of a record, held against what is noted of it; undefined where there is none. */
  record(stamp: RecordRow["stamp"]): RecordRow | undefined {
    return this.ask(() =>
      this.#agreeing(() => {
        const rows = this.prepared(`SELECT ${RECORD} FROM record WHERE stamp = ?`)
          .rows(stampToNumber(stamp)).map(recordOf);
        return this.#list.holds(stamp, rows[0]) ? rows : undefined;
      })
    )[0];
  }

  /** The rows of all records, oldest first; none is missed, for they are held against what is noted of them. */
  records(): RecordRow[] {
    return this.ask(() =>
      this.#agreeing(() => {
        const rows = holdRecordOrder(
          this.prepared(`SELECT ${RECORD} FROM record ORDER BY stamp`).rows().map(recordOf),
        );
        return this.#list.holdAll(rows) ? rows : undefined;
      })
    );
  }

  /** The names and hashes of all records, oldest first. */
  chain(): ChainLink[] {
    return this.ask(() => this.#list.chain());
  }

  /** Rows that agree with the notes; these are read once more where they do not, for another process may have written. */
  #agreeing(read: () => RecordRow[] | undefined): RecordRow[] {
    const rows = read() ?? this.atOnce(() => {
      if (!this.isWriting) this.forgetRead();
      return read();
    });
    if (rows === undefined) {
      throw new IndexTrouble(text("index.out-of-order"));
    }
    return rows;
  }

  protected override beforeCommit(): void {
    this.#list.flush();
  }

  protected override forgetRead(): void {
    this.#list.forget();
  }

  /** Takes over what another one has just read of the same database: each reading costs a time for every record. */
  knowRecordsOf(other: RecordIndex): void {
    this.#list.knowAs(other.#list);
  }

  /** The newest finished record, of a kind, as a number; undefined where there is none. */
  newest(kind?: RecordRow["kind"]): number | undefined {
    const newest = this.notes().findLast((r) =>
      r.finished && (kind === undefined || r.kind === kind)
    );
    return newest === undefined ? undefined : stampToNumber(newest.stamp);
  }

  /** True when a snapshot that is not forgotten lies in the life of a version. */
  isNeeded(since: number, until: number | null): boolean {
    return this.ask(() => this.#list.isNeeded(since, until));
  }
}
