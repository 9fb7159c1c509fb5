/** Which of the differences between two points are files that have another name, and the same content. @module */

import type { Catalog } from "../../vault/catalog.ts";
import { type HistoryPoint, isAlive } from "../../vault/history/alive.ts";
import { ancestors, descendants } from "../../vault/history/lineage.ts";
import { pathOf, type Version } from "../../vault/version.ts";

/** Both sides of a path. */
interface Sides {
  a?: { v: Version };
  b?: { v: Version };
}

/** Files that moved. */
export interface FoundMoves {
  /** The old path of each new one. */
  from: Map<string, string>;
  /** The old paths: they need no word of their own. */
  left: Set<string>;
}

/** The moves among paths that are there at one of two points alone. */
export function movesAmong(
  catalog: Catalog,
  found: ReadonlyMap<string, Sides>,
  a: HistoryPoint,
  b: HistoryPoint,
): FoundMoves {
  const moves: FoundMoves = { from: new Map(), left: new Set() };
  for (const [path, sides] of found) {
    const now = sides.a === undefined ? sides.b?.v : undefined;
    if (now === undefined || now.type === "dir") continue;
    const was = sameElsewhere(catalog, now, a, b);
    if (was === undefined) continue;
    const from = pathOf(was);
    const there = found.get(from);
    // a path that has something else by now is a change of its own
    if (there === undefined || there.b !== undefined || moves.left.has(from)) continue;
    moves.from.set(path, from);
    moves.left.add(from);
  }
  return moves;
}

/** What a version was at the other point, under another name; later names are looked for where that point is the later one. */
function sameElsewhere(
  catalog: Catalog,
  v: Version,
  other: HistoryPoint,
  own: HistoryPoint,
): Version | undefined {
  const chain = other.n < own.n ? ancestors(catalog, v) : descendants(catalog, v);
  for (const was of chain) if (isAlive(was, other)) return was.hash === v.hash ? was : undefined;
  return undefined;
}
