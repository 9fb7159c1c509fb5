/**
 * Which snapshots the keep rules keep, and why: restic's forget policy on stamps. Rules are OR-ed, periods end
 * at the calendar's boundaries, and that is read off the stamps, so it needs no clock and no time zone; lengths of
 * time go by what the records tell of their runs as well.
 * @module
 */

import { type Duration, formatDuration } from "../base/duration.ts";
import { HikaeError } from "../base/errors.ts";
import type { Stamp } from "../base/stamp.ts";
import { text } from "../text/text.ts";

/** How many to keep; `"unlimited"` and -1 mean all. */
export type KeepCount = number | "unlimited";

/** The keep rules; those left out, 0 or of no length do not apply. */
export interface KeepPolicy {
  /** The newest so many. */
  last?: KeepCount;
  /** The last one of each of the newest so many hours that have any. */
  hourly?: KeepCount;
  daily?: KeepCount;
  /** Weeks begin on Monday (ISO 8601). */
  weekly?: KeepCount;
  monthly?: KeepCount;
  yearly?: KeepCount;
  /** All that are less than this older than the newest. */
  within?: Duration;
  /** The last one of each hour, of those less than this older than the newest. */
  withinHourly?: Duration;
  withinDaily?: Duration;
  withinWeekly?: Duration;
  withinMonthly?: Duration;
  withinYearly?: Duration;
}

/** What becomes of one snapshot. */
export interface SnapshotDecision {
  readonly stamp: Stamp;
  readonly keep: boolean;
  /** Each rule that keeps it, or the one reason why it goes. */
  readonly reasons: readonly string[];
}

/** Names the period (hour, day, …) that a stamp lies in. */
type PeriodOf = (stamp: Stamp, index: number) => string;

/** A snapshot, with when its run began (RFC 3339) where that is known. */
interface TimedSnapshot {
  readonly stamp: Stamp;
  readonly time?: string;
}

interface Bucket {
  readonly period: PeriodOf;
  readonly reason: string;
  /** How many it may still keep; Infinity for all. */
  left: number;
  /** It looks at snapshots of which this holds. */
  readonly isFor: (snapshot: TimedSnapshot) => boolean;
  /** The period that it saw last. */
  seen: string | undefined;
}

const COUNTED = ["last", "hourly", "daily", "weekly", "monthly", "yearly"] as const;
const WITHIN = [
  ["withinHourly", "hourly"],
  ["withinDaily", "daily"],
  ["withinWeekly", "weekly"],
  ["withinMonthly", "monthly"],
  ["withinYearly", "yearly"],
] as const;

const PERIODS: Readonly<Record<typeof COUNTED[number], PeriodOf>> = {
  last: (_, index) => String(index),
  hourly: (stamp) => stamp.slice(0, 11),
  daily: (stamp) => stamp.slice(0, 8),
  weekly: isoWeek,
  monthly: (stamp) => stamp.slice(0, 6),
  yearly: (stamp) => stamp.slice(0, 4),
};

/**
 * Decides for each of `snapshots` (finished runs, in ascending order) whether `policy` keeps it. The newest is
 * always kept. With `now`, stamps after it (made while the clock was wrong) do not count as the newest for
 * `within`. Throws a `usage` error when the policy has no rule.
 */
export function applyPolicy(
  snapshots: readonly TimedSnapshot[],
  policy: KeepPolicy,
  now?: Stamp,
): SnapshotDecision[] {
  if (isEmptyPolicy(policy)) {
    throw new HikaeError("usage", text("thinning.no-rule"), {
      hint: text("rule.none-hint"),
    });
  }
  const newest = snapshots.findLast((s) => now === undefined || s.stamp <= now);
  const buckets = makeBuckets(policy, newest);
  const out: SnapshotDecision[] = [];
  for (const [index, snapshot] of snapshots.toReversed().entries()) {
    const oldest = index === snapshots.length - 1;
    const reasons = buckets.flatMap((bucket) => ask(bucket, snapshot, index, oldest));
    const keep = reasons.length > 0;
    out.push({ stamp: snapshot.stamp, keep, reasons: keep ? reasons : [text("rule.none")] });
  }
  return out.reverse();
}

/** True when no rule of the policy can keep anything. Throws a `usage` error for a count that is none. */
export function isEmptyPolicy(policy: KeepPolicy): boolean {
  const counted = COUNTED.some((rule) => countOf(policy, rule) > 0);
  const timed = hasLength(policy.within) || WITHIN.some(([rule]) => hasLength(policy[rule]));
  return !counted && !timed;
}

/** Says a policy in words: `keep 7 last, 14 daily, all within 90d`. */
export function describePolicy(policy: KeepPolicy): string {
  const parts: string[] = [];
  for (const rule of COUNTED) {
    const count = countOf(policy, rule);
    if (count > 0) parts.push(`${count === Infinity ? "all" : count} ${rule}`);
  }
  for (const [rule, name] of WITHIN) {
    const length = policy[rule];
    if (hasLength(length)) {
      parts.push(text("rule.name-within", { name, period: formatDuration(length) }));
    }
  }
  if (hasLength(policy.within)) {
    parts.push(text("rule.all-within", { period: formatDuration(policy.within) }));
  }
  return parts.length === 0
    ? text("rule.keep-nothing")
    : text("rule.keep", { rules: parts.join(", ") });
}

