/** The catalog's tables (docs/format.md, *catalog.db*). @module */

/** The version of the tables; a catalog of any other is rebuilt. */
export const CATALOG_VERSION = 2;

/** Makes the tables in an empty database. Stamps are numbers (`base/stamp.ts`), times ms since 1970. */
export const SCHEMA = `
CREATE TABLE record (
  stamp INTEGER PRIMARY KEY, kind TEXT NOT NULL, finished INTEGER NOT NULL,
  forgotten INTEGER NOT NULL, time TEXT NOT NULL, bytes INTEGER NOT NULL,
  errors INTEGER NOT NULL, head TEXT NOT NULL, summary TEXT NOT NULL
);
CREATE TABLE version (
  dir TEXT NOT NULL, name TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER,
  type INTEGER NOT NULL, size INTEGER, mtime INTEGER, mode INTEGER, uid INTEGER, gid INTEGER,
  hash TEXT, why TEXT, ended TEXT, gone INTEGER, checked INTEGER,
  PRIMARY KEY (dir, name, since)
) WITHOUT ROWID;
CREATE INDEX version_until ON version (until) WHERE until IS NOT NULL;
CREATE INDEX version_gone ON version (gone) WHERE gone IS NOT NULL;
CREATE TABLE attr (
  dir TEXT NOT NULL, name TEXT NOT NULL, stamp INTEGER NOT NULL,
  mtime INTEGER NOT NULL, mode INTEGER NOT NULL, uid INTEGER, gid INTEGER,
  PRIMARY KEY (dir, name, stamp)
) WITHOUT ROWID;
CREATE TABLE rot (
  dir TEXT NOT NULL, name TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (dir, name, until)
) WITHOUT ROWID;
CREATE TABLE scan (dir TEXT PRIMARY KEY, row BLOB NOT NULL);
PRAGMA user_version = ${CATALOG_VERSION};
`;

/** The number of a version's type in the tables. */
export const TYPE_NUMBER = { file: 0, link: 1, dir: 2 } as const;

/** The type of a number in the tables. */
export const TYPE_NAME = ["file", "link", "dir"] as const;

/** The columns that every catalog of this version has, by table, as a question names them. */
export const COLUMNS = [
  "stamp, kind, finished, forgotten, time, bytes, errors, head, summary FROM record",
  "dir, name, since, until, type, size, mtime, mode, uid, gid, hash, why, ended, gone, checked FROM version",
  "dir, name, stamp, mtime, mode, uid, gid FROM attr",
  "dir, row FROM scan",
] as const;
