/** What the system takes from the modes of new files in a vault. @module */

import { createFresh, removeQuietly } from "../../base/io.ts";
import { TEMPORARY } from "../../vault/names.ts";
import type { Vault } from "../../vault/vault.ts";

/** The bits that it takes: all, when that cannot be found out. A file is made for it, and goes again. */
export function probeUmask({ fs, tree }: Vault): number {
  const path = tree.below(tree.meta(""), `${TEMPORARY}mode`);
  try {
    const file = createFresh(fs, path, 0o777);
    try {
      return 0o777 & ~file.stat().mode;
    } finally {
      file.close();
      removeQuietly(fs, path);
    }
  } catch {
    return 0o777;
  }
}
