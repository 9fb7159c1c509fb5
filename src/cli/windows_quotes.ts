/** A slip of Windows' own: in `"C:\my docs\"` the last backslash takes the quotation mark along. Pure. @module */

import { defined } from "../base/defined.ts";
import { HikaeError } from "../base/errors.ts";
import { text } from "../text/text.ts";

/**
 * The error with what to do about it, when a word of the line has swallowed what came after it. PowerShell completes
 * a directory with the backslash, so it is made often, and nothing in the message of the system tells of it.
 */
export function withWindowsQuoteHint(error: unknown, words: readonly string[]): unknown {
  if (!(error instanceof HikaeError)) return error;
  // the options of a plugin are JSON, and right
  const swallowed = words.find((word) => word.includes('"') && !/[{[]/.test(word));
  if (swallowed === undefined) return error;
  return new HikaeError(error.id, error.message, {
    ...defined({ path: error.path }),
    hint: text("windows.quote", { given: swallowed }),
    cause: error,
  });
}
