/** The versions alive at a stamp, read from the catalog a page of plain rows at a time. @module */

import { dirOf, nameOf } from "../base/relpath.ts";
import type { SqlValue } from "../base/sql.ts";
import type { Catalog, Version } from "../vault/catalog.ts";
import { TYPE_NAME } from "../vault/catalog_schema.ts";

/** How many rows are fetched together: one by one, as objects, they cost four times as much. */
const PAGE = 2048;

/** The columns of a version `v` that {@link versionOfRow} reads. */
export const COLUMNS =
  "v.dir, v.name, v.since, v.until, v.type, v.size, v.mtime, v.mode, v.uid, v.gid, v.hash, v.why, v.ended, v.gone";

/** What is alive at ?1; where nothing tells since when it lives, from the run ?2 on. */
export const LIVES = `(v.since > 0 AND v.since <= ?1 AND (v.until IS NULL OR v.until > ?1)
  OR v.since < 0 AND v.until IS NULL AND ?1 >= ?2)`;

/** Attributes that changed after a version began. */
export const WITH_ATTR = `LEFT JOIN attr a ON a.dir = v.dir AND a.name = v.name AND a.stamp = (
  SELECT max(stamp) FROM attr x
  WHERE x.dir = v.dir AND x.name = v.name AND x.stamp <= ?1 AND x.stamp > v.since)`;

/**
 * The versions alive at the stamp `n`, with the attributes of that point, in the order of directories and names;
 * where nothing tells since when a version lives, it lives at `newest` and later. `below` limits them to a path and
 * what lies below it. What a run ends meanwhile still lived at `n`, so no lock is held from page to page.
 */
export function* livingAt(
  catalog: Catalog,
  n: number,
  newest: number,
  below: string,
): Generator<Version> {
  const attrs = catalog.sql("SELECT 1 AS n FROM attr LIMIT 1").get() !== undefined;
  const within = withinOf(below, 6);
  const statement = catalog.sql(
    `SELECT ${COLUMNS}${attrs ? ", a.mtime, a.mode, a.uid, a.gid" : ""}
    FROM version v ${attrs ? WITH_ATTR : ""}
    WHERE (v.dir, v.name, v.since) > (?3, ?4, ?5) AND
      ${LIVES} ${within}
    ORDER BY v.dir, v.name, v.since LIMIT ${PAGE}`,
  );
  const place = placeOf(below);
  let after: [string, string, number] = ["", "", Number.MIN_SAFE_INTEGER];
  for (;;) {
    const rows = statement.rows(n, newest, ...after, ...place);
    for (const row of rows) yield versionOfRow(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = [last[0] as string, last[1] as string, last[2] as number];
  }
}

/** How many files that are still there live at `n`, as {@link livingAt} gives them, and their bytes. */
export function totalAt(
  catalog: Catalog,
  n: number,
  newest: number,
  below: string,
): { files: number; bytes: number } {
  const row = catalog.sql(
    `SELECT count(*) AS files, sum(v.size) AS bytes FROM version v
    WHERE v.type < ${TYPE_NAME.indexOf("dir")} AND v.gone IS NULL AND ${LIVES} ${
      withinOf(below, 3)
    }`,
  ).get(n, newest, ...placeOf(below));
  return { files: Number(row?.files ?? 0), bytes: Number(row?.bytes ?? 0) };
}

/** A path and what lies below it; its values are those of {@link placeOf}, from the parameter `first` on. */
function withinOf(below: string, first: number): string {
  const [path, dir, name] = [first, first + 1, first + 2].map((i) => `?${i}`);
  return below === ""
    ? ""
    : `AND (v.dir = ${path} OR (v.dir > ${path} || '/' AND v.dir < ${path} || '0') OR (v.dir = ${dir} AND v.name = ${name}))`;
}

function placeOf(below: string): string[] {
  return below === "" ? [] : [below, dirOf(below), nameOf(below)];
}

/** The version of a plain row of {@link COLUMNS}; attributes of a later run may follow in it. */
export function versionOfRow(row: readonly SqlValue[]): Version {
  const changed = typeof row[14] === "number";
  return {
    dir: String(row[0]),
    name: String(row[1]),
    since: Number(row[2]),
    until: number(row[3]),
    type: TYPE_NAME[Number(row[4])] ?? "file",
    size: number(row[5]),
    mtime: number(changed ? row[14] : row[6]),
    mode: number(changed ? row[15] : row[7]),
    uid: number(changed ? row[16] ?? row[8] : row[8]),
    gid: number(changed ? row[17] ?? row[9] : row[9]),
    hash: text(row[10]),
    why: text(row[11]),
    ended: text(row[12]),
    gone: number(row[13]),
  };
}

function number(v: SqlValue | undefined): number | null {
  return typeof v === "number" ? v : null;
}

function text(v: SqlValue | undefined): string | null {
  return typeof v === "string" ? v : null;
}
