/** Indexes at home that were made while all records were whole: they tell how damaged ones were. @module */

import type { Database } from "../base/sql.ts";
import { Catalog } from "./catalog.ts";
import { missingRecords, standing } from "./catalog_state.ts";
import { closeQuietly, IndexFiles } from "./index_files.ts";
import { chainHolds } from "./proof.ts";
import { parseSummary, readEnd } from "./record_read.ts";
import type { Vault } from "./vault.ts";

/**
 * The index at home that was made while all records were whole, however the vault stands now; where there is none, that
 * of another copy which tells of the same runs.
 */
export function openProven(vault: Vault): Catalog | undefined {
  const files = attempt(() => IndexFiles.of(vault));
  if (files === undefined) return undefined;
  const open = (path: string | undefined, accept: (catalog: Catalog) => boolean) => {
    const db = path === undefined ? undefined : files.open(path);
    if (db === undefined) return undefined;
    if (provesItself(vault, db) && attempt(() => accept(new Catalog(db))) === true) {
      return new Catalog(db);
    }
    closeQuietly(db);
    return undefined;
  };
  for (const path of [files.current(), files.proven()]) {
    const own = open(path, () => true);
    if (own !== undefined) return own;
  }
  for (const path of files.siblings(true)) {
    const other = open(path, (catalog) => tellsOfTheSame(vault, catalog));
    if (other !== undefined) return other;
  }
  return undefined;
}

/**
 * True when the index of another copy tells of this one's runs: copies of one vault may have gone apart, and then one
 * knows nothing of the other. All that are whole here it knows to the last byte, and those that are not there others tell
 * of.
 */
function tellsOfTheSame(vault: Vault, catalog: Catalog): boolean {
  const rows = new Map(catalog.records().map((r) => [r.stamp, r]));
  const newest = [...rows.keys()].at(-1) ?? "";
  const { files, lost } = vault.recordsAndLost();
  const told = new Set<unknown>([lost, ...files.map((f) => f.stamp)]);
  let same = 0;
  for (const { stamp } of files) {
    const end = readEnd(vault.fs, vault.ports.newHash, vault.recordPath(stamp));
    const summary = end.last === undefined ? undefined : parseSummary(end.last);
    const head = vault.recordHead(stamp);
    if (end.bad > 0 || summary?.sha256 !== end.sha256) continue;
    if ((head?.vault ?? vault.info.id) !== vault.info.id) continue;
    told.add(summary.before);
    if (head === undefined || stamp > newest) continue;
    if (rows.get(stamp)?.sha256 !== end.sha256) return false;
    same++;
  }
  return same > 0 && [...rows.keys()].every((stamp) => told.has(stamp));
}

/** True for an index of records that were all whole; what has trouble proves nothing. */
export function provesItself(vault: Vault, db: Database): boolean {
  return attempt(() => {
    const catalog = new Catalog(db);
    const proves = chainHolds(vault.ports.hashOf, catalog.records()) &&
      missingRecords(catalog).length === 0;
    catalog.release();
    return proves;
  }) ?? false;
}

/** True when the index at home is that of the records that are there, and knows them as they were. */
export function knowsThemWhole(vault: Vault, files: IndexFiles, path: string): boolean {
  const db = files.open(path);
  if (db === undefined) return false;
  const stands = provesItself(vault, db) && attempt(() => {
        const { sound, lacking } = standing(vault, new Catalog(db));
        return sound && lacking.length === 0;
      }) === true;
  closeQuietly(db);
  return stands;
}

/** The index that still tells of the records as they were: the one that counted, or one that was kept before. */
export function keptBefore(
  vault: Vault,
  files: IndexFiles,
  older: string | undefined,
): string | undefined {
  for (const path of [older, files.proven()]) {
    const db = path === undefined ? undefined : files.open(path);
    const proves = db !== undefined && provesItself(vault, db);
    closeQuietly(db);
    if (proves) return path;
  }
  return undefined;
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
