/** Goes through versions page by page: a question left open for hours would keep writers from their commit. @module */

import type { Catalog, Version } from "../../vault/catalog.ts";

const PAGE = 1000;
/** What can be checked: content that should be there. */
const STORED = "type < 2 AND gone IS NULL";

/** How much there is to check. */
export function totals(catalog: Catalog): { files: number; bytes: number } {
  const row = catalog.sql(
    `SELECT count(*) AS n, coalesce(sum(size), 0) AS bytes FROM version WHERE ${STORED}`,
  ).get();
  return { files: Number(row?.n ?? 0), bytes: Number(row?.bytes ?? 0) };
}

/** All versions whose content the vault should have, in the order of paths. */
export function* allStored(catalog: Catalog): Generator<Version[]> {
  yield* pages(catalog, STORED);
}

/** The living directories, the root among them. */
export function* livingDirs(catalog: Catalog): Generator<Version[]> {
  yield* pages(catalog, "type = 2 AND until IS NULL");
}

/** A share of them: those never or longest ago checked first, by chance among equals. */
export function sampleOf(catalog: Catalog, share: number): Version[] {
  const limit = Math.max(1, Math.ceil(totals(catalog).files * share));
  return catalog.select(
    `WHERE ${STORED} ORDER BY checked IS NOT NULL, checked, random() LIMIT ?`,
    limit,
  ).sort((a, b) => order(a, b));
}

function order(a: Version, b: Version): number {
  const key = (v: Version): string => `${v.dir}\0${v.name}`;
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.since - b.since;
}

function* pages(catalog: Catalog, where: string): Generator<Version[]> {
  let page: Version[] = [];
  for (const v of catalog.versions(where)) {
    page.push(v);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
