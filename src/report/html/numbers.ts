/** Numbers and times as the page writes them. Pure. @module */

import type { Stamp } from "../../base/stamp.ts";

/** A whole number in groups of three, as every message has it: `26,925`. */
export function whole(n: number): string {
  return String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** The date of a stamp. */
export function dateOf(stamp: Stamp): string {
  return `${stamp.slice(0, 4)}-${stamp.slice(4, 6)}-${stamp.slice(6, 8)}`;
}

/** The date and the time, to the minute, of a stamp. */
export function timeOf(stamp: Stamp): string {
  return `${dateOf(stamp)} ${stamp.slice(9, 11)}:${stamp.slice(11, 13)}`;
}

/** The same to the second. */
function secondOf(stamp: Stamp): string {
  return `${timeOf(stamp)}:${stamp.slice(13, 15)}`;
}

/** How the times of these stamps are written: to the second for all of them where two share a minute. */
export function timesOf(stamps: readonly Stamp[]): (stamp: Stamp) => string {
  return new Set(stamps.map(timeOf)).size === new Set(stamps).size ? timeOf : secondOf;
}

const STEPS = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** The first round whole number that is not below `n`: where an axis may end. */
export function niceCount(n: number): number {
  if (n <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(n));
  return STEPS.map((m) => Math.round(m * power * 10) / 10)
    .find((m) => m >= n && Number.isInteger(m)) ?? n;
}

/** The same for bytes, in their own units. */
export function niceBytes(n: number): number {
  if (n <= 1024) return niceCount(n);
  const unit = 1024 ** Math.floor(Math.log2(n) / 10);
  const value = niceCount(n / unit);
  return value >= 1000 ? 1024 * unit : value * unit;
}
