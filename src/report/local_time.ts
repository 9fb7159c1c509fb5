/** An instant as people read it. Pure. @module */

import { stampOf } from "../base/stamp.ts";

/** An instant in local time, `2026-11-20 18:00:00`; a year may have more than four digits. */
export function localTime(ms: number): string {
  const s = stampOf(ms);
  const [year, rest] = [s.slice(0, -11), s.slice(-11)];
  const date = `${year}-${rest.slice(0, 2)}-${rest.slice(2, 4)}`;
  return `${date} ${rest.slice(5, 7)}:${rest.slice(7, 9)}:${rest.slice(9)}`;
}
