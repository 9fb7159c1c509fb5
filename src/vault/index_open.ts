/**
 * Opens the index of a vault: the one at home if it is whole and up to date, or else one that is made of the records,
 * at home or in memory. Whatever the index has against it is no failure of who asks (docs/dev/architecture.md).
 * @module
 */

import { HikaeError, isFull, messageOf } from "../base/errors.ts";
import type { Stamp } from "../base/stamp.ts";
import { removeQuietly } from "../base/io.ts";
import type { Database } from "../base/sql.ts";
import { text } from "../text/text.ts";
import { Catalog } from "./catalog.ts";
import {
  type CatalogState,
  finished,
  HEADLESS,
  keepMissing,
  type LookOptions,
  missingRecords,
  standing,
  tellLost,
} from "./catalog_state.ts";
import { CONTENT_INDEXES } from "./catalog_schema.ts";
import { IndexTrouble } from "./index_db.ts";
import type { Heal } from "./index_session.ts";
import { carryOver } from "./index_carry.ts";
import { closeQuietly, IndexFiles, WIDE_CACHE } from "./index_files.ts";
import {
  catchUp,
  catchUpToRead,
  fillToRead,
  fillToWrite,
  isGuessed,
  isUnbound,
  tellHeadless,
} from "./index_make.ts";
import { fillToGoOn } from "./index_go_on.ts";
import { heldSince, isHeld } from "./lock.ts";
import { keptBefore, knowsThemWhole, provesItself } from "./index_proven.ts";
import { PROOF } from "./record_row.ts";
import { parseSummary } from "./record_read.ts";
import { renewLost } from "./record_mend.ts";
import { begunPath } from "./record_writer.ts";
import type { Vault } from "./vault.ts";
import { removeOld, sweep } from "./left_over.ts";

/** An index, and where it lies. */
export interface OpenCatalog {
  catalog: Catalog;
  from: "file" | "memory";
  /** The database file at home, for other threads to open. */
  path?: string;
  /** It was made now, of the records. */
  made?: true;
}

/** What a writer's opening found to do. */
export interface WritableCatalog extends OpenCatalog {
  /** True when the index was made again. */
  rebuilt: boolean;
  /** The unfinished run that was mended. */
  mended: string | undefined;
}

/**
 * Opens a vault's index for reading; nothing is written into the vault. With `distrust` the index at home is not asked;
 * without `keep` none is made there: what the question needs is not worth it.
 */
export function openForReading(
  vault: Vault,
  options: LookOptions,
  distrust = false,
  keep = true,
): OpenCatalog {
  return new IndexOpener(vault, options, false).toRead(distrust, keep);
}

/**
 * Opens a vault's index for a writer that holds the lock: brings it up to date and mends what a run left. With
 * `distrust` the index at home is not asked.
 */
export function openForWriting(
  vault: Vault,
  options: LookOptions,
  distrust = false,
): WritableCatalog {
  removeOld(vault);
  const opener = new IndexOpener(vault, options, true);
  try {
    findLost(vault, options);
    return opener.toWrite(distrust);
  } catch (error) {
    // what a run that ended early left may be all that fills the disk
    if (!isFull(error) || sweep(vault, options) === 0) throw error;
    return opener.toWrite(distrust);
  }
}

/** Opens the index that lies at home, if it is that of the vault as it is; never makes one. */
export function openIfCurrent(vault: Vault, options: LookOptions): OpenCatalog | undefined {
  return new IndexOpener(vault, options, false).ifCurrent();
}

class IndexOpener {
  readonly #vault: Vault;
  readonly #options: LookOptions;
  readonly #files: IndexFiles | undefined;
  /** Runs whose record the index at home knew and that are not there any more. */
  readonly #gone = new Set<Stamp>();
  /** The index at home knew of records that are not there, or not whole. */
  #lost = false;
  /** The newest record when a writer opened the vault. */
  #newest = "";
  /** The lock is the caller's own. */
  readonly #holds: boolean;

