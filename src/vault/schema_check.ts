/** Whether a database has the index's tables, and nothing besides: no view, no trigger. @module */

import type { Database, SqlValue } from "../base/sql.ts";
import { CATALOG_VERSION, CONTENT_INDEXES, TABLES } from "./catalog_schema.ts";

/** What SQLite makes by itself, for a key that is not the table's own order. */
const BY_ITSELF = ["index", "sqlite_autoindex_scan_1", "scan", null];

/** True when a database has the tables of this version, with all indexes for questions about contents or none. */
export function hasOwnSchema(db: Database): boolean {
  if (db.prepare("PRAGMA user_version").get()?.user_version !== CATALOG_VERSION) return false;
  const found = db.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema").rows();
  const rows = sorted(found);
  return rows === expected(TABLES) || rows === expected([...TABLES, ...CONTENT_INDEXES]);
}

/** The rows that SQLite keeps of these statements: it keeps their text as it is. */
function expected(statements: readonly string[]): string {
  return sorted([BY_ITSELF, ...statements.map(rowOf)]);
}

function rowOf(statement: string): SqlValue[] {
  const [, type = "", name = "", table = name] =
    /^CREATE (TABLE|INDEX) (\w+)(?: ON (\w+))?/.exec(statement) ?? [];
  return [type.toLowerCase(), name, table, statement];
}

function sorted(rows: readonly (readonly SqlValue[])[]): string {
  return rows.map((row) => JSON.stringify(row)).sort().join("\n");
}
