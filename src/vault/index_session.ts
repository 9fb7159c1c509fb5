/**
 * An index's database as it is asked and written: what troubles it is met by another one that is made of the records, and
 * the question is asked once more.
 * @module
 */

import type { Database, Statement } from "../base/sql.ts";
import { DirCounts } from "./dir_counts.ts";
import { guardedDatabase, IndexTrouble } from "./index_db.ts";

/** Makes another database of the records when one has trouble; throws when it cannot, or was asked too often. */
export type Heal = (trouble: IndexTrouble) => Database;

/** Statements, transactions and a way out of trouble. */
export class IndexSession {
  protected readonly dirs: DirCounts;
  #db: Database;
  readonly #heal: Heal | undefined;
  readonly #statements = new Map<string, Statement>();
  #reading = false;
  #writing = false;
  #remade = 0;
  #early = false;

  /** A session on a database that has its tables; what troubles the database is met with `heal`. */
  constructor(db: Database, heal?: Heal) {
    this.#db = guardedDatabase(db);
    this.#heal = heal;
    this.dirs = new DirCounts((text) => this.prepared(text));
  }

  /** Runs statements that give nothing back, in a database that is being made. */
  protected exec(text: string): void {
    this.#db.exec(text);
  }

  /** Does `work`, which reads; with trouble it is done once more over an index that was made again. */
  ask<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const isAsking = !this.#writing && !this.#early;
      if (!(error instanceof IndexTrouble) || !isAsking || this.#heal === undefined) throw error;
      this.#replace(error);
      return work();
    }
  }

  /** How often it was made again. */
  get remade(): number {
    return this.#remade;
  }

  /** Has the index made again, for what it gave cannot be all: what is asked from now on is asked of another one. */
  distrust(why: string): void {
    let once = true;
    this.ask(() => {
      if (once) {
        once = false;
        throw new IndexTrouble(why);
      }
    });
  }

  #replace(trouble: IndexTrouble): void {
    if (this.#heal === undefined) throw trouble;
    this.close();
    this.#db = guardedDatabase(this.#heal(trouble));
    this.#remade++;
  }

  /** A statement, prepared once. */
  protected prepared(text: string): Statement {
    let s = this.#statements.get(text);
    if (s === undefined) this.#statements.set(text, s = this.#db.prepare(text));
    return s;
  }

  /** A statement, prepared once; asked again over another index where this one has trouble. */
  sql(text: string): Statement {
    const prepared = (): Statement => this.prepared(text);
    return {
      run: (...v) => this.ask(() => prepared().run(...v)),
      get: (...v) => this.ask(() => prepared().get(...v)),
      all: (...v) => this.ask(() => prepared().all(...v)),
      rows: (...v) => this.ask(() => prepared().rows(...v)),
      iterate: (...v) => this.ask(() => prepared().iterate(...v)),
    };
  }

  /** Runs `work` in one transaction; with trouble it is done once more over an index that was made again. */
  transaction<T>(work: () => T): T {
    this.endReading();
    try {
      return this.#once(work);
    } catch (error) {
      if (!(error instanceof IndexTrouble) || this.#heal === undefined) throw error;
      this.#replace(error);
      return this.#once(work);
    }
  }

  /** True while something is written that the next {@link transaction} commits with its own work. */
  get isEarly(): boolean {
    return this.#early;
  }

  /** Begins to write for the next {@link transaction}; until then nobody else sees any of it. */
  beginEarly(): void {
    if (this.#early) return;
    this.endReading();
    this.#db.exec("BEGIN IMMEDIATE");
    this.#early = true;
  }

  /** Takes back what was written early. */
  dropEarly(): void {
    if (!this.#early) return;
    this.#early = false;
    this.forgetRead();
    this.dirs.clear();
    this.#rollBack();
  }

  #once<T>(work: () => T): T {
    if (!this.#early) this.#db.exec("BEGIN IMMEDIATE");
    this.#writing = true;
    try {
      const result = work();
      this.dirs.flush();
      this.beforeCommit();
      this.#db.exec("COMMIT");
      return result;
    } catch (error) {
      this.forgetRead();
      this.dirs.clear();
      this.#rollBack();
      throw error;
    } finally {
      this.#writing = false;
      this.#early = false;
    }
  }

  #rollBack(): void {
    try {
      this.#db.exec("ROLLBACK");
    } catch {
      // the failed statement may have ended the transaction by itself
    }
  }

  /** Begins to read: until {@link endReading} each question is spared its own lock on the file. */
  beginReading(): void {
    if (this.#reading || this.#early) return;
    this.ask(() => this.#db.exec("BEGIN"));
    this.#reading = true;
  }

  /** Ends it; a writer may commit again. */
  endReading(): void {
    if (!this.#reading) return;
    this.#reading = false;
    try {
      this.#db.exec("COMMIT");
    } catch {
      // what was read is read; an index that was made again has no such transaction to end
      this.#rollBack();
    }
  }

  /** Closes the database. */
  close(): void {
    this.release();
    try {
      this.#db.close();
    } catch {
      // an index has nothing to lose
    }
  }

  /** What is kept until the end of a transaction is written. */
  protected beforeCommit(): void {}

  /** True within a transaction. */
  protected get isWriting(): boolean {
    return this.#writing;
  }

  /** What was read and kept may not be so any more. */
  protected forgetRead(): void {}

  /** Lets go of the database without closing it. */
  release(): void {
    this.forgetRead();
    this.#statements.clear();
    this.dirs.clear();
    this.#reading = false;
    this.#early = false;
  }

  /** Reads several things with no commit of another process between them. */
  protected atOnce<T>(read: () => T): T {
    if (this.#reading || this.#writing || this.#early) return read();
    this.beginReading();
    try {
      return read();
    } finally {
      this.endReading();
    }
  }
}
