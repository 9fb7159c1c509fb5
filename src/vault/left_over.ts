/** What older versions and runs that ended early left in a vault, and nobody needs. @module */

import { BEGUN_NAMES } from "./begun_names.ts";
import { removeIfAny, removeQuietly } from "../base/io.ts";
import type { LookOptions } from "./catalog_state.ts";
import { ROOT_FILES } from "./names.ts";
import type { Vault } from "./vault.ts";
import { walkVault } from "./walk.ts";

/** Removes the index that an older version kept in the vault, with whatever lies beside it; it is never opened. */
export function removeOld(vault: Vault): void {
  const { fs, tree } = vault;
  try {
    for (const { name } of fs.list(tree.meta(""))) {
      if (name.startsWith(ROOT_FILES.catalog)) removeQuietly(fs, tree.below(tree.meta(""), name));
    }
  } catch {
    // it is in nobody's way
  }
}

/** Removes temporary files; gives how many there were. */
export function sweep(vault: Vault, options: LookOptions): number {
  let removed = 0;
  for (const { temporaries } of walkVault(vault, options.failed)) {
    for (const path of temporaries) {
      // what it names may be torn: who mends the rest goes by it
      if (path.endsWith(BEGUN_NAMES)) continue;
      removeIfAny(vault.fs, path);
      removed++;
    }
  }
  return removed;
}
