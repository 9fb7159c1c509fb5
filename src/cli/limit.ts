/** A limit of time on the command line. @module */

import { parseDuration } from "../base/duration.ts";
import { HikaeError } from "../base/errors.ts";
import { text } from "../text/text.ts";

/** The limit in ms; undefined for `0` and `none`. Days are 24 hours, months and years too vague. */
export function parseLimit(given: string, flag: string): number | undefined {
  if (given === "0" || given === "none") return undefined;
  const { years, months, days, ms } = parseDuration(given, flag);
  const limit = days * 86_400_000 + ms;
  if (years === 0 && months === 0 && limit > 0) return limit;
  throw new HikaeError("usage", text("limit.not-one", { flag, given }), {
    hint: text("limit.not-one-hint"),
  });
}
