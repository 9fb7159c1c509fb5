/** Counts and durations in the texts of summaries: one way of writing them for all. Pure. @module */

import { formatSize } from "../base/size.ts";
import { text } from "../text/text.ts";
import type { summary } from "../text/en/summary.ts";

/** A text of a summary that says one count. */
type CountId = {
  [K in keyof typeof summary]: (typeof summary)[K] extends `{count} ${string}` ? K : never;
}[keyof typeof summary];

/** The number that a key of a message has; 0 where it has none. */
export function numberOf(m: Readonly<Record<string, unknown>>, key: string): number {
  return Number(m[key] ?? 0);
}

/** "3 new, 1 changed" of the counts that are not 0; "" when all are. */
export function countsText(counts: readonly (readonly [number, CountId])[]): string {
  return counts.filter(([n]) => n > 0).map(([count, id]) => text(id, { count })).join(", ");
}

/** The size that a key of a message has, for people. */
export function sizeOf(m: Readonly<Record<string, unknown>>, key: string): string {
  return formatSize(numberOf(m, key));
}

/** How long it took, to a tenth of a second. */
export function secondsOf(m: Readonly<Record<string, unknown>>): string {
  return numberOf(m, "total_duration").toFixed(1);
}
