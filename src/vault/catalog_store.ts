/**
 * Opens catalogs: a reader takes the file if it is whole and up to date, and answers from an index in memory
 * otherwise; a writer brings the file up to date first (design, *Vault on disk*).
 * @module
 */

import { HikaeError, isFull } from "../base/errors.ts";
import { clearPlace, removeIfAny, removeQuietly } from "../base/io.ts";
import type { Database } from "../base/sql.ts";
import { parseStamp, type Stamp, stampToNumber } from "../base/stamp.ts";
import { Catalog, type RecordRow } from "./catalog.ts";
import { dropUnneeded } from "./needs.ts";
import { reconcile } from "./reconcile.ts";
import type { ReconcileOptions } from "./reconcile_state.ts";
import type { RecordLine, Why } from "./record.ts";
import { isTornHead, openHeadless, renewHead, renewLost } from "./record_mend.ts";
import { begunPath, rewriteRecord } from "./record_writer.ts";
import type { RecordEnd, RecordFile, Vault } from "./vault.ts";
import { walkVault } from "./walk.ts";

/** What a look at the disk is done with. */
export type LookOptions = Pick<ReconcileOptions, "hashFile" | "failed" | "takenAway">;

/** How a catalog stands to the record files. */
interface Standing {
  /** Runs whose record was there when the catalog was written, and is not any more. */
  lost: Stamp[];
  /** Records that the catalog lacks, oldest first; the newest may be unfinished. */
  lacking: RecordFile[];
  /** Records of another size than they were when they were finished. */
  other: RecordFile[];
  /** True when nothing but adding those records is needed. */
  sound: boolean;
}

function standing(catalog: Catalog, files: readonly RecordFile[]): Standing {
  const rows = new Map(catalog.records().map((r) => [r.stamp, r]));
  const lacking: RecordFile[] = [];
  const other: RecordFile[] = [];
  let sound = true;
  for (const file of files) {
    const row = rows.get(file.stamp);
    if (row?.finished === true && row.bytes !== file.bytes) other.push(file);
    if (row === undefined) lacking.push(file);
    else if (row.bytes !== file.bytes || lacking.length > 0) sound = false;
    rows.delete(file.stamp);
  }
  return { lacking, sound: sound && rows.size === 0, other, lost: [...rows.keys()] };
}

/** Once the index is made anew nothing else knows that these runs ever were, or came to their end. */
function tellLost(vault: Vault, { lost, other }: Standing, options: LookOptions): void {
  for (const file of other) {
    if (vault.recordHead(file.stamp) === undefined || finished(vault, file)) continue;
    const path = vault.recordPath(file.stamp);
    const message = `the record of run ${file.stamp} is damaged: its end is missing`;
    const hint = "put the record back from another copy of the vault, then run hikae reindex";
    options.failed(path, new HikaeError("damaged", message, { path, hint }));
  }
  for (const stamp of lost) {
    // what a damaged catalog calls a run need not be one
    if (parseStamp(stamp) === undefined) continue;
    options.failed(
      vault.recordPath(stamp),
      new HikaeError("damaged", `the record of run ${stamp} is missing`, {
        path: vault.recordPath(stamp),
        hint:
          "put it back from another copy of the vault; without it the run is no snapshot any more",
      }),
    );
  }
}

/** Tells of runs that the catalog file knows and that have no record any more; for who is about to drop that file. */
export function tellMissing(vault: Vault, options: LookOptions): void {
  const db = openQuietly(vault, true);
  if (db === undefined) return;
  try {
    tellLost(vault, standing(new Catalog(db), vault.recordFiles()), options);
  } catch {
    // a damaged catalog tells nothing
  }
  closeQuietly(db);
}

