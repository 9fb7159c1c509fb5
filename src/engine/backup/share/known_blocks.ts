/** What the index keeps of the answer of a vault's disk whether it shares blocks. @module */

import type { Catalog } from "../../../vault/catalog.ts";
import type { Vault } from "../../../vault/vault.ts";

/** The key: the device, and the answer. */
const BLOCKS = "blocks";

/** Whether the vault's disk shares blocks, as a run before found; undefined for a disk that was not asked yet. */
export function knownBlocks(vault: Vault, catalog: Catalog): boolean | undefined {
  const [dev, shares] = (catalog.meta(BLOCKS) ?? "").split(" ");
  if (shares === undefined || dev !== deviceOf(vault)) return undefined;
  return shares === "yes";
}

/** Keeps the answer, if there is one; in a transaction of the catalog. */
export function keepBlocks(vault: Vault, catalog: Catalog, blocks: boolean | undefined): void {
  if (blocks === undefined) return;
  catalog.setMeta(BLOCKS, `${deviceOf(vault)} ${blocks ? "yes" : "no"}`);
}

function deviceOf({ fs, root }: Vault): string {
  return String(fs.lstat(root).dev);
}
