/** What changed between two texts, line by line, within bounds. @module */

import { diffLines } from "diff";
import type { DiffLine } from "./pages/file.ts";

/** Larger texts are not compared, in bytes. */
export const MOST_COMPARED = 1 << 20;

/** How long a comparison may take, ms. */
const LONGEST = 2000;

/** The lines of both texts in one order; undefined when they differ too much to be compared in time. */
export function compareTexts(before: string, after: string): DiffLine[] | undefined {
  const changes = diffLines(before, after, { timeout: LONGEST });
  return changes?.flatMap(({ value, added, removed }) => {
    const kind = added ? "added" as const : removed ? "removed" as const : "same" as const;
    return value.replace(/\n$/, "").split("\n").map((text) => ({ kind, text }));
  });
}
