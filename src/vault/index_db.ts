/** The index's database, whose every trouble is known as such: none of it is a failure of a command. @module */

import { messageOf } from "../base/errors.ts";
import type { Database, SqlValue, Statement } from "../base/sql.ts";

/** What SQLite, or a check of what it gave, has against an index. The index is then made again from the records. */
export class IndexTrouble extends Error {
  override readonly name = "IndexTrouble";
}

/** Does `work`; whatever it throws is trouble of the index. */
function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof IndexTrouble) throw cause;
    throw new IndexTrouble(messageOf(cause), { cause });
  }
}

/** A database whose calls throw nothing but {@link IndexTrouble}. */
export function guardedDatabase(db: Database): Database {
  return {
    exec: (sql) => guarded(() => db.exec(sql)),
    prepare: (sql) => guardedStatement(guarded(() => db.prepare(sql))),
    close: () => guarded(() => db.close()),
  };
}

function guardedStatement(s: Statement): Statement {
  return {
    run: (...v: SqlValue[]) => guarded(() => s.run(...v)),
    get: (...v: SqlValue[]) => guarded(() => s.get(...v)),
    all: (...v: SqlValue[]) => guarded(() => s.all(...v)),
    rows: (...v: SqlValue[]) => guarded(() => s.rows(...v)),
    iterate: (...v: SqlValue[]) => guarded(() => s.iterate(...v)),
  };
}
