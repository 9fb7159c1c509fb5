/**
 * Opens catalogs for writers, which bring the file up to date and mend what a run left, or make it anew (design,
 * *Vault on disk*).
 * @module
 */

import { HikaeError, isFull } from "../base/errors.ts";
import { clearPlace, removeIfAny, removeQuietly } from "../base/io.ts";
import { stampToNumber } from "../base/stamp.ts";
import { Catalog, type RecordRow } from "./catalog.ts";
import {
  applyFile,
  closeQuietly,
  type LookOptions,
  openQuietly,
  standing,
  tellLost,
} from "./catalog_state.ts";
import { dropUnneeded } from "./drop_unneeded.ts";
import { reconcile } from "./reconcile.ts";
import type { Why } from "./record.ts";
import { isTornHead, openHeadless, renewHead, renewLost } from "./record_mend.ts";
import { begunPath, rewriteRecord } from "./record_writer.ts";
import type { RecordFile, Vault } from "./vault.ts";
import { walkVault } from "./walk.ts";

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

/** Errors of the vault's disk are the caller's; those of the index are not. */
function isVaultError(error: unknown): boolean {
  const name = (error as { name?: string }).name;
  const code = (error as { code?: string }).code ?? "";
  return name === "HikaeError" || (/^E[A-Z]+$/.test(code) && !code.startsWith("ERR_"));
}
