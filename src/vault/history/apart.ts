/** Questions that trust an index of SQLite's own: before the first one it is held against a count. @module */

import type { Catalog } from "../catalog.ts";
import type { Apart } from "../dir_counts.ts";

/**
 * Of more than so many the rows that are found are checked, and not that none is missing: to read them all costs more
 * than one question may (5 ms). `verify` makes the index again, and with it what SQLite finds them by.
 */
const FEW = 4096;

const held = new WeakMap<Catalog, Set<Apart>>();

/** Has the index made again where one of the versions of a kind is missing, or one too many; once for each opening. */
export function holdApart(catalog: Catalog, which: Apart): void {
  const done = held.get(catalog) ?? new Set<Apart>();
  if (done.has(which)) return;
  held.set(catalog, done.add(which));
  if (catalog.countApart(which) <= FEW) catalog.allApart(which);
}
