/** What changed between two runs, and what ended and did not come back. Stamps are numbers. @module */

import { joinRel } from "../../base/relpath.ts";
import { attrOf, type AttrRow } from "../attr_row.ts";
import type { Catalog } from "../catalog.ts";
import { holdAll } from "./alive.ts";
import { ATTR_COLUMNS, TYPE_NUMBER } from "../catalog_schema.ts";
import type { Version } from "../version.ts";

/** The paths of which something began or ended after `before` and not after `now`, or of which nobody knows when. */
export function changedPaths(catalog: Catalog, before: number, now: number): string[] {
  holdAll(catalog, before);
  return catalog.sql(
    `SELECT dir, name FROM version WHERE since > ?1 AND since <= ?2 OR since < 0
     UNION SELECT dir, name FROM version WHERE until > ?1 AND until <= ?2
     UNION SELECT dir, name FROM attr WHERE stamp > ?1 AND stamp <= ?2`,
  ).rows(before, now).map(([dir, name]) => joinRel(String(dir), String(name)));
}

/** Versions of files and links that began after `before`, ended not after `now`, and are kept. */
export function between(catalog: Catalog, before: number, now: number): Version[] {
  holdAll(catalog, before);
  return catalog.select(
    `WHERE v.since > ?1 AND v.since < ?2 AND v.until <= ?2 AND v.type < 2 AND v.gone IS NULL
     ORDER BY v.since, v.dir, v.name`,
    before,
    now,
  );
}

/** Versions of files and links that ended at `least` or later, not by a change, at paths where nothing lives now. */
export function endedSince(catalog: Catalog, least: number): Generator<Version> {
  holdAll(catalog, least - 1);
  return catalog.versions(
    `v.type < 2 AND v.until >= ? AND v.ended IS NOT 'changed' AND NOT EXISTS (SELECT 1 FROM version w
     WHERE w.dir = v.dir AND w.name = v.name AND w.until IS NULL)`,
    least,
  );
}

/**
 * Tells whether a content lives at some path since the run that ended a version of it there; runs that are not among
 * `ends` are not asked for.
 */
export function cameBack(
  catalog: Catalog,
  ends: ReadonlySet<number | null>,
): (v: Version) => boolean {
  const came = new Set<string>();
  if (ends.size > 0) {
    holdAll(catalog, Math.min(...[...ends].map((end) => end ?? 0)) - 1);
    const living = catalog.sql(
      "SELECT since, type, hash FROM version WHERE until IS NULL AND hash IS NOT NULL AND type < 2",
    );
    for (const [since, type, hash] of living.rows()) {
      if (ends.has(Number(since))) came.add(`${since} ${type} ${hash}`);
    }
  }
  return (v) => came.has(`${v.until} ${TYPE_NUMBER[v.type]} ${v.hash}`);
}

/** How many rows there are about each run. */
export function rowsByRun(catalog: Catalog): Map<number, number> {
  const counts = new Map<number, number>();
  const add = (text: string): void => {
    for (const [stamp, n] of catalog.sql(text).rows()) {
      counts.set(Number(stamp), (counts.get(Number(stamp)) ?? 0) + Number(n));
    }
  };
  for (const column of ["since", "until", "gone"]) {
    add(`SELECT ${column}, count(*) FROM version WHERE ${column} > 0 GROUP BY ${column}`);
  }
  add("SELECT stamp, count(*) FROM attr GROUP BY stamp");
  return counts;
}

/** All versions that began, ended or went in a run, and those that live and of which nobody knows since when. */
export function versionsOfRun(catalog: Catalog, n: number): Version[] {
  return [
    ...catalog.versions(
      "v.since = ?1 OR v.until = ?1 OR v.gone = ?1 OR v.why = 'found' AND v.since < 0",
      n,
    ),
  ];
}

/** The attributes that a run recorded apart. */
export function attrsOfRun(catalog: Catalog, n: number): AttrRow[] {
  return catalog.sql(
    `SELECT ${ATTR_COLUMNS.join(", ")}, crc FROM attr WHERE stamp = ? ORDER BY dir, name`,
  ).rows(n).map(attrOf);
}
