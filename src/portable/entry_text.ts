/** How single values of an entry are written. @module */

const FIRST = Date.parse("0000-01-01T00:00:00.000Z");
const LAST = Date.parse("9999-12-31T23:59:59.999Z");

/** A time as RFC 3339 in UTC with ms; one that RFC 3339 cannot say becomes the nearest that it can. */
export function timeText(ms: number): string {
  return new Date(Math.min(LAST, Math.max(FIRST, ms))).toISOString();
}

/**
 * The instant of an RFC 3339 text in ms since 1970 (finer digits are cut off); undefined when it is no such text, or names
 * a day or a time of day that there is not (`2026-02-30`, `24:00:00`, `:60`).
 */
export function parseTime(text: string): number | undefined {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-](\d\d):(\d\d))$/.exec(
    text,
  );
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as number[];
  const [offsetHour, offsetMinute] = [Number(parts[9] ?? 0), Number(parts[10] ?? 0)];
  if (Math.max(hour ?? 24, offsetHour) > 23) return undefined;
  if (Math.max(minute ?? 60, second ?? 60, offsetMinute) > 59) return undefined;
  // a day too many comes out as one of the month after
  const date = new Date(`${parts[1]}-${parts[2]}-${parts[3]}T00:00:00.000Z`);
  const real = date.getUTCFullYear() === year && date.getUTCMonth() + 1 === month &&
    date.getUTCDate() === day;
  const value = real ? Date.parse(text) : NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** Permission bits in octal, as `chmod` takes them. */
export function modeText(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}
