/** The versions of one path, of one directory, or below one, as the index has them. @module */

import { dirOf, nameOf } from "../../base/relpath.ts";
import type { Catalog } from "../catalog.ts";
import { stampToNumber } from "../../base/stamp.ts";
import type { VersionLine } from "../record.ts";
import type { Version } from "../version.ts";
import { holdApart } from "./apart.ts";

/** A directory given as the first value, and all below it. */
const WITHIN = "(v.dir = ?1 OR (v.dir > ?1 || '/' AND v.dir < ?1 || '0'))";

/** A version as the index has it by now; undefined when it is taken out. */
export function sameVersion(
  catalog: Catalog,
  { dir, name, since }: Pick<Version, "dir" | "name" | "since">,
): Version | undefined {
  return catalog.select("WHERE v.dir = ? AND v.name = ? AND v.since = ?", dir, name, since)[0];
}

/** The version of a path that began at a stamp (`since`), or ended there (`until`). */
export function versionBy(
  catalog: Catalog,
  path: string,
  by: "since" | "until",
  stamp: number,
): Version | undefined {
  return catalog.select(
    `WHERE v.dir = ? AND v.name = ? AND v.${by} = ?`,
    dirOf(path),
    nameOf(path),
    stamp,
  )[0];
}

/**
 * The version that a line tells of. One that was seen while the record of its beginning was lost began before that, once the
 * record is there again: then it is known by its end, or as what lived on.
 */
export function versionOfLine(
  catalog: Catalog,
  { path, type, from, to, gone, hash, why }: VersionLine,
): Version | undefined {
  const by = from === undefined ? "until" : "since";
  const at = from ?? to ?? gone;
  const v = at === undefined ? undefined : versionBy(catalog, path, by, stampToNumber(at));
  if (v !== undefined || from === undefined) return v;
  const seen = stampToNumber(from);
  if (to !== undefined) {
    const ended = versionBy(catalog, path, "until", stampToNumber(to));
    const began = ended?.since ?? 0;
    return ended?.type === type && began > 0 && began < seen ? ended : undefined;
  }
  if (why !== "seen") return undefined;
  return catalog.history(path).find((h) =>
    h.type === type && h.hash === (hash ?? null) && h.since > 0 && h.since < seen &&
    (h.until ?? Infinity) > seen
  );
}

/** What lives at a path: one version, or none; more only where records contradict each other. */
export function livingOf(catalog: Catalog, path: string): Version[] {
  return catalog.select(
    "WHERE v.dir = ? AND v.name = ? AND v.until IS NULL",
    dirOf(path),
    nameOf(path),
  );
}

/** The versions of a path whose life has a stamp in it, those too of which nobody knows when they began. */
export function livedAt(catalog: Catalog, path: string, stamp: number): Version[] {
  return catalog.select(
    "WHERE v.dir = ? AND v.name = ? AND v.since <= ? AND (v.until IS NULL OR v.until > ?)",
    dirOf(path),
    nameOf(path),
    stamp,
    stamp,
  );
}

/** All versions of what lies directly in a directory, by name and time. */
export function versionsIn(catalog: Catalog, dir: string): Generator<Version> {
  return catalog.versionsIn(dir, "TRUE");
}

/** Those that ended. */
export function pastIn(catalog: Catalog, dir: string): Generator<Version> {
  return catalog.versionsIn(dir, "v.until IS NOT NULL");
}

/** All that lives, in the order of paths. */
export function allLiving(catalog: Catalog): Generator<Version> {
  return catalog.versions("v.until IS NULL");
}

/** The files and links that live below a directory. */
export function livingBelow(catalog: Catalog, dir: string): Generator<Version> {
  return catalog.versionsWithin(dir, "v.until IS NULL AND v.type < 2");
}

const COUNT = "SELECT count(*) AS n FROM";
const LIVING = "version v WHERE v.until IS NULL AND v.type < 2";

/** How many there are; none without an index. */
export function countLiving(catalog: Catalog | undefined, dir: string): number {
  if (catalog === undefined) return 0;
  const row = dir === ""
    ? catalog.sql(`${COUNT} ${LIVING}`).get()
    : catalog.sql(`${COUNT} ${LIVING} AND ${WITHIN}`).get(dir);
  return Number(row?.n ?? 0);
}

/** The same of all there is, but no more than `most`: it takes a look at so many alone. */
export function countSomeLiving(catalog: Catalog, most: number): number {
  const row = catalog.sql(`${COUNT} (SELECT 1 FROM ${LIVING} LIMIT ?)`).get(most);
  return Number(row?.n ?? 0);
}

/** No run up to a later one gave it other attributes. */
const KEPT = `NOT EXISTS (
  SELECT 1 FROM attr b WHERE b.dir = x.dir AND b.name = x.name AND b.stamp > ?1 AND b.stamp <= ?2
) LIMIT 1`;
const TOLD = [
  `SELECT 1 FROM version x WHERE x.since = ?1 AND (x.until IS NULL OR x.until > ?2) AND ${KEPT}`,
  `SELECT 1 FROM attr x WHERE x.stamp = ?1 AND ${KEPT}`,
];

