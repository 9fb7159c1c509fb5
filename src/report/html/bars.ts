/** Runs as bars: each its own, or by day, week, month or year when they are many. Pure. @module */

import type { Amount, ReportRun } from "../../base/report_data.ts";
import type { Stamp } from "../../base/stamp.ts";
import { counted, dateOf, timeOf, whole } from "./numbers.ts";

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

const PERIODS: readonly { one: string; of: (stamp: Stamp) => string }[] = [
  { one: "run", of: timeOf },
  { one: "day", of: dateOf },
  { one: "week", of: (s) => `week of ${monday(s)}` },
  { one: "month", of: (s) => dateOf(s).slice(0, 7) },
  { one: "year", of: (s) => s.slice(0, 4) },
];

/** The bars, oldest first, and what each stands for. */
export function barsOf(runs: readonly ReportRun[]): { bars: Bar[]; per: string } {
  for (const { one, of } of PERIODS) {
    // runs of one minute keep a bar each
    const key = one === "run" ? (r: ReportRun): string => r.stamp : (r: ReportRun) => of(r.stamp);
    const groups = Map.groupBy(runs, key);
    if (groups.size > MOST && one !== "year") continue;
    return { bars: [...groups.values()].map((g) => bar(g, of)), per: one };
  }
  return { bars: [], per: "run" };
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
  const parts = [
    `${b.label}${b.runs > 1 ? ` (${counted(b.runs, "run")})` : ""}:`,
    `new ${amount(b.new)},`,
    `changed ${amount(b.changed)},`,
    `deleted ${amount(b.deleted)}`,
    ...(b.failed > 0 ? [`, ${whole(b.failed)} failed`] : []),
  ];
  return parts.join(" ").replace(" ,", ",");
}
