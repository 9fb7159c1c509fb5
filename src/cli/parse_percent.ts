/** Shares as people write them: `5%`, or `5`. Pure. @module */

import { HikaeError } from "../base/errors.ts";
import { text } from "../text/text.ts";

/** A share as a part of one, more than 0 and at most 1; throws a `usage` error that names `what`. */
export function parsePercent(given: string, what: string): number {
  const m = /^(\d+(?:\.\d+)?)\s*%?$/.exec(given.trim());
  const percent = m === null ? Number.NaN : Number(m[1]);
  if (percent > 0 && percent <= 100) return percent / 100;
  throw new HikaeError("usage", text("input.share", { what, given }), {
    hint: text("input.share-hint"),
  });
}

/** The same, where 0 turns something off. */
export function parsePercentOrNone(given: string, what: string): number {
  return /^0+(\.0+)?\s*%?$/.test(given.trim()) ? 0 : parsePercent(given, what);
}
