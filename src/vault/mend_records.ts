/** Mends the records of a vault before it is opened (`verify --repair`). @module */

import type { Catalog } from "./catalog.ts";
import type { LookOptions } from "./catalog_state.ts";
import { openForReading } from "./index_open.ts";
import { openProven } from "./index_proven.ts";
import type { HeldVault } from "./open.ts";
import { type MendedRecord, repairRecords } from "./record_repair.ts";

/**
 * Mends the records of a vault that is held, before its index is opened; gives what was done. What the index at home,
 * the disk and the other records tell helps.
 */
export function mendRecords({ vault }: HeldVault, look: LookOptions): MendedRecord[] {
  const was = openProven(vault);
  let now: Catalog | undefined;
  const quiet: LookOptions = { ...look, failed: () => {} };
  try {
    return repairRecords(vault, {
      was,
      now: () => now ??= openForReading(vault, quiet, true, false).catalog,
    });
  } finally {
    closeIfOpen(was);
    closeIfOpen(now);
  }
}

function closeIfOpen(catalog: Catalog | undefined): void {
  try {
    catalog?.close();
  } catch {
    // it was asked, and no more
  }
}