  constructor(vault: Vault, options: LookOptions, holds: boolean) {
    this.#vault = vault;
    const told = options.sight?.told ?? new Set<string>();
    const once = (text: string, tell: () => void): void => {
      if (told.has(text)) return;
      told.add(text);
      tell();
    };
    this.#options = {
      ...options,
      failed: (path, error) =>
        once(`${path}\0${messageOf(error)}`, () => options.failed(path, error)),
      note: (message) => once(message, () => options.note?.(message)),
    };
    this.#holds = holds;
    this.#files = attempt(() => IndexFiles.of(vault));
  }

  toRead(distrust: boolean, keep: boolean): OpenCatalog {
    const open = this.#current((catalog, stands) => {
      // what is lost only the index knows
      if (distrust) return false;
      const { lacking, sound, thinned } = stands;
      const first = lacking[0];
      if (!sound || (thinned && !this.#isHeld())) return false;
      if (first === undefined) return true;
      // a run under way, or one that broke off: readers answer as of the one before
      if (lacking.length === 1 && (this.#isHeld() || !finished(this.#vault, first))) {
        if (!finished(this.#vault, first)) tellHeadless(this.#vault, first, this.#options);
        return true;
      }
      if (this.#isHeld() || isGuessed(catalog)) return false;
      catalog.transaction(() => catchUpToRead(this.#vault, catalog, lacking, this.#options));
      return true;
    });
    if (open !== undefined) return open;
    const home = keep && !this.#isHeld();
    const made = this.#make(home, (catalog) => this.#read(catalog, distrust));
    return this.#opened(made, this.heal(home && made.path !== undefined));
  }

  ifCurrent(): OpenCatalog | undefined {
    return this.#current((_catalog, { sound, lacking, thinned }) =>
      sound && !thinned && (lacking.length === 0 ||
        lacking.length === 1 && lacking[0] !== undefined && !finished(this.#vault, lacking[0]))
    );
  }

  toWrite(distrust: boolean): WritableCatalog {
    const open = this.#toWrite(distrust);
    // what was mended may have taken a record away
    const changed = open.rebuilt || open.mended !== undefined;
    const newest = changed ? this.#vault.newestRecord() : this.#vault.newestWhenOpened();
    this.#newest = newest?.stamp ?? "";
    return open;
  }

  #toWrite(distrust: boolean): WritableCatalog {
    let mended: string | undefined;
    const open = this.#current((catalog, { sound, lacking, thinned }) => {
      if (distrust) return false;
      if (!sound || thinned || catalog.meta(HEADLESS) !== undefined) return false;
      if (lacking.length > 0 && isGuessed(catalog)) return false;
      // a seal is made over an index that came from records which were proven, or that was just made
      const newest = catalog.newestNote((r) => r.finished && r.kind === "run");
      if (newest !== undefined && newest.proof !== PROOF.proven) return false;
      if (lacking.length === 0) return true;
      mended = catalog.transaction(() => catchUp(this.#vault, catalog, lacking, this.#options));
      return true;
    });
    if (open !== undefined) {
      if (mended !== undefined) removeQuietly(this.#vault.fs, begunPath(this.#vault));
      return { ...open, rebuilt: false, mended };
    }
    const made = this.#make(true, (catalog) => {
      mended = fillToWrite(this.#vault, catalog, this.#options, this.#isSuspect());
    });
    removeQuietly(this.#vault.fs, begunPath(this.#vault));
    return { ...this.#opened(made, this.heal(made.path !== undefined)), rebuilt: true, mended };
  }

  /** A way out for an index that has trouble: another one at home, once, then one in memory. */
  heal(home: boolean): Heal {
    let left = home ? 2 : 1;
    return (trouble) => {
      if (left === 0) throw trouble;
      left--;
      this.#options.note?.(text("index.remade", { cause: trouble.message }));
      const db = this.#holds
        ? this.#whileWriting()
        : this.#make(left > 0 && !this.#isHeld(), (catalog) => this.#read(catalog)).db;
      // the run that it serves from now on may be one that asks for contents
      for (const sql of CONTENT_INDEXES) db.exec(sql);
      return db;
    };
  }

  #read(catalog: Catalog, each = false): void {
    const suspect = this.#isSuspect();
    fillToRead(this.#vault, catalog, this.#options, { suspect, each, lost: this.#gone.size > 0 });
  }

  /** True when a record may be lost that no other one tells of: the newest ones. */
  #isSuspect(): boolean {
    if (this.#lost) return true;
    const { fs, tree } = this.#vault;
    const since = this.#holds ? this.#options.heldBefore : heldSince(fs, tree);
    const newest = this.#vault.newestRecord();
    if (since === undefined || newest === undefined || this.#isHeld()) return false;
    const last = this.#vault.lastLine(newest.stamp);
    const ended = last === undefined ? undefined : parseSummary(last)?.time;
    return ended !== undefined && Date.parse(since) > Date.parse(ended);
  }

  /** In the middle of a run the disk is ahead of the records: they alone are asked, and the index is not kept. */
  #whileWriting(): Database {
    this.#files?.forget();
    const fill = (catalog: Catalog): void =>
      fillToGoOn(this.#vault, catalog, this.#options, (stamp) => stamp <= this.#newest);
    return this.#make(false, fill).db;
  }

  #isHeld(): boolean {
    return !this.#holds && isHeld(this.#vault.ports, this.#vault.tree);
  }

  /** The index at home, or a sibling's that begins as this one, where `accept` finds nothing against it. */
  #current(accept: (catalog: Catalog, stands: CatalogState) => boolean): OpenCatalog | undefined {
    const files = this.#files;
    if (files === undefined) return undefined;
    const path = files.current() ?? this.#takeOver(files);
    const db = path === undefined ? undefined : files.open(path);
    if (path === undefined || db === undefined) return undefined;
    const catalog = new Catalog(db, this.heal(true));
    const asked = new Catalog(db);
    try {
      const stands = standing(this.#vault, asked);
      tellLost(this.#vault, stands, this.#options);
      // where that one was made without a part of the disk, what made it ask the disk only it knows
      this.#lost ||= stands.lost.length > 0 || stands.cut !== undefined || isUnbound(asked);
      for (const stamp of stands.lost) this.#gone.add(stamp);
      for (const stamp of missingRecords(asked)) this.#gone.add(stamp);
      if (accept(asked, stands)) {
        catalog.knowRecordsOf(asked);
        asked.release();
        return { catalog, from: "file", path };
      }
    } catch (error) {
      if (!(error instanceof IndexTrouble)) {
        closeQuietly(db);
        throw error;
      }
      this.#options.note?.(text("index.remade", { cause: error.message }));
    }
    closeQuietly(db);
    return undefined;
  }

  /** Copies the index of another path of this vault, when all records that it knows are here too. */
  #takeOver(files: IndexFiles): string | undefined {
    if (this.#isHeld()) return undefined;
    for (const sibling of files.siblings()) {
      const path = attempt(() => {
        const { path, db } = files.copy(sibling);
        const { sound } = standing(this.#vault, new Catalog(db));
        if (!sound) {
          files.abandon(path, db);
          return undefined;
        }
        files.publish(path, db);
        closeQuietly(db);
        return path;
      });
      if (path !== undefined) return path;
    }
    return undefined;
  }

  /** Makes an index at home where that can be, or else in memory. */
  #make(home: boolean, fill: (catalog: Catalog) => void): { db: Database; path?: string } {
    const files = home && this.#options.sight?.homeFails !== true ? this.#files : undefined;
    if (files !== undefined) {
      const made = this.#atHome(files, fill);
      if (made !== undefined) return made;
    }
    const db = this.#vault.ports.openDatabase(":memory:", { readOnly: false });
    this.#fill(db, fill, undefined);
    return { db };
  }

  #atHome(
    files: IndexFiles,
    fill: (catalog: Catalog) => void,
  ): { db: Database; path?: string } | undefined {
    const begun = attempt(() => files.begin());
    if (begun === undefined) return undefined;
    const { path, db } = begun;
    const older = files.current();
    const old = older === undefined ? undefined : files.open(older);
    try {
      attempt(() => db.exec(WIDE_CACHE));
      this.#fill(db, fill, old);
    } catch (error) {
      files.abandon(path, db);
      if (!(error instanceof IndexTrouble)) throw error;
      const { sight } = this.#options;
      if (sight !== undefined) sight.homeFails = true;
      return undefined;
    } finally {
      closeQuietly(old);
    }
    try {
      const worse = !provesItself(this.#vault, db);
      // what it knows is the last of what damaged records told
      if (
        worse && older !== undefined && !this.#holds && knowsThemWhole(this.#vault, files, older)
      ) return { db };
      files.publish(path, db, worse ? keptBefore(this.#vault, files, older) : undefined);
      return { db, path };
    } catch {
      // it serves this once, and goes when another one takes its place
      return { db };
    }
  }

  #fill(db: Database, fill: (catalog: Catalog) => void, old: Database | undefined): void {
    const catalog = Catalog.create(db);
    catalog.transaction(() => {
      fill(catalog);
      keepMissing(catalog, this.#gone);
      if (old !== undefined) carryOver(old, catalog);
    });
    catalog.release();
  }

  #opened({ db, path }: { db: Database; path?: string }, heal: Heal): OpenCatalog {
    const catalog = new Catalog(db, heal);
    return path === undefined
      ? { catalog, from: "memory", made: true }
      : { catalog, from: "file", path, made: true };
  }
}

/** A run that broke off and whose record is gone, too, gets that back before anything is made of the records. */
function findLost(vault: Vault, options: LookOptions): void {
  const stamp = renewLost(vault);
  if (stamp === undefined) return;
  const path = vault.recordPath(stamp);
  const message = text("record.lost-renewed", { stamp: String(stamp) });
  options.failed(path, new HikaeError("damaged", message, { path }));
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
