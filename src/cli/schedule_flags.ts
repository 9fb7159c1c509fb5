/** The flags that say when. @module */

import { HikaeError } from "../base/errors.ts";
import { parseSchedule, type Schedule } from "../schedule/schedule.ts";
import type { Parsed } from "./command.ts";

/** `--weekly sun 03:00` reaches us as a flag and an argument: the two belong together. */
export function scheduleOf(parsed: Parsed, rest: readonly string[]): Schedule {
  let weekly = parsed.get("weekly");
  const [time, ...more] = rest;
  if (weekly !== undefined && time !== undefined && /^\p{L}+$/u.test(weekly)) {
    weekly = `${weekly} ${time}`;
  } else if (time !== undefined) more.unshift(time);
  if (more.length > 0) {
    throw new HikaeError(
      "usage",
      `schedule install: one job at a time, not also ${more.join(" ")}`,
    );
  }
  return parseSchedule({
    daily: parsed.get("daily"),
    hourly: parsed.has("hourly"),
    weekly,
    every: parsed.get("every"),
    onLogin: parsed.has("on-login"),
  });
}