/** Takes in a record file; gives its row. What cannot be read of it is told; that a run broke off is none of that. */
function applyFile(
  vault: Vault,
  catalog: Catalog,
  file: RecordFile,
  options: LookOptions,
  newest: boolean,
): RecordRow | undefined {
  const told = (
    what: string,
    hint = "put the record back from another copy of the vault, then run hikae reindex",
  ): void => {
    const path = vault.recordPath(file.stamp);
    const message = `the record of run ${file.stamp} is damaged: ${what}`;
    options.failed(path, new HikaeError("damaged", message, { path, hint }));
  };
  let record = vault.openRecord(file.stamp);
  if (record === undefined) {
    if (newest && isTornHead(vault, file.stamp)) return undefined;
    record = openHeadless(vault, file.stamp);
    told(
      "its first line makes no sense",
      record && "hikae reindex gives it a new one, made of what its other lines tell",
    );
    if (record === undefined) return undefined;
  }
  const { head } = record;
  let end: RecordEnd = { finished: false, bad: 0 };
  const read = record.lines;
  const lines = function* (): Generator<RecordLine> {
    end = yield* read;
  };
  const row = catalog.apply(head, lines(), file.bytes);
  // the last line of a run that broke off may be torn
  const bad = newest && !end.finished ? end.bad - 1 : end.bad;
  if (bad > 0) told(`${bad} of its lines make no sense`);
  return row;
}

/** A catalog, and where it comes from. */
export interface OpenCatalog {
  catalog: Catalog;
  from: "file" | "memory";
}

/** Opens a vault's catalog for reading; writes nothing. With `distrust` the catalog file is left alone. */
export function openForReading(
  vault: Vault,
  options: LookOptions,
  distrust = false,
): OpenCatalog {
  const files = vault.recordFiles();
  const db = distrust ? undefined : openQuietly(vault, true);
  if (db !== undefined) {
    try {
      const catalog = new Catalog(db);
      const stands = standing(catalog, files);
      const { lacking, sound } = stands;
      tellLost(vault, stands, options);
      // a run under way, or one that broke off: readers answer as of the one before
      const first = lacking[0];
      const ready = sound &&
        (first === undefined || (lacking.length === 1 && !finished(vault, first)));
      if (ready) {
        if (first !== undefined) tellHeadless(vault, first, options);
        return { catalog, from: "file" };
      }
    } catch {
      // a damaged catalog is only an index
    }
    closeQuietly(db);
  }
  return { catalog: buildInMemory(vault, files, options), from: "memory" };
}

/** A run that broke off and whose first line is damaged is no answer of a reader, but worth a word. */
function tellHeadless(vault: Vault, { stamp }: RecordFile, options: LookOptions): void {
  if (vault.recordHead(stamp) !== undefined || isTornHead(vault, stamp)) return;
  const path = vault.recordPath(stamp);
  const message = `the record of run ${stamp} is damaged: its first line makes no sense`;
  const hint = "the next backup mends it, and keeps the damaged file beside it";
  options.failed(path, new HikaeError("damaged", message, { path, hint }));
}

function finished(vault: Vault, file: RecordFile): boolean {
  const record = vault.openRecord(file.stamp) ?? openHeadless(vault, file.stamp);
  if (record === undefined) return false;
  let end = record.lines.next();
  while (!end.done) end = record.lines.next();
  return end.value.finished;
}

function buildInMemory(
  vault: Vault,
  files: readonly RecordFile[],
  options: LookOptions,
): Catalog {
  const catalog = Catalog.create(vault.ports.openDatabase(":memory:", { readOnly: false }));
  const newest = files.at(-1);
  for (const file of files) {
    if (file === newest && !finished(vault, file)) {
      tellHeadless(vault, file, options);
      continue;
    }
    applyFile(vault, catalog, file, options, file === newest);
  }
  reconcile(vault, catalog, { ...options, fix: false });
  return catalog;
}

/** An index in memory of the records alone that `catalog` has taken in, without a look at the disk. */
export function fromRecords(vault: Vault, catalog: Catalog, options: LookOptions): Catalog {
  const taken = new Set(catalog.records().map((r) => r.stamp));
  const truth = Catalog.create(vault.ports.openDatabase(":memory:", { readOnly: false }));
  truth.transaction(() => {
    for (const file of vault.recordFiles()) {
      if (taken.has(file.stamp)) applyFile(vault, truth, file, options, false);
    }
    dropUnneeded(vault, truth);
  });
  return truth;
}

