/**
 * Which versions must stay when snapshots are forgotten. A version is an interval of stamps, a snapshot a
 * point: a version goes exactly when no kept snapshot lies in it and no rule per file holds it.
 * @module
 */

import { type Duration, formatDuration } from "../base/duration.ts";
import { HikaeError } from "../base/errors.ts";
import type { Stamp } from "../base/stamp.ts";
import { stampBefore } from "./retention.ts";
import { text } from "../text/text.ts";

/** The life of one version: from the run that copied it up to, and not with, the run that ended it. */
export interface VersionSpan {
  readonly path: string;
  /** The run that copied it; null when that is not known, which counts as long ago. */
  readonly since: Stamp | null;
  /** The run that superseded or deleted it; null while it is current. */
  readonly until: Stamp | null;
  /** True when the file was deleted then, and not superseded. */
  readonly deleted: boolean;
  /** True when what came after it may be rot of the source. */
  readonly rot?: boolean;
}

/** Rules per file, beside the snapshots. */
export interface FileRules {
  /** Of each path, keep the newest so many versions; the current one counts. 0 and nothing: no rule. */
  readonly keepMinVersions?: number;
  /** Keep the last version of a file whose deletion is younger than `age`, measured from `from`. */
  readonly keepDeleted?: {
    readonly age: Duration;
    readonly from: Stamp;
    /** What a run's stamp would be where `from` is told, by the time in its record; undefined where that is not known. */
    readonly toldAs?: (until: Stamp) => string | undefined;
  };
}

/** What becomes of one version. */
export interface VersionDecision<V extends VersionSpan> {
  readonly version: V;
  readonly keep: boolean;
  /** Everything that keeps it, or the one reason why it goes. */
  readonly reasons: readonly string[];
}

/**
 * Decides for each version whether it stays. `kept` are the stamps of the snapshots that stay, ascending;
 * versions come grouped by path, in each path ascending by age. Holds one path's versions at a time.
 */
export function* decideVersions<V extends VersionSpan>(
  versions: Iterable<V>,
  kept: readonly Stamp[],
  rules: FileRules = {},
): Generator<VersionDecision<V>, void, undefined> {
  const judge = makeJudge(kept, rules);
  for (const group of byPath(versions)) {
    for (const [i, version] of group.entries()) {
      const reasons = judge(version, group.length - i);
      const keep = reasons.length > 0;
      yield { version, keep, reasons: keep ? reasons : [text("rule.not-needed")] };
    }
  }
}

/** The indexes in `kept` (ascending) of the snapshots that a version belongs to: from the first up to, not with, the second. */
export function neededBy(
  version: Pick<VersionSpan, "since" | "until">,
  kept: readonly Stamp[],
): [number, number] {
  const first = version.since === null ? 0 : lowerBound(kept, version.since);
  const end = version.until === null ? kept.length : lowerBound(kept, version.until);
  return [first, Math.max(first, end)];
}

/** Tells what keeps a version that is the `rank`-th newest of its path (1 for the newest). */
function makeJudge(
  kept: readonly Stamp[],
  rules: FileRules,
): (version: VersionSpan, rank: number) => string[] {
  const min = rules.keepMinVersions ?? 0;
  if (!Number.isSafeInteger(min) || min < 0) {
    throw new HikaeError("usage", text("input.versions", { count: String(min) }), {
      hint: text("input.versions-hint"),
    });
  }
  const deleted = rules.keepDeleted;
  const after = deleted === undefined ? undefined : stampBefore(deleted.from, deleted.age);
  return (version, rank) => {
    const reasons: string[] = [];
    const { until } = version;
    if (until === null) reasons.push(text("rule.current"));
    else reasons.push(...snapshotReason(version, kept));
    if (version.rot === true) reasons.push(text("rule.rot"));
    if (rank <= min) {
      reasons.push(
        min === 1 ? text("rule.newest-version") : text("rule.newest-versions", { count: min }),
      );
    }
    const isYoung = (end: Stamp): boolean =>
      after !== undefined && (end > after || (deleted?.toldAs?.(end) ?? "") > after);
    if (deleted && until !== null && version.deleted && isYoung(until)) {
      reasons.push(text("rule.deleted-within-rule", { period: formatDuration(deleted.age) }));
    }
    return reasons;
  };
}

function snapshotReason(version: VersionSpan, kept: readonly Stamp[]): string[] {
  const [first, end] = neededBy(version, kept);
  const newest = kept[end - 1];
  if (first === end || newest === undefined) return [];
  return [
    end - first === 1
      ? text("rule.needed-by", { stamp: newest })
      : text("rule.needed-by-many", { count: end - first, stamp: newest }),
  ];
}

function* byPath<V extends VersionSpan>(versions: Iterable<V>): Generator<V[], void, undefined> {
  let group: V[] = [];
  for (const version of versions) {
    if (group.length > 0 && group[0]?.path !== version.path) {
      yield group;
      group = [];
    }
    group.push(version);
  }
  if (group.length > 0) yield group;
}

/** The index of the first stamp not before `stamp`. */
function lowerBound(stamps: readonly Stamp[], stamp: Stamp): number {
  let low = 0;
  let high = stamps.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((stamps[middle] ?? stamp) < stamp) low = middle + 1;
    else high = middle;
  }
  return low;
}
