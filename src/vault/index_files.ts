/**
 * The files of an index at home. Before SQLite opens one, everything that it would open with it has been looked at:
 * it follows links, waits at a FIFO, and removes what a journal names (docs/security.md).
 * @module
 */

import { utf8 } from "../base/bytes.ts";
import type { FileInfo } from "../base/fs.ts";
import { createFresh, lstatIfAny, readTextIfAny, removeQuietly, writeAll } from "../base/io.ts";
import type { Database } from "../base/sql.ts";
import {
  databaseName,
  formatPointer,
  type IndexNames,
  indexNames,
  type IndexPlace,
  parsePointer,
} from "./index_place.ts";
import { hasOwnSchema } from "./schema_check.ts";
import type { Vault } from "./vault.ts";

/** The files that SQLite may open beside a database; in this mode it never leaves a journal. */
const SIDES = ["-wal", "-shm"] as const;
const JOURNAL = "-journal";

const COPY = 1 << 20;

/** How a database is set up that is used by several at once. */
const SETTINGS = `PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;
PRAGMA temp_store = MEMORY; PRAGMA synchronous = NORMAL;`;

/** For a database that is filled from records, which touch it everywhere: what does not fit is written and read again. */
export const WIDE_CACHE = "PRAGMA cache_size = -65536";

/** The index files of one vault. */
export class IndexFiles {
  readonly names: IndexNames;
  readonly #vault: Vault;
  readonly #place: IndexPlace;

  private constructor(vault: Vault, place: IndexPlace) {
    this.#vault = vault;
    this.#place = place;
    this.names = indexNames(vault.root, vault.hashText);
  }

  /** Those of `vault`; undefined where there is no place for them, or one that is for another vault. */
  static of(vault: Vault): IndexFiles | undefined {
    const place = vault.ports.index?.(vault.root);
    return place === undefined || place.id !== vault.info.id
      ? undefined
      : new IndexFiles(vault, place);
  }

  /** The path of a file in the place. */
  path(name: string): string {
    return `${this.#place.dir}${this.#vault.ports.separator}${name}`;
  }

  /** The path of the database that counts; undefined when there is none, or something is wrong with a file of it. */
  current(): string | undefined {
    return this.#pointed(this.names.pointer);
  }

  /** The path of one that was kept because it tells of records as they were before they were damaged. */
  proven(): string | undefined {
    return this.#pointed(this.names.proven);
  }

