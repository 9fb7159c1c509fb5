/** An SQLite database as a port: what the catalog needs of it. @module */

/** A value that SQLite takes and gives. */
export type SqlValue = null | number | string | Uint8Array;

/** A row, by column name. */
export type SqlRow = Record<string, SqlValue>;

/** A prepared statement. */
export interface Statement {
  /** Gives how many rows it changed. */
  run(...values: SqlValue[]): number;
  get(...values: SqlValue[]): SqlRow | undefined;
  all(...values: SqlValue[]): SqlRow[];
  /** All rows as lists of the columns' values. */
  rows(...values: SqlValue[]): SqlValue[][];
  iterate(...values: SqlValue[]): IterableIterator<SqlRow>;
}

/** An open database. */
export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

/** How a database is opened. */
export interface OpenDatabase {
  (path: string, options: { readOnly: boolean; timeoutMs?: number }): Database;
}
