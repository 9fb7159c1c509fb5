/** The index's tables, and the values that stand in them (docs/dev/architecture.md, *The index at home*). @module */

/** The version of the tables; an index of any other is made again. */
export const CATALOG_VERSION = 8;

/**
 * Makes the tables in an empty database. Stamps are numbers (`base/stamp.ts`), times ms since 1970. Each row of a
 * table that answers come from has a CRC over all columns before it; `dir` has for each directory how many rows
 * there are about what lies in it, and the sum of their CRCs; `apart` has the same of the versions that are found by
 * an index of SQLite's own: those whose file is gone, directories that became files, what moved, other names of files.
 * In `meta` lies what an opening needs of all records (`record_notes.ts`).
 */
export const TABLES: readonly string[] = [
  "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
  `CREATE TABLE record (
  stamp INTEGER PRIMARY KEY, kind TEXT NOT NULL, finished INTEGER NOT NULL,
  forgotten INTEGER NOT NULL, time TEXT NOT NULL, bytes INTEGER NOT NULL,
  errors INTEGER NOT NULL, head TEXT NOT NULL, summary TEXT NOT NULL,
  sha256 TEXT NOT NULL, tree TEXT NOT NULL, proof INTEGER NOT NULL, crc INTEGER NOT NULL
)`,
  `CREATE TABLE version (
  dir TEXT NOT NULL, name TEXT NOT NULL, since INTEGER NOT NULL,
  type INTEGER NOT NULL, size INTEGER, mtime INTEGER, mode INTEGER, uid INTEGER, gid INTEGER,
  hash TEXT, why TEXT, gone INTEGER, moved TEXT, link TEXT, flags INTEGER,
  until INTEGER, ended TEXT, rot INTEGER, crc INTEGER NOT NULL, checked INTEGER,
  PRIMARY KEY (dir, name, since)
) WITHOUT ROWID`,
  "CREATE INDEX version_moved ON version (until) WHERE type = 2 AND ended = 'replaced'",
  "CREATE INDEX version_gone ON version (gone) WHERE gone IS NOT NULL",
  "CREATE INDEX version_from ON version (moved, since) WHERE moved IS NOT NULL",
  "CREATE INDEX version_link ON version (link) WHERE link IS NOT NULL",
  `CREATE TABLE attr (
  dir TEXT NOT NULL, name TEXT NOT NULL, stamp INTEGER NOT NULL,
  mtime INTEGER NOT NULL, mode INTEGER NOT NULL, uid INTEGER, gid INTEGER, crc INTEGER NOT NULL,
  PRIMARY KEY (dir, name, stamp)
) WITHOUT ROWID`,
  `CREATE TABLE dir (
  dir TEXT PRIMARY KEY, versions INTEGER NOT NULL, attrs INTEGER NOT NULL, sum INTEGER NOT NULL,
  newest INTEGER NOT NULL
) WITHOUT ROWID`,
  "CREATE TABLE apart (key INTEGER PRIMARY KEY, versions INTEGER NOT NULL, sum INTEGER NOT NULL)",
  "CREATE TABLE scan (dir TEXT PRIMARY KEY, row BLOB NOT NULL)",
];

/** The same as one text. */
export const SCHEMA = `${TABLES.join(";\n")};\nPRAGMA user_version = ${CATALOG_VERSION};`;

/** Files of this size and more are hashed before anything is written when their size alone is known; in bytes. */
export const LARGE = 4 << 20;

/** The tables' indexes that questions about contents need; an index may have all of them, or none. */
export const CONTENT_INDEXES: readonly string[] = [
  "CREATE INDEX version_content ON version (substr(hash, 1, 12)) WHERE type < 2 AND gone IS NULL",
  `CREATE INDEX version_large ON version (size) WHERE type = 0 AND gone IS NULL AND size >= ${LARGE}`,
];

/** The number of a version's type in the tables. */
export const TYPE_NUMBER = { file: 0, link: 1, dir: 2 } as const;

/** The type of a number in the tables. */
export const TYPE_NAME = ["file", "link", "dir"] as const;

/** The columns of `version` that say how a version ended, all null while it lives. */
const END_COLUMNS = ["until", "ended", "rot"] as const;

/** The columns of `version` that its CRC covers, in their order, those of its end last. */
export const VERSION_COLUMNS = [
  "dir",
  "name",
  "since",
  "type",
  "size",
  "mtime",
  "mode",
  "uid",
  "gid",
  "hash",
  "why",
  "gone",
  "moved",
  "link",
  "flags",
  ...END_COLUMNS,
] as const;

/** Where those of its end begin. */
export const END_AT = VERSION_COLUMNS.length - END_COLUMNS.length;

/** The columns of `attr` that its CRC covers. */
export const ATTR_COLUMNS = ["dir", "name", "stamp", "mtime", "mode", "uid", "gid"] as const;

/** The columns of `record` that its CRC covers. */
export const RECORD_COLUMNS = [
  "stamp",
  "kind",
  "finished",
  "forgotten",
  "time",
  "bytes",
  "errors",
  "head",
  "summary",
  "sha256",
  "tree",
  "proof",
] as const;