/** What a writer's opening found to do. */
export interface WritableCatalog {
  catalog: Catalog;
  /** True when the file was made anew. */
  rebuilt: boolean;
  /** The unfinished run that was mended. */
  mended: string | undefined;
}

/** Opens a vault's catalog for a writer that holds the lock: brings it up to date and mends what a run left. */
export function openForWriting(
  vault: Vault,
  options: LookOptions,
): WritableCatalog {
  try {
    findLost(vault, options);
    return openOnce(vault, options);
  } catch (error) {
    // what a run that ended early left may be all that fills the disk
    if (!isFull(error) || sweep(vault, options) === 0) throw error;
    return openOnce(vault, options);
  }
}

/** A run that broke off and whose record is gone, too, gets that back before anything is made of the records. */
function findLost(vault: Vault, options: LookOptions): void {
  const stamp = renewLost(vault);
  if (stamp === undefined) return;
  const path = vault.recordPath(stamp);
  const message = `the record of run ${stamp}, which broke off, was missing`;
  const hint = "it is made anew of what the run left in the vault";
  options.failed(path, new HikaeError("damaged", `${message}; ${hint}`, { path }));
}

/** True when marks told what no record did: a record that turns up again is not added to that, but takes its place. */
function isGuessed(catalog: Catalog): boolean {
  return catalog.sql("SELECT 1 AS n FROM version WHERE since < 0 LIMIT 1").get() !== undefined;
}

/** Removes temporary files; gives how many there were. */
function sweep(vault: Vault, options: LookOptions): number {
  let removed = 0;
  for (const { temporaries } of walkVault(vault, options.failed)) {
    for (const path of temporaries) vault.fs.remove(path);
    removed += temporaries.length;
  }
  return removed;
}

function openOnce(vault: Vault, options: LookOptions): WritableCatalog {
  const files = vault.recordFiles();
  const db = openQuietly(vault, false);
  if (db !== undefined) {
    try {
      const catalog = new Catalog(db);
      const stands = standing(catalog, files);
      const { lacking, sound } = stands;
      tellLost(vault, stands, options);
      if (sound && (lacking.length === 0 || !isGuessed(catalog))) {
        const mended = lacking.length === 0
          ? undefined
          : catalog.transaction(() => catchUp(vault, catalog, lacking, options));
        if (mended !== undefined) removeQuietly(vault.fs, begunPath(vault));
        return { catalog, rebuilt: false, mended };
      }
    } catch (error) {
      // an index that cannot be written for want of room is no damaged one
      if (isVaultError(error) || isFull(error)) {
        closeQuietly(db);
        throw error;
      }
    }
    closeQuietly(db);
  }
  return rebuild(vault, options);
}

/** Makes the catalog file anew from the plain files; the caller holds the lock. */
export function rebuild(
  vault: Vault,
  options: LookOptions,
): WritableCatalog {
  findLost(vault, options);
  const path = vault.tree.rootFile("catalog");
  removeCatalog(vault, path);
  // it holds the names of private directories
  vault.fs.open(path, { write: true, createNew: true, mode: 0o600 }).close();
  const db = vault.ports.openDatabase(path, { readOnly: false });
  try {
    const catalog = Catalog.create(db);
    const mended = catalog.transaction(() => {
      const mended = catchUp(vault, catalog, vault.recordFiles(), options);
      if (mended === undefined) reconcile(vault, catalog, { ...options, fix: true });
      return mended;
    });
    removeQuietly(vault.fs, begunPath(vault));
    return { catalog, rebuilt: true, mended };
  } catch (error) {
    closeQuietly(db);
    throw error;
  }
}

function removeCatalog(vault: Vault, path: string): void {
  clearPlace(vault.fs, path);
  removeIfAny(vault.fs, `${path}-journal`);
}

