/** When a line of a crontab is due next. Pure. @module */

import { stampOf } from "../base/stamp.ts";

const MINUTE_MS = 60_000;
/** A weekly line is due within eight days, whatever the clocks do meanwhile. */
const MINUTES_AHEAD = 8 * 24 * 60;

/** The next time of the lines of a job; undefined when one of them is not hikae's own. */
export function nextOfLines(lines: string, now: number): string | undefined {
  const all = lines.split("\n").map((line) => nextOfCron(line, now));
  return all.some((at) => at === undefined) ? undefined : all.sort()[0];
}

/** The next local time (`yyyy-MM-dd HH:mm`) of the five fields, undefined for what hikae does not write itself. */
export function nextOfCron(fields: string, now: number): string | undefined {
  const [minute, hour, day, month, weekday, ...more] = fields.split(/\s+/).map(matcher);
  if (more.length > 0 || fields.split(/\s+/).slice(2, 4).join("") !== "**") return undefined;
  if (!minute || !hour || !day || !month || !weekday) return undefined;
  const first = (Math.floor(now / MINUTE_MS) + 1) * MINUTE_MS;
  for (let at = first; at < first + MINUTES_AHEAD * MINUTE_MS; at += MINUTE_MS) {
    const local = new Date(at);
    if (!minute(local.getMinutes()) || !hour(local.getHours())) continue;
    if (!weekday(local.getDay())) continue;
    const s = stampOf(at);
    const date = `${s.slice(0, 4)}-${s.slice(4, 6)}-${s.slice(6, 8)}`;
    return `${date} ${s.slice(9, 11)}:${s.slice(11, 13)}`;
  }
  return undefined;
}

/** What a field lets through: `*`, numbers, or a part of the whole. */
function matcher(field: string): ((n: number) => boolean) | undefined {
  if (field === "*") return () => true;
  const part = /^\*\/([1-9]\d?)$/.exec(field)?.[1];
  if (part !== undefined) return (n) => n % Number(part) === 0;
  if (!/^\d{1,2}(,\d{1,2})*$/.test(field)) return undefined;
  const numbers = new Set(field.split(",").map(Number));
  return (n) => numbers.has(n);
}
