/** The catalog's database: `node:sqlite` behind the port of `base/sql.ts`. @module */

import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Database, OpenDatabase, SqlRow, SqlValue, Statement } from "../base/sql.ts";

/** Deno has it, its types do not yet. */
type Lists = StatementSync & { setReturnArrays(on: boolean): void };

/** Opens a database file, or one in memory for `":memory:"`; waits `timeoutMs` for others' locks. */
export const openDatabase: OpenDatabase = (path, { readOnly, timeoutMs = 5000 }): Database => {
  const db = new DatabaseSync(path, { readOnly, timeout: timeoutMs });
  return {
    exec: (sql) => db.exec(sql),
    close: () => db.close(),
    prepare: (sql): Statement => {
      const s = db.prepare(sql);
      return {
        run: (...v: SqlValue[]) => Number(s.run(...v).changes),
        get: (...v: SqlValue[]) => s.get(...v) as SqlRow | undefined,
        all: (...v: SqlValue[]) => s.all(...v) as SqlRow[],
        rows: (...v: SqlValue[]) => {
          const lists = s as Lists;
          lists.setReturnArrays(true);
          try {
            return lists.all(...v) as unknown as SqlValue[][];
          } finally {
            lists.setReturnArrays(false);
          }
        },
        iterate: (...v: SqlValue[]) => s.iterate(...v) as IterableIterator<SqlRow>,
      };
    },
  };
};
