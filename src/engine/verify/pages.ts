/** Goes through versions page by page: a question left open for hours would keep writers from their commit. @module */

import type { Catalog, Version } from "../../vault/catalog.ts";
import { leastChecked } from "../../vault/history/checks.ts";
import { storedTotal } from "../../vault/history/totals.ts";

const PAGE = 1000;

/** A share of them: those never or longest ago checked first, by chance among equals. */
export function sampleOf(catalog: Catalog, share: number): Version[] {
  const limit = Math.max(1, Math.ceil(storedTotal(catalog).files * share));
  return leastChecked(catalog, limit).sort((a, b) => order(a, b));
}

function order(a: Version, b: Version): number {
  const key = (v: Version): string => `${v.dir}\0${v.name}`;
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.since - b.since;
}

/** Versions, a page of them at a time. */
export function* paged(versions: Iterable<Version>): Generator<Version[]> {
  let page: Version[] = [];
  for (const v of versions) {
    page.push(v);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
