/** The index of a vault that is just being made: empty, whatever lies on the disk already. @module */

import type { Database } from "../base/sql.ts";
import { Catalog } from "./catalog.ts";
import { closeQuietly, IndexFiles } from "./index_files.ts";
import type { Vault } from "./vault.ts";

/** A database at home that does not count yet. */
interface AtHome {
  files: IndexFiles;
  path: string;
}

/** An index that is filled by its one writer, and counts once that is done. */
export class NewIndex {
  readonly catalog: Catalog;
  readonly #db: Database;
  readonly #home: AtHome | undefined;

  private constructor(db: Database, home: AtHome | undefined) {
    this.#db = db;
    this.#home = home;
    this.catalog = Catalog.create(db);
  }

  /** Of `vault`, at home where that can be, or else in memory. */
  static of(vault: Vault): NewIndex {
    const index = atHome(vault) ??
      new NewIndex(vault.ports.openDatabase(":memory:", { readOnly: false }), undefined);
    index.catalog.setMeta("vault", vault.info.id);
    return index;
  }

  /** One in a database that was begun at home. */
  static begin(files: IndexFiles): NewIndex {
    const { path, db } = files.begin();
    try {
      return new NewIndex(db, { files, path });
    } catch (error) {
      files.abandon(path, db);
      throw error;
    }
  }

  /** From now on it is the index of its vault; where that fails, the records make another one. */
  publish(): void {
    const home = this.#home;
    try {
      this.catalog.release();
      home?.files.publish(home.path, this.#db);
    } catch {
      // what is made of the records is the same
    }
    closeQuietly(this.#db);
  }

  /** Gives it up. */
  abandon(): void {
    const home = this.#home;
    if (home === undefined) closeQuietly(this.#db);
    else home.files.abandon(home.path, this.#db);
  }
}

function atHome(vault: Vault): NewIndex | undefined {
  try {
    const files = IndexFiles.of(vault);
    return files === undefined ? undefined : NewIndex.begin(files);
  } catch {
    return undefined;
  }
}
