/**
 * When a job runs: `--daily 21:00`, `--hourly`, `--weekly "sun 03:00"`, `--every 30m`, `--on-login`.
 * @module
 */

import { HikaeError } from "../base/errors.ts";
import { formatDuration, parseDuration } from "../base/duration.ts";

/** The days of the week as the flags name them; the index is that of cron and of `Date.getDay`. */
export const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

/** A day of the week. */
export type Weekday = typeof WEEKDAYS[number];

/** When a job runs. */
export type Schedule =
  | { kind: "daily"; hour: number; minute: number }
  | { kind: "hourly" }
  | { kind: "weekly"; day: Weekday; hour: number; minute: number }
  | { kind: "every"; minutes: number }
  | { kind: "onLogin" };

/** The flags of which exactly one says when. */
export interface ScheduleFlags {
  daily?: string | undefined;
  hourly?: boolean;
  weekly?: string | undefined;
  every?: string | undefined;
  onLogin?: boolean;
}

const NEED =
  'give exactly one of --daily HH:MM, --hourly, --weekly "DAY HH:MM", --every DURATION, --on-login';

/** The schedule that the flags ask for; `usage` error when there is none, or more than one. */
export function parseSchedule(flags: ScheduleFlags): Schedule {
  const found: Schedule[] = [];
  if (flags.daily !== undefined) {
    found.push({ kind: "daily", ...parseTime(flags.daily, "--daily") });
  }
  if (flags.hourly === true) found.push({ kind: "hourly" });
  if (flags.weekly !== undefined) found.push(parseWeekly(flags.weekly));
  if (flags.every !== undefined) found.push(parseEvery(flags.every));
  if (flags.onLogin === true) found.push({ kind: "onLogin" });
  const [schedule] = found;
  if (schedule !== undefined && found.length === 1) return schedule;
  const cause = found.length === 0 ? "no time given" : "more than one time given";
  throw new HikaeError("usage", `schedule: ${cause}`, { hint: NEED });
}

/** The schedule in words, for lists and descriptions. */
export function describeSchedule(s: Schedule): string {
  switch (s.kind) {
    case "daily":
      return `every day at ${clockTime(s)}`;
    case "hourly":
      return "every hour";
    case "weekly":
      return `every ${s.day} at ${clockTime(s)}`;
    case "every":
      return `every ${formatDuration({ years: 0, months: 0, days: 0, ms: s.minutes * 60_000 })}`;
    case "onLogin":
      return "at login";
  }
}

/** `HH:MM` of a time of day. */
export function clockTime(at: { hour: number; minute: number }): string {
  return `${String(at.hour).padStart(2, "0")}:${String(at.minute).padStart(2, "0")}`;
}

function parseTime(text: string, flag: string): { hour: number; minute: number } {
  const parts = /^(\d{1,2}):(\d{2})$/.exec(text.trim());
  const hour = Number(parts?.[1] ?? NaN);
  const minute = Number(parts?.[2] ?? NaN);
  if (hour < 24 && minute < 60) return { hour, minute };
  throw new HikaeError("usage", `${flag}: "${text}" is not a time of day`, {
    hint: "write it like 21:00, in 24 hours",
  });
}

function parseWeekly(text: string): Schedule {
  const parts = /^\s*(\p{L}+)[\s@,]+(\S+)\s*$/u.exec(text);
  const word = (parts?.[1] ?? "").toLowerCase();
  const day = WEEKDAYS.find((d) => word === d || word === `${d}day` || FULL[d] === word);
  if (parts === null || day === undefined) {
    throw new HikaeError("usage", `--weekly: "${text}" is not a day and a time`, {
      hint: `write it like "sun 03:00" (days: ${WEEKDAYS.join(" ")})`,
    });
  }
  return { kind: "weekly", day, ...parseTime(parts[2] ?? "", "--weekly") };
}

const FULL: Readonly<Partial<Record<Weekday, string>>> = {
  tue: "tuesday",
  wed: "wednesday",
  thu: "thursday",
  sat: "saturday",
};

function parseEvery(text: string): Schedule {
  const d = parseDuration(text, "--every");
  const minutes = (d.days * 86_400_000 + d.ms) / 60_000;
  const whole = Number.isInteger(minutes) && d.years === 0 && d.months === 0;
  if (whole && minutes >= 1 && minutes <= 31 * 24 * 60) return { kind: "every", minutes };
  throw new HikaeError("usage", `--every: "${text}" is not between 1m and 31d in whole minutes`, {
    hint: "for shorter intervals use: hikae job SOURCE VAULT --interval 10s",
  });
}
