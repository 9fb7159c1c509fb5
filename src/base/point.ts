/**
 * Points in time as people write them: a stamp, `latest`, `latest~2`, `2026-11-20`, `2026-11-20 18:00`, an
 * RFC 3339 time, an age such as `3d`. A point chooses one run of a vault (`docs/points.md`).
 * @module
 */

import { before, type Duration, tryParseDuration } from "./duration.ts";
import { HikaeError } from "./errors.ts";
import { type SpokenDay, spokenStamp, trySpokenAge, trySpokenDay } from "./spoken_time.ts";
import { parseStamp, type Stamp, stampOf } from "./stamp.ts";
import { text } from "../text/text.ts";

/** A point in time that a person named. */
export type Point =
  /** Exactly this run, interrupted or not. */
  | { readonly kind: "stamp"; readonly stamp: Stamp }
  /** The newest finished run, or the one so many finished runs before it. */
  | { readonly kind: "latest"; readonly back: number }
  /** The newest finished run not after this wall-clock time; `ms` is the part of its last second. */
  | { readonly kind: "wall"; readonly stamp: Stamp; readonly ms: number }
  /** The same for a day in words, which the clock makes a time of. */
  | { readonly kind: "spoken"; readonly day: SpokenDay }
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
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)?)?$/;

/** Reads a point in time; undefined when `text` is none. */
export function tryParsePoint(text: string): Point | undefined {
  const stamp = parseStamp(text);
  if (stamp !== undefined) return { kind: "stamp", stamp };
  const latest = LATEST.exec(text);
  if (latest !== null) return { kind: "latest", back: Number(latest[1] ?? 0) };
  const time = TIME.exec(text);
  if (time !== null) return timePoint(time);
  const day = trySpokenDay(text);
  if (day !== undefined) return { kind: "spoken", day };
  const age = tryParseDuration(text) ?? trySpokenAge(text);
  return age === undefined ? undefined : { kind: "age", age };
}

/** Reads a point in time; throws a `usage` error when `text` is none. */
export function parsePoint(written: string): Point {
  const point = tryParsePoint(written.trim());
  if (point !== undefined) return point;
  throw new HikaeError("usage", text("point.none", { written }), {
    hint: text("point.examples"),
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
  if (point.kind === "wall" || point.kind === "spoken") {
    const wall = { stamp: limit, ms: point.kind === "wall" ? point.ms : WHOLE };
    return snapshots.findLast((s) => s.complete && isWithin(s, wall))?.stamp;
  }
  // stamps are of the time zone that wrote them, and in the hour that comes twice they are of neither
  const last = instantOf(point, nowMs);
  return snapshots.findLast((s) => {
    const began = Date.parse(s.time ?? "");
    return s.complete && (Number.isNaN(began) ? s.stamp <= limit : began <= last);
  })?.stamp;
}

/** A run that began in the very second is held against the part of it, where that is known. */
function isWithin(run: RunMark, wall: { stamp: Stamp; ms: number }): boolean {
  if (run.stamp !== wall.stamp || wall.ms === WHOLE) return run.stamp <= wall.stamp;
  const began = Date.parse(run.time ?? "");
  return Number.isNaN(began) || began % 1000 <= wall.ms;
}

/**
 * The run that a text names; throws `usage` when it is no point, `no_such_snapshot` when no run answers.
 */
export function resolvePoint(
  written: string,
  snapshots: readonly RunMark[],
  nowMs: number,
): Stamp {
  const point = parsePoint(written);
  const chosen = choosePoint(point, snapshots, nowMs);
  if (chosen !== undefined) return chosen;
  const { cause, hint } = whyNone(point, snapshots, nowMs);
  const message = text("point.choose", { written: written.trim(), cause });
  throw new HikaeError("no_such_snapshot", message, { hint });
}

/** A time without a part of a second means all of that second. */
const WHOLE = 999;

function timePoint(parts: RegExpExecArray): Point | undefined {
  const [, year = "", month = "", day = "", hour, minute = "00", second = "00", part, zone] = parts;
  const clock = hour === undefined ? "235959" : `${hour}${minute}${second}`;
  const stamp = parseStamp(`${year}${month}${day}_${clock}`);
  if (stamp === undefined) return undefined;
  const ms = part === undefined ? WHOLE : Math.floor(Number(`0${part}`) * 1000);
  if (zone === undefined) return { kind: "wall", stamp, ms };
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}${zone.toUpperCase()}`;
  const instant = Date.parse(iso) + ms;
  return Number.isNaN(instant) ? undefined : { kind: "instant", ms: instant };
}

type Instant = Extract<Point, { kind: "instant" | "age" }>;

/** The last stamp that a time allows; undefined when it lies before the calendar of stamps. */
function limitOf(
  point: Exclude<Point, { kind: "stamp" | "latest" }>,
  nowMs: number,
): Stamp | undefined {
  if (point.kind === "wall") return point.stamp;
  if (point.kind === "spoken") return spokenStamp(point.day, nowMs);
  const ms = instantOf(point, nowMs);
  // An age of a million years leaves the range of dates; the text of such a stamp would not sort.
  return new Date(ms).getFullYear() >= 0 ? stampOf(ms) : undefined;
}

/** The last ms of an instant; an age counts by whole seconds. */
function instantOf(point: Instant, nowMs: number): number {
  if (point.kind === "instant") return point.ms;
  return Math.floor(before(nowMs, point.age) / 1000) * 1000 + WHOLE;
}

function whyNone(
  point: Point,
  snapshots: readonly RunMark[],
  nowMs: number,
): { cause: string; hint: string } {
  const finished = snapshots.filter((s) => s.complete);
  const [oldest, newest] = [finished[0]?.stamp, finished.at(-1)?.stamp];
  if (oldest === undefined || newest === undefined) {
    const stamp = snapshots.at(-1)?.stamp;
    return {
      cause: text("point.no-backup"),
      hint: stamp === undefined
        ? text("point.make-one")
        : text("point.interrupted-only", { stamp }),
    };
  }
  const range = oldest === newest
    ? text("point.only", { stamp: oldest })
    : text("point.range", { oldest, newest });
  if (point.kind === "latest") {
    return { cause: text("point.so-many", { n: finished.length }), hint: range };
  }
  if (point.kind !== "stamp") {
    const limit = limitOf(point, nowMs);
    const cause = limit === undefined
      ? text("point.none-then")
      : text("point.none-before", { time: stampText(limit) });
    return { cause, hint: range };
  }
  const below = snapshots.findLast((s) => s.stamp < point.stamp)?.stamp;
  const above = snapshots.find((s) => s.stamp > point.stamp)?.stamp;
  const near = [below, above].filter((s) => s !== undefined).join(", ");
  return { cause: text("point.no-such-stamp"), hint: text("point.nearest", { near, range }) };
}

/** A stamp as a time that people read. */
function stampText(s: Stamp): string {
  const date = `${s.slice(0, 4)}-${s.slice(4, 6)}-${s.slice(6, 8)}`;
  return `${date} ${s.slice(9, 11)}:${s.slice(11, 13)}:${s.slice(13)}`;
}
