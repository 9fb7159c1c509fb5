/** How much the vault holds: counts and sums over versions. Stamps are numbers, sizes bytes. @module */

import { joinRel } from "../../base/relpath.ts";
import type { Catalog } from "../catalog.ts";
import type { Version } from "../version.ts";
import { LEAST_SHARED } from "./contents.ts";

/** True for a version `v` whose content the vault should have. */
export const STORED = "v.type < 2 AND v.gone IS NULL";

/** All versions whose content the vault should have, in the order of paths. */
export function allStored(catalog: Catalog): Generator<Version> {
  return catalog.versions(STORED);
}

/** How many there are, and their bytes. */
export function storedTotal(catalog: Catalog): { files: number; bytes: number } {
  const row = catalog.sql(
    `SELECT count(*) AS n, coalesce(sum(size), 0) AS bytes FROM version v WHERE ${STORED}`,
  ).get();
  return { files: Number(row?.n ?? 0), bytes: Number(row?.bytes ?? 0) };
}

/** What the index holds, as `reindex` tells it. */
export interface IndexTotal {
  snapshots: number;
  files: number;
  versions: number;
  /** Versions of which nobody knows when they began, or what they held. */
  unknown: number;
  gone: number;
}

/** Counts what the index holds. */
export function indexTotal(catalog: Catalog): IndexTotal {
  const count = (table: string, where: string): number =>
    Number(catalog.sql(`SELECT count(*) AS n FROM ${table} WHERE ${where}`).get()?.n ?? 0);
  return {
    snapshots: count("record", "kind = 'run' AND forgotten = 0"),
    files: count("version", "until IS NULL AND type < 2"),
    versions: count("version", "type < 2"),
    unknown: count("version", "type < 2 AND (since < 0 OR hash IS NULL)"),
    gone: count("version", "gone IS NOT NULL"),
  };
}

/**
 * True for a past version whose bytes another one has by now: it moved, and its content is there under the new name. Other
 * copies that share are counted each: the index does not know them.
 */
const MOVED_ON =
  `(v.until IS NOT NULL AND v.size >= ${LEAST_SHARED} AND EXISTS (SELECT 1 FROM version w WHERE w.moved IS NOT NULL
  AND w.moved = CASE v.dir WHEN '' THEN v.name ELSE v.dir || '/' || v.name END
  AND w.since = v.until AND w.gone IS NULL))`;

/** True for one whose bytes another name of the same file has, or what it moved from had before. */
const COUNTED_ELSEWHERE = `(v.link IS NOT NULL AND v.size >= ${LEAST_SHARED} OR ${MOVED_ON})`;

/** What lives and what is stored in all; bytes that two versions share are counted once where the records tell of it. */
export interface VaultTotal {
  files: number;
  bytes: number;
  versions: number;
  stored: number;
}

/** Adds up a vault. */
export function vaultTotal(catalog: Catalog): VaultTotal {
  const row = catalog.sql(
    `SELECT count(*) AS versions, coalesce(sum(size) FILTER (WHERE NOT ${COUNTED_ELSEWHERE}), 0) AS stored,
       count(*) FILTER (WHERE until IS NULL) AS files,
       coalesce(sum(size) FILTER (WHERE until IS NULL), 0) AS bytes
     FROM version v WHERE ${STORED}`,
  ).get();
  const number = (key: string): number => Number(row?.[key] ?? 0);
  return {
    files: number("files"),
    bytes: number("bytes"),
    versions: number("versions"),
    stored: number("stored"),
  };
}

/** What the vault has of one path. */
export interface PathTotal {
  path: string;
  /** Of its newest version. */
  size: number;
  stored: number;
  versions: number;
  lives: boolean;
}

/** What decides which paths are first. */
const ORDERS = {
  /** The newest version's size. */
  size: ["", "size DESC"],
  /** All that is stored of it. */
  stored: ["", "stored DESC"],
  // a file that never changed has no history to speak of
  versions: ["HAVING count(*) > 1", "versions DESC, stored DESC"],
} as const;

/**
 * The paths that are first by their size, by what is stored of them, or by their versions; paths decide among equals. What
 * moved is a file of its new path alone, and what several names have is counted at one of them.
 */
export function topPaths(
  catalog: Catalog,
  by: keyof typeof ORDERS,
  most: number,
): PathTotal[] {
  const [having, order] = ORDERS[by];
  // SQLite takes the other columns of a row from where max() found its value
  const rows = catalog.sql(
    `SELECT dir, name, size, until, count(*) AS versions,
       coalesce(sum(size) FILTER (WHERE v.link IS NULL OR v.size < ${LEAST_SHARED}), 0) AS stored,
       max(coalesce(until, 99999999999999)) AS ended
     FROM version v WHERE ${STORED} AND NOT ${MOVED_ON} GROUP BY dir, name ${having} ORDER BY ${order}, dir, name LIMIT ?`,
  ).all(most);
  return rows.map((r) => ({
    path: joinRel(String(r.dir), String(r.name)),
    size: Number(r.size ?? 0),
    stored: Number(r.stored),
    versions: Number(r.versions),
    lives: r.until === null,
  }));
}

/** The bytes of versions that began (`since`) or ended (`until`) in each run, by the reason. */
export function bytesByRun(
  catalog: Catalog,
  column: "since" | "until",
): Map<number, Map<string, number>> {
  const moved = column === "since"
    ? `(v.moved IS NOT NULL OR v.link IS NOT NULL) AND v.size >= ${LEAST_SHARED}`
    : COUNTED_ELSEWHERE;
  const why = column === "since" ? "why" : "ended";
  const rows = catalog.sql(
    `SELECT ${column}, ${why}, coalesce(sum(size) FILTER (WHERE NOT (${moved})), 0)
     FROM version v WHERE type < 2 AND ${column} > 0 GROUP BY ${column}, ${why}`,
  ).rows();
  const byStamp = new Map<number, Map<string, number>>();
  for (const [stamp, reason, bytes] of rows) {
    const byWhy = byStamp.get(Number(stamp)) ?? new Map<string, number>();
    byWhy.set(String(reason ?? ""), Number(bytes));
    byStamp.set(Number(stamp), byWhy);
  }
  return byStamp;
}

/** Versions that began, ended and went in the same runs, together. */
export interface Lives {
  /** 0 where nobody knows. */
  since: number;
  until: number | null;
  gone: number | null;
  /** True when another version has their bytes since they ended. */
  movedOn: boolean;
  bytes: number;
}

/** The bytes of all files and links, by the runs that they lived in. */
export function bytesByLife(catalog: Catalog): Lives[] {
  const rows = catalog.sql(
    `SELECT max(since, 0), until, gone, ${MOVED_ON}, coalesce(sum(size), 0)
     FROM version v WHERE type < 2 GROUP BY 1, 2, 3, 4`,
  ).rows();
  return rows.map(([since, until, gone, movedOn, bytes]) => ({
    since: Number(since),
    until: typeof until === "number" ? until : null,
    gone: typeof gone === "number" ? gone : null,
    movedOn: movedOn === 1,
    bytes: Number(bytes),
  }));
}
