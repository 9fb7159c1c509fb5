/** Past versions that no snapshot asks for. @module */

import type { Catalog } from "../catalog.ts";
import type { Version } from "../version.ts";

/** A snapshot that lies in the life of the version `v`. */
const NEEDED =
  `EXISTS (SELECT 1 FROM record r WHERE r.kind = 'run' AND r.forgotten = 0 AND r.stamp >= max(v.since, 0) AND r.stamp < v.until)`;

/** Those whose content is gone. */
export function goneUnneeded(catalog: Catalog): Version[] {
  holdRows(catalog);
  return catalog.select(
    `WHERE v.gone IS NOT NULL AND v.until IS NOT NULL AND NOT ${NEEDED}`,
  );
}

/** Those whose content the vault should have. */
export function storedUnneeded(catalog: Catalog): Version[] {
  holdRows(catalog);
  return catalog.select(
    `WHERE v.type < 2 AND v.until IS NOT NULL AND v.gone IS NULL AND NOT ${NEEDED}`,
  );
}

/** What asks the rows of records by their columns goes by rows that were all read and found right. */
function holdRows(catalog: Catalog): void {
  catalog.records();
}

/** All past files and links whose content the vault should have, in the order of paths. */
export function pastStored(catalog: Catalog): Generator<Version> {
  return catalog.versions("v.until IS NOT NULL AND v.gone IS NULL AND v.type < 2");
}

/** All that has a place on the disk, in the order of paths: what has content, and directories that live. */
export function placed(catalog: Catalog): Generator<Version> {
  return catalog.versions("v.gone IS NULL AND (v.type < 2 OR v.until IS NULL)");
}
