/** The catalog's database: `node:sqlite` behind the port of `base/sql.ts`. @module */

import { DatabaseSync } from "node:sqlite";
import type { Database, OpenDatabase, SqlRow, SqlValue, Statement } from "../base/sql.ts";

/** Opens a database file, or one in memory for `":memory:"`; waits `timeoutMs` for others' locks. */
export const openDatabase: OpenDatabase = (path, { readOnly, timeoutMs = 5000 }): Database => {
  const db = new DatabaseSync(path, { readOnly, timeout: timeoutMs });
  return {
    exec: (sql) => db.exec(sql),
    close: () => db.close(),
    prepare: (sql): Statement => {
      const s = db.prepare(sql);
      return {
        run: (...v: SqlValue[]) => void s.run(...v),
        get: (...v: SqlValue[]) => s.get(...v) as SqlRow | undefined,
        all: (...v: SqlValue[]) => s.all(...v) as SqlRow[],
        iterate: (...v: SqlValue[]) => s.iterate(...v) as IterableIterator<SqlRow>,
      };
    },
  };
};
