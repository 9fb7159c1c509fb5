/** Keeps a new vault out of the vaults that are there. @module */

import { dirname, join } from "@std/path";
import { HikaeError } from "../base/errors.ts";
import { META, ROOT_FILES } from "../vault/names.ts";
import { isThere } from "./places.ts";

/**
 * Refuses to make a vault in another one: what lies in a vault is its own to mark and to mend, and the other
 * one's marks look like its own.
 */
export function refuseNested(root: string, given: string): void {
  if (isVault(root)) return;
  for (let at = dirname(root); at !== dirname(at); at = dirname(at)) {
    if (!isVault(at)) continue;
    throw new HikaeError("usage", `backup: the new vault lies inside the vault ${at}`, {
      path: given,
      hint: "name a directory outside of it",
    });
  }
}

function isVault(directory: string): boolean {
  return isThere(join(directory, META, ROOT_FILES.vault));
}
