/** Indexes at home that were made while all records were whole: they tell how damaged ones were. @module */

import type { Database } from "../base/sql.ts";
import { Catalog } from "./catalog.ts";
import { missingRecords, standing } from "./catalog_state.ts";
import { closeQuietly, IndexFiles } from "./index_files.ts";
import { chainHolds } from "./proof.ts";
import type { Vault } from "./vault.ts";

/** The index at home that was made while all records were whole, however the vault stands now. */
export function openProven(vault: Vault): Catalog | undefined {
  const files = attempt(() => IndexFiles.of(vault));
  for (const path of [files?.current(), files?.proven()]) {
    const db = path === undefined ? undefined : files?.open(path);
    if (db === undefined) continue;
    if (provesItself(vault, db)) return new Catalog(db);
    closeQuietly(db);
  }
  return undefined;
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
        const { sound, lacking } = standing(vault, new Catalog(db), vault.recordFiles());
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
