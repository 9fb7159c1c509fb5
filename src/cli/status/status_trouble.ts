/** What is wrong with a vault, told by its records, for people who watch many of them. Pure. @module */

import type { VaultStatus } from "../../engine/query/status.ts";

/** The kinds of trouble, the worst first. */
export const TROUBLES = [
  "damaged",
  "late",
  "failing",
  "interrupted",
  "newer",
  "unproven",
  "locked",
  "growing",
  "unchecked",
] as const;

/** A kind of trouble. */
export type StatusTrouble = typeof TROUBLES[number];

/** What is known beside the records. */
export interface TroubleFacts {
  now: number;
  /** How the last run ended, as the line says it. */
  result: string;
  /** When the last good run was, ms. */
  good: number | undefined;
  /** The oldest that it may be (`--max-age`), ms since 1970; by the vault's own interval when undefined. */
  oldest: number | undefined;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Runs by hand, one after the other, are no rhythm. */
const LEAST_INTERVAL_MS = HOUR_MS;
/** A run adds many times what is usual, and not a trifle. */
const GROWING = { times: 10, least: 1 << 30, runs: 4 };
/** A run that holds its vault for longer hangs. */
const LOCKED_MS = DAY_MS;
/** Content that nobody has read for so long, or half of it never. */
const UNCHECKED_MS = 400 * DAY_MS;

/** True when the last good run is older than asked, or than three times what is usual here. */
export function isLate(
  status: VaultStatus | undefined,
  { now, good, oldest }: TroubleFacts,
): boolean {
  if (oldest !== undefined) return good === undefined || good < oldest;
  if (good === undefined || status?.interval === undefined) return false;
  return now - good > 3 * Math.max(status.interval, LEAST_INTERVAL_MS);
}

/** What is wrong, the worst first. */
export function troublesOf(status: VaultStatus | undefined, facts: TroubleFacts): StatusTrouble[] {
  const { now, result } = facts;
  const found = new Set<StatusTrouble>();
  if (isLate(status, facts)) found.add("late");
  if (["failed", "stopped", "incomplete"].includes(result)) found.add("failing");
  if (result === "interrupted") found.add("interrupted");
  if (status?.newer === true) found.add("newer");
  else if (status?.problemId === "bad_vault") found.add("damaged");
  if (status?.unproven === true) found.add("unproven");
  const { checked, last, good, added = [] } = status ?? {};
  if ((checked?.damaged ?? 0) > 0) found.add("damaged");
  if (status?.running === true && last !== undefined && now - Date.parse(last.time) > LOCKED_MS) {
    found.add("locked");
  }
  if (isGrowing(good?.summary?.bytes_added, added)) found.add("growing");
  if (typeof checked?.oldest === "number" && now - checked.oldest > UNCHECKED_MS) {
    found.add("unchecked");
  }
  return TROUBLES.filter((t) => found.has(t));
}

function isGrowing(newest: unknown, before: readonly number[]): boolean {
  if (typeof newest !== "number" || before.length < GROWING.runs) return false;
  const usual = [...before].sort((a, b) => a - b)[Math.floor(before.length / 2)] ?? 0;
  return newest >= GROWING.least && newest > GROWING.times * usual;
}

/** What the order of lines goes by. */
interface Ranked {
  trouble: readonly StatusTrouble[];
  good: number | undefined;
  reached: boolean;
}

/** What cannot be asked comes after what is damaged, before all else. */
const UNREACHED = 0.5;

/** Orders lines: the worst trouble first, more of it before less, then the oldest. */
export function byTrouble(a: Ranked, b: Ranked): number {
  const worst = ({ trouble, reached }: Ranked): number => {
    const first = trouble[0] === undefined ? TROUBLES.length : TROUBLES.indexOf(trouble[0]);
    return reached ? first : Math.min(first, UNREACHED);
  };
  return worst(a) - worst(b) || b.trouble.length - a.trouble.length ||
    (a.good ?? 0) - (b.good ?? 0);
}
