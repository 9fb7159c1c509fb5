/** Whole numbers on the command line. @module */

import { HikaeError } from "../base/errors.ts";

/** A whole number from 0; throws `usage` with the flag's name. */
export function parseCount(text: string, flag: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new HikaeError("usage", `${flag}: "${text}" is not a whole number`, {
    hint: `type ${flag} 10`,
  });
}
