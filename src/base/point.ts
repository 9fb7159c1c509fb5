/**
 * Points in time as people write them: a stamp, `latest`, `latest~2`, `2026-11-20`, `2026-11-20 18:00`, an
 * RFC 3339 time, an age such as `3d`. A point chooses one run of a vault (`docs/points.md`).
 * @module
 */

import { before, type Duration, tryParseDuration } from "./duration.ts";
import { HikaeError } from "./errors.ts";
import { parseStamp, type Stamp, stampOf } from "./stamp.ts";

/** A point in time that a person named. */
export type Point =
  /** Exactly this run, interrupted or not. */
  | { readonly kind: "stamp"; readonly stamp: Stamp }
  /** The newest finished run, or the one so many finished runs before it. */
  | { readonly kind: "latest"; readonly back: number }
  /** The newest finished run not after this wall-clock time. */
  | { readonly kind: "wall"; readonly stamp: Stamp }
  /** The newest finished run not after this instant (ms since 1970). */
  | { readonly kind: "instant"; readonly ms: number }
  /** The newest finished run not after the time so long before now. */
  | { readonly kind: "age"; readonly age: Duration };

/** What choosing needs to know of a run; lists of them are in ascending order. */
export interface RunMark {
  readonly stamp: Stamp;
  /** False for an interrupted run. */
  readonly complete: boolean;
  /** When it began (RFC 3339), where that is known. */
  readonly time?: string;
}

const LATEST = /^latest(?:~(\d{1,9}))?$/;
const TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?([Zz]|[+-]\d\d:\d\d)?)?$/;

/** Reads a point in time; undefined when `text` is none. */
export function tryParsePoint(text: string): Point | undefined {
  const stamp = parseStamp(text);
  if (stamp !== undefined) return { kind: "stamp", stamp };
  const latest = LATEST.exec(text);
  if (latest !== null) return { kind: "latest", back: Number(latest[1] ?? 0) };
  const time = TIME.exec(text);
  if (time !== null) return timePoint(time);
  const age = tryParseDuration(text);
  return age === undefined ? undefined : { kind: "age", age };
}

/** Reads a point in time; throws a `usage` error when `text` is none. */
export function parsePoint(text: string): Point {
  const point = tryParsePoint(text.trim());
  if (point !== undefined) return point;
  throw new HikaeError("usage", `read point in time: "${text}" is none`, {
    hint: "write a stamp such as 20261120_180000, latest, latest~2, 2026-11-20, " +
      '"2026-11-20 18:00" or an age such as 3d, 2w or 36h',
  });
}

/**
 * The run that a point names: of several the newest not after it. Undefined when there is none.
 * Interrupted runs answer to their exact stamp only.
 */
export function choosePoint(
  point: Point,
  snapshots: readonly RunMark[],
  nowMs: number,
): Stamp | undefined {
  if (point.kind === "stamp") return snapshots.find((s) => s.stamp === point.stamp)?.stamp;
  if (point.kind === "latest") {
    return snapshots.filter((s) => s.complete).at(-1 - point.back)?.stamp;
  }
  const limit = limitOf(point, nowMs);
  if (limit === undefined) return undefined;
  if (point.kind === "wall") {
    return snapshots.findLast((s) => s.complete && s.stamp <= limit)?.stamp;
  }
  // stamps are of the time zone that wrote them, and in the hour that comes twice they are of neither
  const second = Math.floor(instantOf(point, nowMs) / 1000);
  return snapshots.findLast((s) => {
    const began = Math.floor(Date.parse(s.time ?? "") / 1000);
    return s.complete && (Number.isNaN(began) ? s.stamp <= limit : began <= second);
  })?.stamp;
}

/** The run that `text` names; throws `usage` when it is no point, `no_such_snapshot` when no run answers. */
export function resolvePoint(text: string, snapshots: readonly RunMark[], nowMs: number): Stamp {
  const point = parsePoint(text);
  const chosen = choosePoint(point, snapshots, nowMs);
  if (chosen !== undefined) return chosen;
  const { cause, hint } = whyNone(point, snapshots, nowMs);
  throw new HikaeError("no_such_snapshot", `choose snapshot "${text.trim()}": ${cause}`, { hint });
}

function timePoint(parts: RegExpExecArray): Point | undefined {
  const [, year = "", month = "", day = "", hour, minute = "00", second = "00", zone] = parts;
  const clock = hour === undefined ? "235959" : `${hour}${minute}${second}`;
  const stamp = parseStamp(`${year}${month}${day}_${clock}`);
  if (stamp === undefined) return undefined;
  if (zone === undefined) return { kind: "wall", stamp };
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}${zone.toUpperCase()}`;
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? undefined : { kind: "instant", ms };
}

/** The last stamp that a time allows; undefined when it lies before the calendar of stamps. */
function limitOf(
  point: Exclude<Point, { kind: "stamp" | "latest" }>,
  nowMs: number,
): Stamp | undefined {
  if (point.kind === "wall") return point.stamp;
  const ms = instantOf(point, nowMs);
  // An age of a million years leaves the range of dates; the text of such a stamp would not sort.
  return new Date(ms).getFullYear() >= 0 ? stampOf(ms) : undefined;
}

function instantOf(point: Extract<Point, { kind: "instant" | "age" }>, nowMs: number): number {
  return point.kind === "instant" ? point.ms : before(nowMs, point.age);
}

function whyNone(
  point: Point,
  snapshots: readonly RunMark[],
  nowMs: number,
): { cause: string; hint: string } {
  const finished = snapshots.filter((s) => s.complete);
  const [oldest, newest] = [finished[0]?.stamp, finished.at(-1)?.stamp];
  if (oldest === undefined || newest === undefined) {
    const interrupted = snapshots.at(-1)?.stamp;
    return {
      cause: "there is no finished backup",
      hint: interrupted === undefined
        ? "make one with hikae backup"
        : `name the interrupted run by its stamp, ${interrupted}, or run the backup again`,
    };
  }
  const range = oldest === newest
    ? `the only one is ${oldest}`
    : `the oldest is ${oldest}, the newest ${newest}`;
  if (point.kind === "latest") {
    const count = finished.length === 1 ? "is 1 snapshot" : `are ${finished.length} snapshots`;
    return { cause: `there ${count}`, hint: range };
  }
  if (point.kind !== "stamp") {
    const limit = limitOf(point, nowMs);
    const when = limit === undefined ? "at that time or before" : `at ${limit} or before`;
    return { cause: `there is none ${when}`, hint: range };
  }
  const below = snapshots.findLast((s) => s.stamp < point.stamp)?.stamp;
  const above = snapshots.find((s) => s.stamp > point.stamp)?.stamp;
  const near = [below, above].filter((s) => s !== undefined).join(" and ");
  return { cause: "there is no run of that stamp", hint: `nearest: ${near}; ${range}` };
}
