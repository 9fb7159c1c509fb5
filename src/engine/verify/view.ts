/** A vault as a verify sees it. @module */

import { joinRel } from "../../base/relpath.ts";
import type { Catalog, Version } from "../../vault/catalog.ts";
import type { VaultContents } from "../../vault/content.ts";
import type { MendedRecord } from "../../vault/record_repair.ts";
import type { Vault } from "../../vault/vault.ts";

/** What the checks work with. */
export interface VerifyView {
  vault: Vault;
  catalog: Catalog;
  contents: VaultContents;
  /** True while a run of somebody else changes the vault. */
  busy(): boolean;
  close(): void;
  /** Records that were mended before it was opened. */
  mended: readonly MendedRecord[];
}

/** Where a version should lie, relative to the vault, with `/`. */
export function storedAs(view: VerifyView, v: Version): string {
  return view.contents.place(v);
}

/** The path of a version. */
export function pathOf(v: Version): string {
  return joinRel(v.dir, v.name);
}
