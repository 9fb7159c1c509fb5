/** When the content of versions was checked: ms since 1970, negative for what was found damaged then. @module */

import type { Catalog } from "../catalog.ts";
import type { Version } from "../version.ts";
import { STORED } from "./totals.ts";

/** The key under which an index keeps what a check of the whole vault came to. */
export const CHECKED = "checked";

/** Notes when versions were checked. */
export function putChecks(catalog: Catalog, checked: readonly [Version, number][]): void {
  catalog.transaction(() => {
    const set = catalog.sql(
      "UPDATE version SET checked = ? WHERE dir = ? AND name = ? AND since = ?",
    );
    for (const [v, when] of checked) set.run(when, v.dir, v.name, v.since);
  });
}

/** When a version's copy was last read and found sound, ms since 1970; undefined when never. */
export function checkedAt(catalog: Catalog, v: Version): number | undefined {
  const row = catalog.sql("SELECT checked FROM version WHERE dir = ? AND name = ? AND since = ?")
    .get(v.dir, v.name, v.since);
  return typeof row?.checked === "number" && row.checked > 0 ? row.checked : undefined;
}

/** How many versions were found sound and found damaged, and the instant of the oldest check among the sound ones. */
export function checksOf(
  catalog: Catalog,
): { all: number; sound: number; damaged: number; oldest: number | null } {
  const row = catalog.sql(
    `SELECT count(*) AS n, count(*) FILTER (WHERE checked > 0) AS sound,
       count(*) FILTER (WHERE checked < 0) AS damaged, min(checked) FILTER (WHERE checked > 0) AS oldest
     FROM version v WHERE ${STORED}`,
  ).get();
  return {
    all: Number(row?.n ?? 0),
    sound: Number(row?.sound ?? 0),
    damaged: Number(row?.damaged ?? 0),
    oldest: typeof row?.oldest === "number" ? row.oldest : null,
  };
}

/** Versions that were found damaged, and began before the run `before`: the last ones found first. */
export function foundDamaged(catalog: Catalog, before: number, most: number): Version[] {
  return catalog.select(
    `WHERE ${STORED} AND v.since < ? AND v.checked < 0 ORDER BY v.checked DESC LIMIT ?`,
    before,
    most,
  );
}

/** The others: never checked ones first, then those that were checked longest ago, by chance among equals. */
export function longestUnchecked(catalog: Catalog, before: number, most: number): Version[] {
  return catalog.select(
    `WHERE ${STORED} AND v.since < ? AND (v.checked IS NULL OR v.checked >= 0)
     ORDER BY v.checked IS NOT NULL, v.checked, random() LIMIT ?`,
    before,
    most,
  );
}

/** Of all: never checked ones first, then those found damaged, then those that were checked longest ago. */
export function leastChecked(catalog: Catalog, most: number): Version[] {
  return catalog.select(
    `WHERE ${STORED} ORDER BY v.checked IS NOT NULL, v.checked, random() LIMIT ?`,
    most,
  );
}