/** True where what lived at a later run has attributes by the record of an earlier one. */
export function isToldBy(catalog: Catalog, earlier: number, later: number): boolean {
  return TOLD.some((sql) => catalog.sql(sql).get(earlier, later) !== undefined);
}

/** Directories that live, the root among them. */
export function livingDirs(catalog: Catalog): Generator<Version> {
  return catalog.versions("v.type = 2 AND v.until IS NULL");
}

/** Those that are gone. */
export function pastDirs(catalog: Catalog): Generator<Version> {
  return catalog.versions("v.type = 2 AND v.until IS NOT NULL");
}

/** Versions of which nothing tells when they began, and that did not end before a stamp. */
export function ofUnknownAge(catalog: Catalog, stamp: number): Generator<Version> {
  return catalog.versions("v.since < 0 AND (v.until IS NULL OR v.until > ?)", stamp);
}

/** Every name that was ever directly in a directory. */
export function everIn(catalog: Catalog, dir: string): string[] {
  const names = catalog.sql("SELECT DISTINCT name FROM version WHERE dir = ? AND name <> ''");
  return names.all(dir).map((r) => String(r.name));
}

/** True for a name that something at the root has, or had after a stamp. */
export function isTakenAtRoot(catalog: Catalog, name: string, stamp: number): boolean {
  return catalog.sql(
    "SELECT 1 AS n FROM version WHERE dir = '' AND name = ? AND (until IS NULL OR until > ?) LIMIT 1",
  ).get(name, stamp) !== undefined;
}

/** True when a version of the vault is another name of a file. */
export function hasOtherNames(catalog: Catalog): boolean {
  holdApart(catalog, "link");
  return catalog.sql("SELECT 1 AS n FROM version WHERE link IS NOT NULL LIMIT 1").get() !==
    undefined;
}

/** The living versions that are another name of the file `path`. */
export function otherNamesOf(catalog: Catalog, path: string): Version[] {
  holdApart(catalog, "link");
  return catalog.select("WHERE v.link IS NOT NULL AND v.link = ? AND v.until IS NULL", path);
}

/** The paths by which other names of files go, or went. */
export function otherNames(catalog: Catalog): Set<string> {
  holdApart(catalog, "link");
  const rows = catalog.sql("SELECT DISTINCT link FROM version WHERE link IS NOT NULL").rows();
  return new Set(rows.map(([link]) => String(link)));
}

/** The versions, past ones too, that go or went by the name `path`. */
export function namesAfter(catalog: Catalog, path: string): Version[] {
  holdApart(catalog, "link");
  return catalog.select("WHERE v.link IS NOT NULL AND v.link = ?", path);
}

/** The newest end of a version before a stamp, as a number; undefined when none ended. */
export function lastEnd(catalog: Catalog, before: number): number | undefined {
  const row = catalog.sql("SELECT max(until) AS n FROM version WHERE until < ?").get(before);
  return typeof row?.n === "number" ? row.n : undefined;
}

/** All that lives below a directory and began before a stamp, of which is known when. */
export function livingBelowSince(catalog: Catalog, dir: string, before: number): Version[] {
  return catalog.select(
    `WHERE ${WITHIN} AND v.until IS NULL AND v.since > 0 AND v.since < ?2`,
    dir,
    before,
  );
}

/** Directories that live below one. */
export function livingDirsBelow(catalog: Catalog, dir: string): Generator<Version> {
  return catalog.versionsWithin(dir, "v.type = 2 AND v.until IS NULL");
}

/** What lives directly in a directory and began at a stamp. */
export function begunIn(catalog: Catalog, dir: string, stamp: number): Generator<Version> {
  return catalog.versionsIn(dir, "v.since = ? AND v.until IS NULL", stamp);
}

/** All versions of which is known when they began, in the order of paths. */
export function ofKnownAge(catalog: Catalog): Generator<Version> {
  return catalog.versions("v.since > 0");
}

/** True when there is one of which nobody knows. */
export function hasUnknownAge(catalog: Catalog): boolean {
  return catalog.sql("SELECT 1 AS n FROM version WHERE since < 0 LIMIT 1").get() !== undefined;
}

/** Every directory in which something is or was. */
export function everyDir(catalog: Catalog): string[] {
  return catalog.sql("SELECT DISTINCT dir FROM version").rows().map(([dir]) => String(dir));
}

/** The directories about whose entries attributes are recorded apart, in all runs or in one. */
export function dirsWithAttrs(catalog: Catalog, stamp?: number): string[] {
  const found = stamp === undefined
    ? catalog.sql("SELECT DISTINCT dir FROM attr").rows()
    : catalog.sql("SELECT DISTINCT dir FROM attr WHERE stamp = ?").rows(stamp);
  return found.map(([dir]) => String(dir));
}
