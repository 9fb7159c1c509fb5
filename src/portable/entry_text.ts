/** How single values of an entry are written. @module */

const FIRST = Date.parse("0000-01-01T00:00:00.000Z");
const LAST = Date.parse("9999-12-31T23:59:59.999Z");

/** A time as RFC 3339 in UTC with ms; one that RFC 3339 cannot say becomes the nearest that it can. */
export function timeText(ms: number): string {
  return new Date(Math.min(LAST, Math.max(FIRST, ms))).toISOString();
}

/** Permission bits in octal, as `chmod` takes them. */
export function modeText(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}
