/** Which of the differences between a snapshot and the source are files that have another name by now. @module */

import { nameOf } from "../../base/relpath.ts";
import type { Version } from "../../vault/version.ts";
import type { SourceEntry } from "../source/source_dir.ts";
import type { Difference } from "./diff_answer.ts";

/** A difference, and what is known of the path on the side that has it. */
export interface SourceDifference extends Difference {
  /** What is gone. */
  was?: Version;
  /** What is new. */
  entry?: SourceEntry;
}

/**
 * The differences with moves as one each, as a backup would tell them: a path that is gone and a new one of the same size
 * and time, whose content is the same. Only such a new file is read; `hashOf` gives undefined where it cannot be.
 */
export function withMoves(
  changes: readonly SourceDifference[],
  hashOf: (path: string, entry: SourceEntry) => string | undefined,
): Difference[] {
  const gone = goneByLook(changes);
  const from = new Map<string, string>();
  const left = new Set<string>();
  for (const { path, modifier, entry } of changes) {
    if (modifier !== "+" || entry === undefined || entry.type === "special") continue;
    const { size, mtime } = entry.info;
    const same = gone.get(lookOf(entry.type, size, mtime));
    if (same === undefined || same.length === 0) continue;
    const at = best(same, hashOf(path, entry), nameOf(path));
    if (at < 0) continue;
    const [old = ""] = same.splice(at, 1).map((c) => c.path);
    from.set(path, old);
    left.add(old);
  }
  return changes.filter((c) => c.modifier !== "-" || !left.has(c.path))
    .map(({ path, type, modifier }) => {
      const old = from.get(path);
      return old === undefined
        ? { path, type, modifier }
        : { path, type, modifier: "R", from: old };
    });
}

/** What is gone, by what a look alone tells of it. An empty file is like any other. */
function goneByLook(changes: readonly SourceDifference[]): Map<string, SourceDifference[]> {
  const gone = new Map<string, SourceDifference[]>();
  for (const change of changes) {
    const { modifier, was } = change;
    if (modifier !== "-" || was === undefined || was.type === "dir" || was.hash === null) continue;
    if (was.size === null || was.size === 0) continue;
    const look = lookOf(was.type, was.size, was.mtime);
    const same = gone.get(look);
    if (same === undefined) gone.set(look, [change]);
    else same.push(change);
  }
  return gone;
}

function lookOf(type: string, size: number, mtime: number | null): string {
  return `${type} ${size} ${mtime}`;
}

/** The one of this content, best of the same name; -1 where there is none. */
function best(same: readonly SourceDifference[], hash: string | undefined, name: string): number {
  if (hash === undefined) return -1;
  const named = same.findIndex((c) => c.was?.hash === hash && nameOf(c.path) === name);
  return named >= 0 ? named : same.findIndex((c) => c.was?.hash === hash);
}
