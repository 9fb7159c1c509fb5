/** How versions are written into the index. @module */

import { VERSION_COLUMNS } from "./catalog_schema.ts";

/** Adds a version where none has its key. */
export const INSERT = `INSERT OR IGNORE INTO version VALUES (${
  VERSION_COLUMNS.map(() => "?").join(", ")
}, ?, NULL)`;

/** Changes all of a version but its key. */
export const CHANGE = `UPDATE version SET ${
  [...VERSION_COLUMNS.slice(3), "crc"].map((c) => `${c} = ?`).join(", ")
} WHERE dir = ? AND name = ? AND since = ?`;

/** Ends the one version of a path that lives, if it is this one and nothing else is to be thought of. */
export const END =
  `UPDATE version SET until = ?1, ended = ?2, rot = ?3, crc = (crc + ?4) & 4294967295
 WHERE dir = ?5 AND name = ?6 AND since = ?7 AND (type = 2) = ?8
 AND until IS NULL AND ended IS NULL AND rot IS NULL AND gone IS NULL
 AND moved IS NULL AND link IS NULL
 AND NOT EXISTS (SELECT 1 FROM version o WHERE o.dir = ?5 AND o.name = ?6 AND o.since <> ?7
 AND o.until IS NULL)`;
