/** Where versions came from and went to under another name (decision 25). @module */

import { compareUtf8 } from "../../base/bytes.ts";
import { dirOf, nameOf } from "../../base/relpath.ts";
import type { Catalog } from "../catalog.ts";
import { pathOf, type Version } from "../version.ts";
import { holdApart } from "./apart.ts";

/** A chain of moves is followed so far. */
const LONGEST = 10_000;

/** Names of one file are followed so far from one to the other: a record that was made up may have any number. */
const MOST_NAMES = 100;

/** The version that a moved one was under its old name; undefined for one that did not move, or whose past is not known. */
export function predecessor(catalog: Catalog, v: Version): Version | undefined {
  if (v.moved === null) return undefined;
  return catalog.select(
    "WHERE v.dir = ? AND v.name = ? AND v.until = ?",
    dirOf(v.moved),
    nameOf(v.moved),
    v.since,
  ).find((was) => was.type === v.type);
}

/** The version that one became under another name in the run that ended it; undefined for one that is merely gone. */
function successor(catalog: Catalog, v: Version): Version | undefined {
  if (v.until === null || v.ended === "changed") return undefined;
  holdApart(catalog, "moved");
  return catalog.select(
    "WHERE v.moved IS NOT NULL AND v.moved = ? AND v.since = ?",
    pathOf(v),
    v.until,
  ).find((now) => now.type === v.type);
}

/** Versions before a moved one, the nearest first. */
export function* ancestors(catalog: Catalog, v: Version): Generator<Version> {
  let at = predecessor(catalog, v);
  for (let n = 0; at !== undefined && n < LONGEST; n++, at = predecessor(catalog, at)) yield at;
}

/** Versions that one became by moves alone, the nearest first. */
export function* descendants(catalog: Catalog, v: Version): Generator<Version> {
  let at = successor(catalog, v);
  for (let n = 0; at !== undefined && n < LONGEST; n++, at = successor(catalog, at)) yield at;
}

/**
 * The name that all names of a file go by at a point, and the version under it: undefined where that is no name of the file,
 * for what came later under it is another one. `named` gives what lives under the name by which another goes. Names that
 * began in one run may go by each other: then it is the first of them.
 */
export function goesBy(
  v: Version,
  named: (by: Version, link: string) => Version | undefined,
): { path: string; first: Version | undefined } {
  const met: Version[] = [];
  let name = v;
  while (name.link !== null && met.length < MOST_NAMES) {
    const again = met.findIndex((m) => pathOf(m) === pathOf(name));
    if (again >= 0) {
      const [first = name] = met.slice(again).sort((a, b) => compareUtf8(pathOf(a), pathOf(b)));
      return { path: pathOf(first), first };
    }
    met.push(name);
    const next = named(name, name.link);
    const same = next?.type === "file" && next.hash === name.hash && next.since <= name.since;
    if (!same) return { path: name.link, first: undefined };
    name = next;
  }
  return { path: pathOf(name), first: name };
}
