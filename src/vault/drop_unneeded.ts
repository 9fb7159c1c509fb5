/** What an index need not know any more once snapshots are forgotten (docs/format.md, *Forgetting*). @module */

import type { EntryType } from "../base/fs.ts";
import { lstatIfAny } from "../base/io.ts";
import type { AttrRow } from "./attr_row.ts";
import type { Catalog } from "./catalog.ts";
import { VaultContents } from "./content.ts";
import type { Vault } from "./vault.ts";
import type { Version } from "./version.ts";
import { goneUnneeded, storedUnneeded } from "./history/needed.ts";
import { dirsWithAttrs, pastDirs, versionsIn } from "./history/paths.ts";

/**
 * Drops from the index what no snapshot that is left asks for: versions whose content is gone, past directories
 * (but those whose moved tree still lies in the vault), and attributes of points that are forgotten.
 */
export function dropUnneeded(vault: Vault, catalog: Catalog): void {
  for (const v of goneUnneeded(catalog)) catalog.remove(v);
  let contents: VaultContents | undefined;
  for (const v of [...pastDirs(catalog)]) {
    if (catalog.isNeeded(v.since, v.until)) continue;
    contents ??= new VaultContents(vault, catalog.moves());
    if (v.ended === "replaced" && standsThere(vault, contents.path(v), "dir")) continue;
    catalog.remove(v);
  }
  dropAttributes(catalog);
}

/**
 * Past content that no snapshot asks for is proven by no seal, and who took it away need not tell of it any more: the
 * disk is asked for it, and what is not there is dropped.
 */
export function dropUnproven(vault: Vault, catalog: Catalog): void {
  const past = storedUnneeded(catalog);
  if (past.length === 0) return;
  const contents = new VaultContents(vault, catalog.moves());
  for (const v of past) if (!standsThere(vault, contents.stored(v).file)) catalog.remove(v);
}

/** What cannot be seen is not gone. */
function standsThere(vault: Vault, path: string, type?: EntryType): boolean {
  try {
    // a share may say once that it is not there
    const info = lstatIfAny(vault.fs, path) ?? lstatIfAny(vault.fs, path);
    return info !== undefined && (type === undefined || info.type === type);
  } catch {
    return true;
  }
}

/** Attributes hold from their run to the next ones, or to the end of the version; without a snapshot there they go. */
function dropAttributes(catalog: Catalog): void {
  for (const dir of dirsWithAttrs(catalog)) {
    const attrs = catalog.attrs(dir);
    const versions = [...versionsIn(catalog, dir)];
    for (const [i, a] of attrs.entries()) {
      const next = attrs[i + 1]?.name === a.name ? attrs[i + 1] : undefined;
      if (!isWanted(catalog, a, next, versions)) catalog.removeAttr(a);
    }
  }
}

function isWanted(
  catalog: Catalog,
  a: AttrRow,
  next: AttrRow | undefined,
  versions: readonly Version[],
): boolean {
  return versions.some((v) => {
    if (v.name !== a.name || v.since > a.stamp) return false;
    if (v.until !== null && v.until <= a.stamp) return false;
    if (v.until === null && next === undefined) return true;
    const end = Math.min(v.until ?? Infinity, next?.stamp ?? Infinity);
    return catalog.isNeeded(a.stamp, end === Infinity ? null : end);
  });
}
