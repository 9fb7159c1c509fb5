/** Whole numbers on the command line. @module */

import { HikaeError } from "../base/errors.ts";
import { text } from "../text/text.ts";

/** A whole number from 0; throws `usage` with the flag's name. */
export function parseCount(given: string, flag: string): number {
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw new HikaeError("usage", text("input.whole", { flag, given }), {
    hint: text("input.whole-hint", { flag }),
  });
}