/** Reads the value of a `--keep-…` flag: a number, `-1` or `unlimited`. */
export function parseKeepCount(given: string, flag: string): KeepCount {
  if (given === "unlimited" || given === "-1") return "unlimited";
  const count = Number(given);
  if (/^\d+$/.test(given) && Number.isSafeInteger(count)) return count;
  throw new HikaeError("usage", text("input.snapshots", { flag, given }), {
    hint: text("input.snapshots-hint"),
  });
}

/**
 * The wall-clock time that lies `duration` before a stamp, to compare stamps with ("" when it lies before all
 * of them). As in restic a day that the month has not runs over into the next one: a month before March 31
 * is March 3.
 */
export function stampBefore(stamp: Stamp, duration: Duration): string {
  const then = new Date(civilOf(stamp, duration) - duration.ms);
  // Beyond the range of dates everything is NaN, which is no year either.
  return then.getUTCFullYear() >= 0 ? textOf(then) : "";
}

/** A stamp as if the time on the wall were UTC, ms; so many years, months and days before. */
function civilOf(stamp: Stamp, { years, months, days } = { years: 0, months: 0, days: 0 }): number {
  const at = (from: number, to: number): number => Number(stamp.slice(from, to));
  const date = new Date(0);
  date.setUTCFullYear(at(0, 4) - years, at(4, 6) - 1 - months, at(6, 8) - days);
  return date.setUTCHours(at(9, 11), at(11, 13), at(13, 15));
}

function textOf(date: Date): string {
  return date.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "_");
}

/** Asks one rule about a snapshot; they come newest first. */
function ask(
  bucket: Bucket,
  snapshot: TimedSnapshot,
  index: number,
  oldest: boolean,
): string[] {
  if (bucket.left <= 0 || !bucket.isFor(snapshot)) return [];
  const period = bucket.period(snapshot.stamp, index);
  const repeated = period === bucket.seen;
  // The oldest is kept while a rule has quota left, so that the history reaches as far back as it can.
  if (repeated && !oldest) return [];
  bucket.seen = period;
  bucket.left--;
  return [repeated ? text("rule.oldest", { reason: bucket.reason }) : bucket.reason];
}

function makeBuckets(policy: KeepPolicy, newest: TimedSnapshot | undefined): Bucket[] {
  const buckets: Bucket[] = [];
  const add = (
    period: PeriodOf,
    reason: string,
    left: number,
    isFor: Bucket["isFor"] = () => true,
  ): void => void buckets.push({ period, reason, left, isFor, seen: undefined });
  if (hasLength(policy.within)) {
    const reason = text("rule.within", { period: formatDuration(policy.within) });
    add(PERIODS.last, reason, Infinity, withinOf(newest, policy.within));
  }
  for (const rule of COUNTED) {
    add(PERIODS[rule], text("rule.snapshot", { rule }), countOf(policy, rule));
  }
  for (const [rule, name] of WITHIN) {
    const length = policy[rule];
    if (!hasLength(length)) continue;
    const reason = text("rule.name-within", { name, period: formatDuration(length) });
    add(PERIODS[name], reason, Infinity, withinOf(newest, length));
  }
  return buckets;
}

/** Which snapshots are less than so long older than the newest, by their stamps or by when their runs began. */
function withinOf(newest: TimedSnapshot | undefined, length: Duration): Bucket["isFor"] {
  if (newest === undefined) return () => true;
  const after = stampBefore(newest.stamp, length);
  const there = { stamp: newest.stamp, at: Date.parse(newest.time ?? "") };
  return (s) => s.stamp > after || (stampThere(s, there) ?? "") > after;
}

/**
 * What the stamp of a run would be by the clock on the wall that tells `stamp` at the instant `at` (ms): stamps of another time
 * zone, or from before the clocks were put forward, look older than they are. Undefined where its time is not known.
 */
export function stampThere(
  run: { readonly time?: string } | undefined,
  { stamp, at }: { stamp: Stamp; at: number },
): string | undefined {
  const began = Date.parse(run?.time ?? "");
  const then = new Date(civilOf(stamp) + began - Math.floor(at / 1000) * 1000);
  return then.getUTCFullYear() >= 0 ? textOf(then) : undefined;
}

function countOf(policy: KeepPolicy, rule: typeof COUNTED[number]): number {
  const count = policy[rule] ?? 0;
  if (count === "unlimited" || count === -1) return Infinity;
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new HikaeError("usage", text("input.keep-count", { rule, count: String(count) }), {
    hint: text("input.snapshots-hint"),
  });
}

function hasLength(duration: Duration | undefined): duration is Duration {
  return duration !== undefined && Object.values(duration).some((n) => n > 0);
}

/** The ISO 8601 week of a stamp, with the year that the week belongs to. */
function isoWeek(stamp: Stamp): string {
  const day = new Date(0);
  day.setUTCFullYear(
    Number(stamp.slice(0, 4)),
    Number(stamp.slice(4, 6)) - 1,
    Number(stamp.slice(6, 8)),
  );
  // A week belongs to the year of its Thursday.
  day.setUTCDate(day.getUTCDate() + 4 - (day.getUTCDay() || 7));
  const year = day.getUTCFullYear();
  const first = new Date(0);
  first.setUTCFullYear(year, 0, 1);
  const week = Math.floor((day.getTime() - first.getTime()) / (7 * 86_400_000)) + 1;
  return `${year}W${week}`;
}
