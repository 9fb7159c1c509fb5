/** Runs as bars: each its own, or by day, week, month or year when they are many. Pure. @module */

import type { Amount, ReportRun } from "../../base/report_data.ts";
import type { Stamp } from "../../base/stamp.ts";
import { type PlainTextId, text } from "../../text/text.ts";
import { dateOf, timesOf } from "./numbers.ts";

/** What one bar stands for. */
export interface Bar {
  /** When, in words. */
  label: string;
  runs: number;
  new: Amount;
  changed: Amount;
  deleted: Amount;
  failed: number;
}

/** More bars than these cannot be told apart on a phone. */
const MOST = 60;

interface BarPeriod {
  /** What is said of the bars. */
  said: PlainTextId;
  /** What has the same text shares a bar. */
  of: (stamp: Stamp) => string;
}

const RUN: BarPeriod = { said: "page.per-run", of: (stamp) => stamp };
const YEAR: BarPeriod = { said: "page.per-year", of: (s) => s.slice(0, 4) };
const PERIODS: readonly BarPeriod[] = [
  RUN,
  { said: "page.per-day", of: dateOf },
  { said: "page.per-week", of: (s) => text("page.week-of", { date: monday(s) }) },
  { said: "page.per-month", of: (s) => dateOf(s).slice(0, 7) },
  YEAR,
];

/** The bars, oldest first, and what each stands for, in words. */
export function barsOf(runs: readonly ReportRun[]): { bars: Bar[]; per: PlainTextId } {
  const groupsOf = ({ of }: BarPeriod): ReportRun[][] => [
    ...Map.groupBy(runs, (r) => of(r.stamp)).values(),
  ];
  const period = PERIODS.find((p) => groupsOf(p).length <= MOST) ?? YEAR;
  // runs of one minute keep a bar each, and seconds tell them apart
  const label = period === RUN ? timesOf(runs.map((r) => r.stamp)) : period.of;
  return { bars: groupsOf(period).map((group) => bar(group, label)), per: period.said };
}

function bar(group: readonly ReportRun[], label: (stamp: Stamp) => string): Bar {
  const amount = (key: "new" | "changed" | "deleted"): Amount => ({
    files: group.reduce((n, r) => n + r[key].files, 0),
    bytes: group.reduce((n, r) => n + r[key].bytes, 0),
  });
  return {
    label: group[0] === undefined ? "" : label(group[0].stamp),
    runs: group.length,
    new: amount("new"),
    changed: amount("changed"),
    deleted: amount("deleted"),
    failed: group.reduce((n, r) => n + r.failed, 0),
  };
}

function monday(stamp: Stamp): string {
  const day = new Date(`${dateOf(stamp)}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - (day.getUTCDay() + 6) % 7);
  return day.toISOString().slice(0, 10);
}

/** A bar in words. */
export function barText(b: Bar, amount: (a: Amount) => string): string {
  const amounts = {
    when: b.label,
    added: amount(b.new),
    changed: amount(b.changed),
    deleted: amount(b.deleted),
  };
  const said = b.runs > 1
    ? text("page.bar-runs", { n: b.runs, ...amounts })
    : text("page.bar", amounts);
  return b.failed > 0 ? `${said}, ${text("page.n-failed", { n: b.failed })}` : said;
}
