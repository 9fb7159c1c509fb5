/** The flags `--keep-…` that choose snapshots. @module */

import { parsePeriod } from "../../base/duration.ts";
import { HikaeError } from "../../base/errors.ts";
import { type KeepPolicy, parseKeepCount } from "../../engine/retention.ts";
import { text } from "../../text/text.ts";
import type { Parsed } from "../command.ts";

const COUNTED = ["last", "hourly", "daily", "weekly", "monthly", "yearly"] as const;
const TIMED = [
  ["within", "keep-within"],
  ["withinHourly", "keep-within-hourly"],
  ["withinDaily", "keep-within-daily"],
  ["withinWeekly", "keep-within-weekly"],
  ["withinMonthly", "keep-within-monthly"],
  ["withinYearly", "keep-within-yearly"],
] as const;

/** The flags that take a period. */
export const PERIOD_FLAGS: readonly string[] = TIMED.map(([, flag]) => flag);

/** The rules that the line has. */
export function policyOfFlags(parsed: Parsed): KeepPolicy {
  const policy: KeepPolicy = {};
  for (const rule of COUNTED) {
    const text = parsed.get(`keep-${rule}`);
    if (text !== undefined) policy[rule] = parseKeepCount(text, `--keep-${rule}`);
  }
  const number = parsed.get("snapshot-number");
  if (number !== undefined) {
    if (policy.last !== undefined) {
      throw new HikaeError("usage", text("thinning.same-rule"), {
        hint: text("thinning.same-rule-hint"),
      });
    }
    policy.last = parseKeepCount(number, "--snapshot-number");
  }
  for (const [rule, flag] of TIMED) {
    const text = parsed.get(flag);
    if (text !== undefined) policy[rule] = parsePeriod(text, `--${flag}`);
  }
  return policy;
}

/** There is no rule. */
export function noRule(): HikaeError {
  return new HikaeError("usage", text("thinning.no-rule"), {
    hint: text("thinning.no-rule-hint"),
  });
}
