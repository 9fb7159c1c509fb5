/** An index of the records for a run that goes on while the one it had is lost. @module */

import type { Stamp } from "../base/stamp.ts";
import type { Catalog } from "./catalog.ts";
import { applyFile, GUESSED, type LookOptions } from "./catalog_state.ts";
import { dropUnneeded } from "./drop_unneeded.ts";
import { proveAll, wholeProof } from "./proof.ts";
import type { Vault } from "./vault.ts";

/** Fills an empty index for a writer in the middle of its run, of the records that were `there` before its own. */
export function fillToGoOn(
  vault: Vault,
  catalog: Catalog,
  options: LookOptions,
  there: (stamp: Stamp) => boolean,
): void {
  for (const file of vault.recordFiles()) {
    if (!there(file.stamp)) continue;
    applyFile(vault, catalog, file, { ...options, failed: () => {} }, { anew: true });
  }
  catalog.setMeta("vault", vault.info.id);
  dropUnneeded(vault, catalog);
  proveAll(vault, catalog);
  // what no record tells the disk is not asked for now: the next opening does that
  if (!wholeProof(vault, catalog).whole) catalog.setMeta(GUESSED, "yes");
}
