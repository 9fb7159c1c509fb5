/**
 * What was deleted: the last versions of paths that live no more. What merely moved (its content lives elsewhere since the
 * run that ended it) is not gone, and a name that lives again is left alone.
 * @module
 */

import { compileGlob } from "../base/glob.ts";
import { joinRel } from "../base/relpath.ts";
import { type Stamp, stampFromNumber, stampToNumber } from "../base/stamp.ts";
import type { Version } from "../vault/catalog.ts";
import { cameBack, endedSince } from "../vault/history/changes.ts";
import { descendants } from "../vault/history/lineage.ts";
import type { Reader, Snapshot } from "./reader.ts";

/** What is asked. */
export interface VanishedRequest {
  /** Paths or globs; none means all. A path stands for what lay below it too. */
  readonly globs: readonly string[];
  /** Only what a run of this stamp or a later one found gone. */
  readonly since?: Stamp;
}

/** The last versions of files and links that were deleted, by path. */
export function vanished(reader: Reader, { globs, since }: VanishedRequest): Version[] {
  const last = new Map<string, Version>();
  const least = since === undefined ? 0 : stampToNumber(since);
  for (const v of endedSince(reader.catalog, least)) {
    const path = joinRel(v.dir, v.name);
    const known = last.get(path);
    if (known === undefined || (known.until ?? 0) < (v.until ?? 0)) last.set(path, v);
  }
  const matches = matcherOf(globs);
  const found = [...last].filter(([path]) => matches(path));
  const moved = movedTo(reader, found.map(([, v]) => v));
  return found.filter(([, v]) => !moved(v) && !livesOn(reader, v)).sort(([a], [b]) =>
    a < b ? -1 : 1
  ).map(([, v]) => v);
}

/** The finished snapshot that had a version last; undefined where every one that had it is forgotten. */
export function lastWith(snapshots: readonly Snapshot[], v: Version): Snapshot | undefined {
  const until = stampFromNumber(v.until ?? 0);
  const from = v.since > 0 ? stampFromNumber(v.since) : undefined;
  return snapshots.findLast((s) =>
    s.complete && s.stamp < until && (from === undefined || s.stamp >= from)
  );
}

/** When a path that is not in the snapshot `stamp` was found deleted, and the newest snapshot that has it. */
export function whenDeleted(
  reader: Reader,
  path: string,
  stamp: Stamp,
): { until: Stamp; last: Stamp } | undefined {
  const ended = reader.catalog.history(path)
    .filter((v) => v.until !== null && stampFromNumber(v.until) <= stamp)
    .sort((a, b) => (a.until ?? 0) - (b.until ?? 0)).at(-1);
  const last = ended === undefined ? undefined : lastWith(reader.snapshots(), ended);
  const until = stampFromNumber(ended?.until ?? 0);
  return last === undefined || until === undefined ? undefined : { until, last: last.stamp };
}

function matcherOf(globs: readonly string[]): (path: string) => boolean {
  const all = globs.flatMap((glob) => {
    const plain = glob.replace(/^\.?\/+/, "").replace(/\/+$/, "");
    const match = compileGlob(glob);
    return [
      (path: string): boolean => path === plain || path.startsWith(`${plain}/`) || match(path),
    ];
  });
  return all.length === 0 ? () => true : (path) => all.some((match) => match(path));
}

/** True for what moved, as the record tells, once or more, and lives under another name now. */
function livesOn({ catalog }: Reader, v: Version): boolean {
  for (const now of descendants(catalog, v)) if (now.until === null) return true;
  return false;
}

/** Tells whether a version's content lives at another path since the run that ended it. */
function movedTo(reader: Reader, versions: readonly Version[]): (v: Version) => boolean {
  const came = cameBack(reader.catalog, new Set(versions.map((v) => v.until)));
  // empty files are all alike
  return (v) => v.size !== 0 && came(v);
}
