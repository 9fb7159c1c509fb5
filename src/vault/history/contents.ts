/**
 * Versions by their content: what is new to a path may be in the vault already. The index that this takes is made by the
 * first backup that asks, so that a first run does not pay for it (design, *Storage is shared where the disk can*).
 * @module
 */

import type { Catalog } from "../catalog.ts";
import { CONTENT_INDEXES, LARGE, TYPE_NUMBER } from "../catalog_schema.ts";
import type { Version } from "../version.ts";

/** Files below this size are stored: a name of their own costs no more, in bytes. */
export const LEAST_SHARED = 4096;

/** Contents that a directory of copies may have in thousands are cut off at so many. */
const MOST = 20_000;

/** Makes the indexes where they lack; true when questions may be asked. An index that will not have them is none the worse. */
export function indexContents(catalog: Catalog): boolean {
  try {
    const has = catalog.sql(
      "SELECT count(*) AS n FROM sqlite_schema WHERE name = 'version_content'",
    )
      .get();
    if (Number(has?.n ?? 0) > 0) return true;
    sortingOnDisk(catalog, () => {
      catalog.transaction(() => {
        for (const text of CONTENT_INDEXES) catalog.sql(text).run();
      });
    });
    return true;
  } catch {
    return false;
  }
}

/**
 * Does work for which SQLite sorts a row for each version: beside the index, where it has a file. In memory a million rows
 * take 90 MB. What SQLite writes there has no name while it is open.
 */
function sortingOnDisk(catalog: Catalog, work: () => void): void {
  catalog.endReading();
  const row = catalog.sql("SELECT file FROM pragma_database_list WHERE name = 'main'").get();
  const file = String(row?.file ?? "");
  const dir = file.slice(0, Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\"), 0));
  if (dir === "") return work();
  const set = (store: string, where: string): void => {
    catalog.sql(`PRAGMA temp_store_directory = '${where.replaceAll("'", "''")}'`).run();
    catalog.sql(`PRAGMA temp_store = ${store}`).run();
  };
  try {
    set("FILE", dir);
    work();
  } finally {
    set("MEMORY", "");
  }
}

/** The versions that the vault has of a content, but those that were found damaged. */
export function withContent(catalog: Catalog, hash: string, type: 0 | 1): Version[] {
  const found = catalog.select(
    `WHERE substr(v.hash, 1, 12) = ? AND v.type < 2 AND v.gone IS NULL AND v.type = ${type} AND v.hash = ?
     AND (v.checked IS NULL OR v.checked >= 0) LIMIT ${MOST}`,
    hash.slice(0, 12),
    hash,
  );
  return found;
}

/** True when the vault has a large file of this size. */
export function hasSize(catalog: Catalog, size: number): boolean {
  if (size < LARGE) return false;
  return catalog.sql(
    `SELECT 1 AS n FROM version WHERE type = 0 AND gone IS NULL AND size >= ${LARGE} AND size = ? LIMIT 1`,
  ).get(size) !== undefined;
}

/** The contents that more than one stored file has that is large enough to be shared, by hash. */
export function contentsTwice(catalog: Catalog): string[] {
  return catalog.sql(
    `SELECT hash FROM version WHERE type = 0 AND gone IS NULL AND hash IS NOT NULL AND size >= ?
     GROUP BY hash HAVING count(*) > 1 ORDER BY hash`,
  ).rows(LEAST_SHARED).map(([hash]) => String(hash));
}

/** The stored files of a content, living ones first, at most so many. */
export function filesWith(catalog: Catalog, hash: string, most: number): Version[] {
  return catalog.select(
    `WHERE v.hash = ? AND v.type = 0 AND v.gone IS NULL
     ORDER BY v.until IS NOT NULL, v.dir, v.name, v.since LIMIT ?`,
    hash,
    most,
  );
}

/** What is stored of the content and type of a version, itself among them. */
export function sameAs(catalog: Catalog, v: Pick<Version, "hash" | "type">): Version[] {
  return catalog.select(
    "WHERE v.hash = ? AND v.type = ? AND v.gone IS NULL",
    v.hash,
    TYPE_NUMBER[v.type],
  );
}
