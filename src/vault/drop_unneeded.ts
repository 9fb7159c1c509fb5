/** What a catalog need not know any more once snapshots are forgotten (docs/format.md, *Forgetting*). @module */

import { lstatIfAny } from "../base/io.ts";
import type { Catalog } from "./catalog.ts";
import { Locator } from "./locate.ts";
import type { Vault } from "./vault.ts";

/** A snapshot that lies in the life of the version `v`. */
const NEEDED =
  `EXISTS (SELECT 1 FROM record r WHERE r.kind = 'run' AND r.forgotten = 0 AND r.stamp >= max(v.since, 0) AND r.stamp < v.until)`;

/**
 * Drops from the catalog what no snapshot that is left asks for: versions whose content is gone, past directories
 * (but those whose moved tree still lies in the vault), and attributes of points that are forgotten.
 */
export function dropUnneeded(vault: Vault, catalog: Catalog): void {
  catalog.sql(
    `DELETE FROM version AS v WHERE v.gone IS NOT NULL AND v.until IS NOT NULL AND NOT ${NEEDED}`,
  ).run();
  const locator = new Locator(vault, catalog.moves());
  const dirs = [...catalog.versions(`type = 2 AND until IS NOT NULL`)];
  for (const v of dirs) {
    if (catalog.isNeeded(v.since, v.until)) continue;
    const moved = v.ended === "replaced" ? lstatIfAny(vault.fs, locator.path(v)) : undefined;
    if (moved?.type === "dir") continue;
    catalog.sql("DELETE FROM version WHERE dir = ? AND name = ? AND since = ?")
      .run(v.dir, v.name, v.since);
  }
  dropAttributes(catalog);
}

/** Attributes hold from their run to the next ones, or to the end of the version; without a snapshot there they go. */
function dropAttributes(catalog: Catalog): void {
  const next =
    "(SELECT min(x.stamp) FROM attr x WHERE x.dir = a.dir AND x.name = a.name AND x.stamp > a.stamp)";
  const end = "9007199254740991";
  catalog.sql(
    `DELETE FROM attr AS a WHERE NOT EXISTS (
      SELECT 1 FROM version v WHERE v.dir = a.dir AND v.name = a.name AND v.since <= a.stamp
      AND coalesce(v.until, ${end}) > a.stamp
      AND (v.until IS NULL AND ${next} IS NULL OR EXISTS (
        SELECT 1 FROM record r WHERE r.kind = 'run' AND r.forgotten = 0 AND r.stamp >= a.stamp
        AND r.stamp < min(coalesce(v.until, ${end}), coalesce(${next}, ${end})))))`,
  ).run();
}
