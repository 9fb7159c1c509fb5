/** Shares as people write them: `5%`, or `5`. Pure. @module */

import { HikaeError } from "../base/errors.ts";

/** A share as a part of one, more than 0 and at most 1; throws a `usage` error that names `what`. */
export function parsePercent(text: string, what: string): number {
  const m = /^(\d+(?:\.\d+)?)\s*%?$/.exec(text.trim());
  const percent = m === null ? Number.NaN : Number(m[1]);
  if (percent > 0 && percent <= 100) return percent / 100;
  throw new HikaeError("usage", `${what} "${text}" is not a share`, { hint: "write it like 5%" });
}

/** The same, where 0 turns something off. */
export function parsePercentOrNone(text: string, what: string): number {
  return /^0+(\.0+)?\s*%?$/.test(text.trim()) ? 0 : parsePercent(text, what);
}
