/**
 * Times as people say them: `now`, `today`, `yesterday 18:00`, `last monday`, `2 days ago`. What they come to is known
 * only with the clock at hand. Pure.
 * @module
 */

import { type Duration, tryParseDuration } from "./duration.ts";
import { parseStamp, type Stamp, stampOf } from "./stamp.ts";

/** A day counted from today, and a time on it. */
export interface SpokenDay {
  /** How many days back, or which weekday (0 is Sunday) of the seven days before today. */
  readonly day: { readonly back: number } | { readonly weekday: number };
  /** Six digits, as in a stamp; a day alone means its last second. */
  readonly clock: string;
}

const DAY =
  /^(?:(today)|(yesterday)|last (sun|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?)(?:day)?)(?: (\d?\d):(\d\d)(?::(\d\d))?)?$/;
const WEEKDAYS = ["su", "mo", "tu", "we", "th", "fr", "sa"];
const AGO = /^(\d{1,9}|an?) (second|minute|hour|day|week|month|year)s? ago$/;
const UNITS: Readonly<Record<string, string>> = {
  second: "s",
  minute: "m",
  hour: "h",
  day: "d",
  week: "w",
  month: "mo",
  year: "y",
};

/** Reads a day with or without a time (`yesterday 18:00`); undefined when `text` is none. */
export function trySpokenDay(text: string): SpokenDay | undefined {
  const parts = DAY.exec(text.toLowerCase());
  if (parts === null) return undefined;
  const [, today, yesterday, weekday = "", hour, minute = "", second = "00"] = parts;
  const clock = hour === undefined ? "235959" : `${hour.padStart(2, "0")}${minute}${second}`;
  if (parseStamp(`20000101_${clock}`) === undefined) return undefined;
  if (today !== undefined) return { day: { back: 0 }, clock };
  if (yesterday !== undefined) return { day: { back: 1 }, clock };
  return { day: { weekday: WEEKDAYS.indexOf(weekday.slice(0, 2)) }, clock };
}

/** Reads an age in words (`2 days ago`, `an hour ago`, `now`); undefined when `text` is none. */
export function trySpokenAge(text: string): Duration | undefined {
  const words = text.toLowerCase();
  if (words === "now") return { years: 0, months: 0, days: 0, ms: 0 };
  const [, count = "", unit = ""] = AGO.exec(words) ?? [];
  if (unit === "") return undefined;
  return tryParseDuration(`${/^\d/.test(count) ? count : 1}${UNITS[unit]}`);
}

/** The wall-clock time that a day in words comes to, as a stamp. */
export function spokenStamp({ day, clock }: SpokenDay, nowMs: number): Stamp {
  const date = new Date(nowMs);
  // "last monday" on a Monday is the one a week ago
  const back = "back" in day ? day.back : (date.getDay() - day.weekday + 6) % 7 + 1;
  // at noon no change of the clocks makes another day of it
  const then = new Date(date.getFullYear(), date.getMonth(), date.getDate() - back, 12).getTime();
  return `${stampOf(then).slice(0, 8)}_${clock}` as Stamp;
}
