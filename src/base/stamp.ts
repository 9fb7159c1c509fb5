/**
 * Stamps: the backup datetime `yyyyMMdd_HHmmss` in local time that names a run and bears on every mark
 * (spec §1, decision 2).
 * @module
 */

import { text } from "../text/text.ts";
import { HikaeError } from "./errors.ts";

declare const stampBrand: unique symbol;

/** A backup datetime such as `20261121_073816`; ordered like the strings. */
export type Stamp = string & { readonly [stampBrand]: true };

const PATTERN = /^(\d{4})(\d{2})(\d{2})_(\d{2})(\d{2})(\d{2})$/;

// records repeat one stamp on thousands of lines
let lastRead: Stamp | undefined;

/** Reads a stamp; undefined when `text` is none (also: a month 13, a day 31 in April). */
export function parseStamp(text: string): Stamp | undefined {
  if (text === lastRead) return lastRead;
  const parts = PATTERN.exec(text);
  if (parts === null) return undefined;
  // worked out without a date: a vault may have ten thousand of them
  const [year, month, day, hour, minute, second] = fieldsOf(parts);
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  if (!isDate || hour > 23 || minute > 59 || second > 59) return undefined;
  return lastRead = text as Stamp;
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** The stamp of an instant (ms since 1970) in the local time zone. */
export function stampOf(instantMs: number): Stamp {
  const d = new Date(instantMs);
  return join(
    d.getFullYear(),
    d.getMonth() + 1,
    d.getDate(),
    d.getHours(),
    d.getMinutes(),
    d.getSeconds(),
  );
}

/** The instant (ms since 1970) of a stamp's wall-clock time here; the earlier one where an hour repeats. */
export function stampToInstant(stamp: Stamp): number {
  const [year, month, day, hour, minute, second] = fieldsOf(partsOf(stamp));
  const date = new Date(2000, month - 1, day, hour, minute, second);
  date.setFullYear(year, month - 1, day);
  return date.getTime();
}

/** The same; the later one where an hour, or half of one, repeats. */
export function stampToLast(stamp: Stamp): number {
  const first = stampToInstant(stamp);
  const [again] = [60, 30].filter((minutes) => stampOf(first + minutes * 60_000) === stamp);
  return first + (again ?? 0) * 60_000;
}

/** The stamp one second of the calendar later, whatever the time zone does. */
export function nextStamp(stamp: Stamp): Stamp {
  return formatUtc(civil(partsOf(stamp)) + 1000);
}

/**
 * The stamp of a run that starts at `instantMs` in a vault whose newest stamp is `last` (decision 2). Throws where there is
 * none: after the year 9999 a stamp would be longer, and no reader would know it, nor what the run puts aside under it.
 */
export function runStamp(instantMs: number, last: Stamp | undefined): Stamp {
  const now = stampOf(instantMs);
  const stamp = parseStamp(last === undefined || now > last ? now : nextStamp(last));
  if (stamp !== undefined) return stamp;
  throw new HikaeError("failed", text("vault.no-later", { stamp: last ?? now }), {
    hint: text("vault.no-later-hint"),
  });
}

/** A stamp as a whole number (`20261121073816`), for the catalog. */
export function stampToNumber(stamp: Stamp): number {
  return Number(stamp.slice(0, 8) + stamp.slice(9));
}

/** The stamp that {@link stampToNumber} gave the number of. */
export function stampFromNumber(value: number): Stamp {
  const digits = String(value).padStart(14, "0");
  return `${digits.slice(0, 8)}_${digits.slice(8)}` as Stamp;
}

function partsOf(stamp: Stamp): RegExpExecArray {
  const parts = PATTERN.exec(stamp);
  if (parts === null) throw new RangeError(`not a stamp: ${stamp}`);
  return parts;
}

/** Year, month (from 1), day, hour, minute, second. */
function fieldsOf(parts: RegExpExecArray): [number, number, number, number, number, number] {
  return parts.slice(1).map(Number) as [number, number, number, number, number, number];
}

function civil(parts: RegExpExecArray): number {
  const [year, month, day, hour, minute, second] = fieldsOf(parts);
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second));
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime();
}

function formatUtc(civilMs: number): Stamp {
  const d = new Date(civilMs);
  return join(
    d.getUTCFullYear(),
    d.getUTCMonth() + 1,
    d.getUTCDate(),
    d.getUTCHours(),
    d.getUTCMinutes(),
    d.getUTCSeconds(),
  );
}

function join(y: number, mo: number, d: number, h: number, mi: number, s: number): Stamp {
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${String(y).padStart(4, "0")}${two(mo)}${two(d)}_${two(h)}${two(mi)}${two(s)}` as Stamp;
}