/** Takes in what the catalog lacks; mends after the newest run if that has no last line. */
function catchUp(
  vault: Vault,
  catalog: Catalog,
  lacking: readonly RecordFile[],
  options: LookOptions,
): string | undefined {
  let row: RecordRow | undefined;
  let thinned = false;
  for (const file of lacking) {
    const last = file === lacking.at(-1);
    row = applyFile(vault, catalog, mendHead(vault, file, options, last), options, last);
    if (row !== undefined) dropScanRows(catalog, row);
    thinned ||= row !== undefined && row.kind !== "run";
  }
  // what went with a cleanup is not asked for any more
  if (thinned) dropUnneeded(vault, catalog);
  const newest = lacking.at(-1);
  if (newest === undefined || row?.finished === true) return undefined;
  const { lines, untrue } = reconcile(vault, catalog, {
    ...options,
    fix: true,
    unfinished: newest.stamp,
    ...(row === undefined ? {} : { why: whyOf(row) }),
  });
  if (row === undefined) {
    // not even the first line was written whole: no run to speak of
    removeIfAny(vault.fs, vault.recordPath(newest.stamp));
    return newest.stamp;
  }
  const bytes = rewriteRecord(vault, newest.stamp, {
    head: (h) => h,
    line: (l) => l.kind === "version" && untrue.has(l.path) ? undefined : l,
  }, lines);
  catalog.putRecord({ ...row, bytes });
  return newest.stamp;
}

/**
 * A record whose first line is damaged gets another one, so that its run stays one. What of an older record no line
 * makes sense is left as it is, for somebody to put right.
 */
function mendHead(
  vault: Vault,
  file: RecordFile,
  options: LookOptions,
  newest: boolean,
): RecordFile {
  const { stamp } = file;
  if (vault.recordHead(stamp) !== undefined) return file;
  if (newest ? isTornHead(vault, stamp) : openHeadless(vault, stamp) === undefined) return file;
  const path = vault.recordPath(stamp);
  const aside = renewHead(vault, stamp);
  const message = `the record of run ${stamp} is damaged: its first line makes no sense`;
  const hint = `it has a new one, made of what the other lines tell; the damaged file is ${aside}`;
  options.failed(path, new HikaeError("damaged", `${message}; ${hint}`, { path }));
  return { stamp, bytes: vault.fs.lstat(path).size };
}

/** Why content is missing that an unfinished run of some kind did not get to say that it removed. */
function whyOf(row: RecordRow): Why {
  if (row.kind === "cleanup") return row.head.options.date === undefined ? "retention" : "date";
  return row.kind === "run" ? "lost" : "prune";
}

/** The scan cache knows nothing of what a record says; directories in it are looked at in full. */
function dropScanRows(catalog: Catalog, row: RecordRow): void {
  const stamp = stampToNumber(row.stamp);
  catalog.sql(
    "DELETE FROM scan WHERE dir IN (SELECT dir FROM version WHERE since = ?1 OR until = ?1 UNION SELECT dir FROM attr WHERE stamp = ?1)",
  ).run(stamp);
}

function openQuietly(vault: Vault, readOnly: boolean): Database | undefined {
  const path = vault.tree.rootFile("catalog");
  let db: Database | undefined;
  try {
    // a catalog replaced by a link is not ours to open
    if (vault.fs.lstat(path).type !== "file") return undefined;
    db = vault.ports.openDatabase(path, { readOnly });
    if (Catalog.isCurrent(db)) return db;
  } catch {
    // missing, damaged, or in need of a writer: the caller makes another index
  }
  // what is open cannot be removed on Windows, and a damaged one is about to be
  if (db !== undefined) closeQuietly(db);
  return undefined;
}

function closeQuietly(db: Database): void {
  try {
    db.close();
  } catch {
    // nothing was written through it
  }
}

/** Errors of the vault's disk are the caller's; those of the index are not. */
function isVaultError(error: unknown): boolean {
  const name = (error as { name?: string }).name;
  const code = (error as { code?: string }).code ?? "";
  return name === "HikaeError" || (/^E[A-Z]+$/.test(code) && !code.startsWith("ERR_"));
}
