/**
 * Opens catalogs for readers: the file if it is whole and up to date, or else an index in memory (design, *Vault on
 * disk*). Writes nothing.
 * @module
 */

import { HikaeError } from "../base/errors.ts";
import { Catalog } from "./catalog.ts";
import {
  applyFile,
  closeQuietly,
  finished,
  type LookOptions,
  openQuietly,
  standing,
  tellLost,
} from "./catalog_state.ts";
import { dropUnneeded } from "./drop_unneeded.ts";
import { reconcile } from "./reconcile.ts";
import { isTornHead } from "./record_mend.ts";
import type { RecordFile, Vault } from "./vault.ts";

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
