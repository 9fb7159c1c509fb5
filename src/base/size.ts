/** Sizes in bytes: `500`, `10K`, `10MB`, `1.5GiB`; all units are powers of 1024, as in restic. @module */

import { HikaeError } from "./errors.ts";
import { text } from "../text/text.ts";

const UNITS = "KMGTP";

/** Reads a size in bytes; undefined when `given` is none. */
export function tryParseSize(given: string): number | undefined {
  const m = /^(\d+(?:\.\d+)?)\s*([KMGTP])?(?:i?B)?$/i.exec(given.trim());
  if (m === null) return undefined;
  const power = m[2] === undefined ? 0 : UNITS.indexOf(m[2].toUpperCase()) + 1;
  const bytes = Math.round(Number(m[1]) * 1024 ** power);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Reads a size in bytes; throws a `usage` error that names `what` when `given` is none. */
export function parseSize(given: string, what: string): number {
  const size = tryParseSize(given);
  if (size !== undefined) return size;
  throw new HikaeError("usage", text("input.size", { what, given }), {
    hint: text("input.size-hint"),
  });
}

/** Writes a number of bytes for people: `1.5 GiB`. */
export function formatSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  let value = bytes;
  let unit = -1;
  while (value >= 1023.95 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(value < 10 ? 2 : 1)} ${UNITS[unit] ?? ""}iB`;
}