  #pointed(name: string): string | undefined {
    try {
      const text = readTextIfAny(this.#vault.fs, this.#own(name));
      const found = text === undefined ? undefined : parsePointer(text);
      if (found === undefined || found.root !== this.#vault.root) return undefined;
      return this.#sound(found.database);
    } catch {
      return undefined;
    }
  }

  /** Opens a database of the place; undefined when it is not to be trusted or not of this make. */
  open(path: string): Database | undefined {
    let db: Database | undefined;
    try {
      db = this.#vault.ports.openDatabase(path, { readOnly: false });
      db.exec(SETTINGS);
      if (hasOwnSchema(db)) return db;
    } catch {
      // damaged, or not to be had: another one is made
    }
    closeQuietly(db);
    return undefined;
  }

  /** Begins a new database, which counts once it is {@link publish}ed. */
  begin(): { path: string; db: Database } {
    const path = this.path(databaseName(this.names.base, this.#random()));
    // it holds the names of private directories
    this.#vault.fs.open(path, { write: true, createNew: true, mode: 0o600 }).close();
    let db: Database | undefined;
    try {
      db = this.#vault.ports.openDatabase(path, { readOnly: false });
      // nobody else knows of it before it is whole
      db.exec(`${SETTINGS} PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;`);
      return { path, db };
    } catch (error) {
      closeQuietly(db);
      this.#drop(path);
      throw error;
    }
  }

  /** Makes a database the one that counts, and removes others that nobody needs; `kept` stays, to repair records by. */
  publish(path: string, db: Database, kept?: string): void {
    const { fs } = this.#vault;
    db.prepare("PRAGMA journal_mode = WAL").get();
    db.exec("PRAGMA synchronous = NORMAL; PRAGMA cache_size = -2000");
    const file = fs.open(path, { read: true, write: true });
    try {
      file.sync();
    } finally {
      file.close();
    }
    if (kept === undefined) removeQuietly(fs, this.path(this.names.proven));
    else this.#point(this.names.proven, kept);
    this.#point(this.names.pointer, path);
    this.#clear([path, ...kept === undefined ? [] : [kept]]);
  }

  #point(pointer: string, path: string): void {
    const { fs } = this.#vault;
    const name = path.slice(this.#place.dir.length + 1);
    const temporary = this.path(`${this.names.temporary}${this.#random()}`);
    try {
      const file = createFresh(fs, temporary, 0o600);
      try {
        writeAll(file, utf8(formatPointer(name, this.#vault.root)));
        file.sync();
      } finally {
        file.close();
      }
      fs.rename(temporary, this.path(pointer));
    } catch (error) {
      removeQuietly(fs, temporary);
      throw error;
    }
  }

  /** Gives up a database that was begun. */
  abandon(path: string, db: Database): void {
    closeQuietly(db);
    this.#drop(path);
  }

  /** From now on no database counts. */
  forget(): void {
    removeQuietly(this.#vault.fs, this.path(this.names.pointer));
  }

  /**
   * Databases of other paths of the same vault, newest first: a vault that was moved has one of them. With `kept` also
   * those that are kept to repair records by.
   */
  siblings(kept = false): string[] {
    const { pointer, proven } = this.names;
    const isPointer = (name: string): boolean =>
      name !== pointer && name !== proven &&
      (name.endsWith(".current") || kept && name.endsWith(".proven"));
    const found: { path: string; mtime: number }[] = [];
    try {
      for (const { name, type } of this.#vault.fs.list(this.#place.dir)) {
        if (type !== "file" || !isPointer(name)) continue;
        const text = readTextIfAny(this.#vault.fs, this.#own(name));
        const database = text === undefined ? undefined : parsePointer(text)?.database;
        const path = database === undefined ? undefined : this.#sound(database);
        if (path !== undefined) found.push({ path, mtime: this.#vault.fs.lstat(path).mtime });
      }
    } catch {
      // what cannot be listed has nothing to give
    }
    return found.sort((a, b) => b.mtime - a.mtime).map((f) => f.path);
  }

  /** Copies a sibling's database to a new one; what is still in its log is not needed. */
  copy(from: string): { path: string; db: Database } {
    const { fs } = this.#vault;
    const path = this.path(databaseName(this.names.base, this.#random()));
    const source = fs.open(from, { read: true });
    try {
      const target = fs.open(path, { write: true, createNew: true, mode: 0o600 });
      try {
        const buffer = new Uint8Array(COPY);
        for (let n = source.read(buffer); n > 0; n = source.read(buffer)) {
          writeAll(target, buffer.subarray(0, n));
        }
      } finally {
        target.close();
      }
    } finally {
      source.close();
    }
    const db = this.open(path);
    if (db !== undefined) return { path, db };
    this.#drop(path);
    throw new Error("the copy of an index cannot be opened");
  }

  /** Removes what is left of older databases; one that is open on Windows goes another time. */
  #clear(keep: readonly string[]): void {
    try {
      for (const { name, type } of this.#vault.fs.list(this.#place.dir)) {
        const old = name.startsWith(`${this.names.base}.`) && type !== "dir" &&
          (/\.db(-\w+)?$/.test(name) || name.startsWith(this.names.temporary));
        const path = this.path(name);
        if (old && !keep.some((k) => path.startsWith(k))) removeQuietly(this.#vault.fs, path);
      }
    } catch {
      // it is a matter of room, no more
    }
  }

  #drop(path: string): void {
    for (const side of ["", ...SIDES, JOURNAL]) removeQuietly(this.#vault.fs, path + side);
  }

  /** The path of a database that may be opened; undefined when a file of it is not a plain one of this user. */
  #sound(database: string): string | undefined {
    const path = this.path(database);
    const { fs } = this.#vault;
    if (!this.#isOwn(lstatIfAny(fs, path))) return undefined;
    for (const side of SIDES) {
      const info = lstatIfAny(fs, path + side);
      if (info !== undefined && !this.#isOwn(info)) return undefined;
    }
    // one that is there was put there: SQLite would remove whatever file it names
    return lstatIfAny(fs, path + JOURNAL) === undefined ? path : undefined;
  }

  #own(name: string): string {
    const path = this.path(name);
    const info = lstatIfAny(this.#vault.fs, path);
    if (info !== undefined && !this.#isOwn(info)) {
      throw new Error(`${path} is not this user's file`);
    }
    return path;
  }

  #isOwn(info: FileInfo | undefined): boolean {
    const { uid } = this.#place;
    return info?.type === "file" &&
      (uid === undefined || (info.uid === uid && (info.mode & 0o022) === 0));
  }

  #random(): string {
    return this.#vault.ports.newId().replaceAll("-", "").slice(0, 16);
  }
}

/** Closes a database, whatever it says. */
export function closeQuietly(db: Database | undefined): void {
  try {
    db?.close();
  } catch {
    // nothing was written through it
  }
}
