/**
 * Durations: `30s 10m 36h 90d 8w 6mo 1y`, also joined (`1y6mo`, `2d12h`) (decision 20). Months and years
 * go by the calendar, in local time; so do days and weeks, at the same time of day. `m` is minutes, but
 * months where restic writes them so (`1y5m7d2h`).
 * @module
 */

import { text } from "../text/text.ts";
import { HikaeError } from "./errors.ts";

/** A length of time in calendar parts. */
export interface Duration {
  years: number;
  months: number;
  days: number;
  /** Hours, minutes and seconds together, in ms. */
  ms: number;
}

const UNIT = /(\d+)(mo|y|w|d|h|m|s)/gy;

/**
 * An `m` where minutes cannot stand, after years or before days and hours, is restic's month (`1y5m7d2h`): a
 * rule that was taken over from there must not come to mean minutes, and remove what it was to keep.
 */
const MONTH = /(?<=^\d+)m(?=\d+[wdh])|(?<=y\d+)m(?!o)/g;

/** Reads a duration; undefined when `written` is none. A bare number is none (see {@link parseSeconds}). */
export function tryParseDuration(written: string): Duration | undefined {
  const given = written.replace(MONTH, "mo");
  const result: Duration = { years: 0, months: 0, days: 0, ms: 0 };
  UNIT.lastIndex = 0;
  let end = 0;
  for (let m = UNIT.exec(given); m !== null; m = UNIT.exec(given)) {
    addUnit(result, Number(m[1]), m[2] ?? "");
    end = UNIT.lastIndex;
  }
  const bounded = Object.values(result).every((n) => Number.isSafeInteger(n));
  return end > 0 && end === given.length && bounded ? result : undefined;
}

/** Reads a duration; throws a `usage` error that names `what` when `given` is none. */
export function parseDuration(given: string, what: string): Duration {
  const duration = tryParseDuration(given.trim());
  if (duration !== undefined) return duration;
  throw new HikaeError("usage", text("input.duration", { what, given }), {
    hint: text("input.duration-hint"),
  });
}

/** A duration, or a bare number of seconds, in ms (`--interval` and `--duration` of `job`). */
export function parseSeconds(given: string, what: string): number {
  if (/^\d+$/.test(given.trim())) return Number(given.trim()) * 1000;
  const d = parseDuration(given, what);
  const days = d.years * 365 + d.months * 30 + d.days;
  return days * 86_400_000 + d.ms;
}

/** Minutes that nobody takes for months: `m` alone, after hours or `mo`, or before seconds. */
const CLEAR_MINUTES = /(?:^|(?<=h|mo))\d+m(?=$|\d+s)|\d+m(?=\d+s)/g;

/**
 * True when `period` has an `m` that hikae reads as minutes and others as months (`7d6m`, restic's seven days and six
 * months). A rule that removes refuses it: read as minutes it would remove what was to be kept.
 */
export function isAmbiguousPeriod(period: string): boolean {
  const unclear = period.trim().replace(MONTH, "mo").replace(CLEAR_MINUTES, "");
  return /\dm(?!o)/.test(unclear);
}

/** Reads the period of a rule that removes; throws a `usage` error when it is none, or may be read in two ways. */
export function parsePeriod(period: string, what: string): Duration {
  const duration = parseDuration(period, what);
  if (!isAmbiguousPeriod(period)) return duration;
  throw new HikaeError("usage", text("point.ambiguous", { what, period }), {
    hint: text("point.ambiguous-hint", clearPeriods(period)),
  });
}

/** An ambiguous period as it is written to mean months, and to mean minutes. */
export function clearPeriods(period: string): { months: string; minutes: string } {
  return {
    months: period.trim().replace(/m(?!o)/g, "mo"),
    minutes: formatDuration(parseDuration(period, "")),
  };
}

/**
 * The instant (ms) that lies the duration before `instantMs`, by the local calendar: the same time of day so many years,
 * months and days earlier, set in one step. (By way of the first of the month, whose clock may change, it would be lost.)
 */
export function before(instantMs: number, duration: Duration): number {
  const date = new Date(instantMs);
  if (duration.years !== 0 || duration.months !== 0 || duration.days !== 0) {
    const month = date.getMonth() - duration.months - duration.years * 12;
    const day = duration.years === 0 && duration.months === 0
      ? date.getDate()
      : Math.min(date.getDate(), daysInMonth(date.getFullYear(), month));
    date.setMonth(month, day - duration.days);
  }
  return date.getTime() - duration.ms;
}

/** Writes a duration the way it is read. */
export function formatDuration(d: Duration): string {
  const seconds = Math.round(d.ms / 1000);
  const parts: [number, string][] = [
    [d.years, "y"],
    [d.months, "mo"],
    [d.days, "d"],
    [Math.floor(seconds / 3600), "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ];
  // right behind years or days, minutes may be read as months
  const apart = (d.days !== 0 || d.years !== 0 && d.months === 0) && seconds % 3600 >= 60;
  return parts.filter(([n, unit]) => n !== 0 || (apart && unit === "h")).map(([n, unit]) =>
    `${n}${unit}`
  ).join("") || "0s";
}

/** How many days a month has that is counted from January of `year`, also backwards. */
function daysInMonth(year: number, month: number): number {
  const date = new Date(Date.UTC(2000, 0, 1));
  date.setUTCFullYear(year, month + 1, 0);
  return date.getUTCDate();
}

function addUnit(d: Duration, n: number, unit: string): void {
  if (unit === "y") d.years += n;
  else if (unit === "mo") d.months += n;
  else if (unit === "w") d.days += 7 * n;
  else if (unit === "d") d.days += n;
  else d.ms += n * (unit === "h" ? 3_600_000 : unit === "m" ? 60_000 : 1000);
}
