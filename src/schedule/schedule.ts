/**
 * When a job runs: `--daily 09:00,21:00`, `--hourly`, `--weekly "mon-fri 03:00"`, `--every 30m`, `--on-login`,
 * `--on-drive NAME`.
 * @module
 */

import { HikaeError } from "../base/errors.ts";
import { formatDuration, parseDuration } from "../base/duration.ts";
import { text } from "../text/text.ts";

/** The days of the week as the flags name them; the index is that of cron and of `Date.getDay`. */
export const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

/** A day of the week. */
export type Weekday = typeof WEEKDAYS[number];

/** A time of day. */
export interface TimeOfDay {
  hour: number;
  minute: number;
}

/** Times of day on some days of the week; without days on every day. */
export interface CalendarTimes {
  days: readonly Weekday[];
  times: readonly TimeOfDay[];
}

/** When a job runs. */
export type Schedule =
  | { kind: "calendar"; at: readonly CalendarTimes[] }
  | { kind: "hourly" }
  | { kind: "every"; minutes: number }
  | { kind: "onLogin" }
  /** When a drive is plugged in: a mount point or a label, on Windows a letter with its colon. */
  | { kind: "onDrive"; drive: string };

/** The flags of which exactly one says when; `daily` and `weekly` may be given several times. */
export interface ScheduleFlags {
  daily?: readonly string[];
  hourly?: boolean;
  weekly?: readonly string[];
  every?: string | undefined;
  onLogin?: boolean;
  onDrive?: string | undefined;
}

/** The schedule that the flags ask for; `usage` error when there is none, or more than one kind. */
export function parseSchedule(flags: ScheduleFlags): Schedule {
  const found: Schedule[] = [];
  const { daily = [], weekly = [] } = flags;
  if (daily.length > 0) found.push({ kind: "calendar", at: daily.map(parseDaily) });
  if (flags.hourly === true) found.push({ kind: "hourly" });
  if (weekly.length > 0) found.push({ kind: "calendar", at: weekly.map(parseWeekly) });
  if (flags.every !== undefined) found.push(parseEvery(flags.every));
  if (flags.onLogin === true) found.push({ kind: "onLogin" });
  if (flags.onDrive !== undefined) {
    found.push({ kind: "onDrive", drive: parseDrive(flags.onDrive) });
  }
  const [schedule] = found;
  if (schedule !== undefined && found.length === 1) return schedule;
  throw new HikaeError(
    "usage",
    text(found.length === 0 ? "schedule.no-time" : "schedule.two-times"),
    { hint: text("schedule.times-hint") },
  );
}

/** The schedule in words, for lists and descriptions. */
export function describeSchedule(s: Schedule): string {
  switch (s.kind) {
    case "calendar":
      return s.at.map(({ days, times }) => atText(days, times.map(clockTime).join(", "))).join(
        "; ",
      );
    case "hourly":
      return text("schedule.every-hour");
    case "every":
      return text("schedule.every", {
        period: formatDuration({ years: 0, months: 0, days: 0, ms: s.minutes * 60_000 }),
      });
    case "onLogin":
      return text("schedule.at-login");
    case "onDrive":
      return text("schedule.on-drive", { drive: s.drive });
  }
}

function atText(days: readonly string[], times: string): string {
  return days.length === 0
    ? text("schedule.daily", { times })
    : text("schedule.on-days", { days: days.join(", "), times });
}

/** `HH:MM` of a time of day. */
export function clockTime(at: TimeOfDay): string {
  return `${String(at.hour).padStart(2, "0")}:${String(at.minute).padStart(2, "0")}`;
}

function parseTime(given: string, flag: string): TimeOfDay {
  const parts = /^(\d{1,2}):(\d{2})$/.exec(given.trim());
  const hour = Number(parts?.[1] ?? NaN);
  const minute = Number(parts?.[2] ?? NaN);
  if (hour < 24 && minute < 60) return { hour, minute };
  throw new HikaeError("usage", text("schedule.bad-time", { flag, given }), {
    hint: text("schedule.bad-time-hint"),
  });
}

function parseDaily(given: string): CalendarTimes {
  const words = given.split(/[\s,]+/).filter((word) => word !== "");
  return { days: [], times: inOrder(words.length === 0 ? [given] : words, "--daily") };
}

/** Days (`sun`, `mon,wed`, `mon-fri`), then times. */
function parseWeekly(given: string): CalendarTimes {
  const words = given.split(/[\s@,]+/).filter((word) => word !== "");
  const first = words.findIndex((word) => /^\d/.test(word));
  const days = (first < 0 ? words : words.slice(0, first)).map(daysOf);
  if (first < 1 || days.some((d) => d === undefined)) {
    throw new HikaeError("usage", text("schedule.no-day", { given }), {
      hint: text("schedule.no-day-hint", { days: WEEKDAYS.join(" ") }),
    });
  }
  const chosen = new Set(days.flatMap((d) => d ?? []));
  return {
    days: WEEKDAYS.filter((d) => chosen.has(d)),
    times: inOrder(words.slice(first), "--weekly"),
  };
}

/** The times, each once, earliest first. */
function inOrder(words: readonly string[], flag: string): TimeOfDay[] {
  const times = words.map((word) => parseTime(word, flag));
  const byClock = new Map(times.map((t) => [clockTime(t), t]));
  return [...byClock].sort(([a], [b]) => a < b ? -1 : 1).map(([, t]) => t);
}

function daysOf(word: string): Weekday[] | undefined {
  const [from, to, ...more] = word.split("-").map(dayOf);
  if (from === undefined || more.length > 0) return undefined;
  if (!word.includes("-")) return [from];
  if (to === undefined) return undefined;
  const days: Weekday[] = [];
  for (let i = WEEKDAYS.indexOf(from);; i = (i + 1) % 7) {
    const day = WEEKDAYS[i] ?? from;
    days.push(day);
    if (day === to) return days;
  }
}

function dayOf(given: string): Weekday | undefined {
  const word = given.toLowerCase();
  return WEEKDAYS.find((d) => word === d || word === `${d}day` || FULL[d] === word);
}

function parseDrive(given: string): string {
  // as Explorer and a shell complete it
  const drive = given.trim().replace(/^([A-Za-z]:)[\\/]+$/, "$1");
  if (drive !== "" && !/\p{Cc}/u.test(drive) && !/^[-.]/.test(drive)) return drive;
  throw new HikaeError("usage", text("schedule.no-drive", { given }), {
    hint: text("schedule.no-drive-hint"),
  });
}

const FULL: Readonly<Partial<Record<Weekday, string>>> = {
  tue: "tuesday",
  wed: "wednesday",
  thu: "thursday",
  sat: "saturday",
};

function parseEvery(given: string): Schedule {
  const d = parseDuration(given, "--every");
  const minutes = (d.days * 86_400_000 + d.ms) / 60_000;
  const whole = Number.isInteger(minutes) && d.years === 0 && d.months === 0;
  if (whole && minutes >= 1 && minutes <= 31 * 24 * 60) return { kind: "every", minutes };
  throw new HikaeError("usage", text("schedule.no-every", { given }), {
    hint: text("schedule.no-every-hint"),
  });
}
