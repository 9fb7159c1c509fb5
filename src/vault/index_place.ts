/** Where the index of a vault lies at home, by name. Pure. @module */

/** The directory at home that holds the indexes of one vault and its copies. */
export interface IndexPlace {
  /** Its real path: main made it and saw that it is the user's own. */
  dir: string;
  /** The id of the vault that it is for. */
  id: string;
  /** Another first run on this machine was about to make this vault: on a disk without locks that one goes first. */
  busy?: true;
  /** The user whom everything in it must belong to; undefined where the system has no such thing. */
  uid?: number;
}

/** The directory of all indexes in the state directory. */
export const HOME_INDEX = "index";

/** The names that the index of one vault's path has in the directory of that vault's id. */
export interface IndexNames {
  /** What all of them begin with: by it a copy of a vault has an index of its own. */
  base: string;
  /** Holds the name of the database that counts. */
  pointer: string;
  /** The same for one that was made while all records were whole, where they are not any more. */
  proven: string;
  /** The database is this and the vault's path, in a line each. */
  temporary: string;
  /** What a vault on a disk without locks is locked by. */
  lock: string;
  /** Scan rows of a run that are too many for memory. */
  spill: string;
}

/** The names for the vault at the real path `root`; `hashText` gives a hash in hex. */
export function indexNames(root: string, hashText: (text: string) => string): IndexNames {
  const base = hashText(root).slice(0, 32);
  return {
    base,
    pointer: `${base}.current`,
    proven: `${base}.proven`,
    temporary: `${base}.new`,
    lock: `${base}.lock`,
    spill: `${base}.scan`,
  };
}

/** The name of a new database. */
export function databaseName(base: string, random: string): string {
  return `${base}.${random}.db`;
}

/** Reads a pointer: the database's name, and the vault's real path; undefined for what is none. */
export function parsePointer(text: string): { database: string; root: string } | undefined {
  const [database = "", root = ""] = text.split("\n");
  return /^[0-9a-f]{32}\.[0-9a-f]{16}\.db$/.test(database) ? { database, root } : undefined;
}

/** Writes a pointer. */
export function formatPointer(database: string, root: string): string {
  return `${database}\n${root}\n`;
}
