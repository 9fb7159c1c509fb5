/** What a check of a vault's content came to, as this machine remembers it. @module */

import type { Catalog } from "../../vault/catalog.ts";

/** How fresh the check of a whole vault is. */
export interface CheckedShare {
  /** The part of the versions that was found sound at least once, 0 to 1. */
  share: number;
  /** The instant (ms) of the oldest check among them; null when there is none. */
  oldest: number | null;
  /** Versions that the last look found damaged. */
  damaged: number;
}

/** The key of what {@link rememberShare} keeps. */
const CHECKED = "checked";

/** Keeps what a check of the whole vault, or of a sample, came to, so that the next run can write it into its record. */
export function rememberShare(catalog: Catalog, ask: (catalog: Catalog) => CheckedShare): void {
  try {
    catalog.setMeta(CHECKED, JSON.stringify(ask(catalog)));
  } catch {
    // it is a help for who looks later, and no trouble
  }
}

/** What was kept; undefined when this machine never checked the vault. */
export function rememberedShare(catalog: Catalog): CheckedShare | undefined {
  try {
    const { share, oldest, damaged } = JSON.parse(catalog.meta(CHECKED) ?? "") as CheckedShare;
    return typeof share === "number" ? { share, oldest, damaged } : undefined;
  } catch {
    return undefined;
  }
}
