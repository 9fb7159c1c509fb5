/** The catalog's database: `node:sqlite` behind the port of `base/sql.ts`. @module */

import { DatabaseSync, type StatementSync } from "node:sqlite";
import { worked } from "./heap.ts";
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
      const s = db.prepare(sql) as Lists;
      let lists = false;
      // most are asked in one way alone, and to say it each time costs as much as a small question
      const give = (on: boolean): Lists => {
        if (lists !== on) s.setReturnArrays(lists = on);
        return s;
      };
      return {
        run: (...v: SqlValue[]) => {
          const last = v.at(-1);
          worked(last instanceof Uint8Array ? 1 + (last.length >> 10) : 1);
          return Number(s.run(...v).changes);
        },
        get: (...v: SqlValue[]) => {
          worked(1);
          return give(false).get(...v) as SqlRow | undefined;
        },
        all: (...v: SqlValue[]) => {
          const rows = give(false).all(...v) as SqlRow[];
          worked(rows.length);
          return rows;
        },
        rows: (...v: SqlValue[]) => {
          const rows = give(true).all(...v) as unknown as SqlValue[][];
          worked(rows.length);
          return rows;
        },
        iterate: (...v: SqlValue[]) => give(false).iterate(...v) as IterableIterator<SqlRow>,
      };
    },
  };
};
