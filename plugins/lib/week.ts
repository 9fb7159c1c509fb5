/** The runs of a week, as `hikae:mail` keeps them at home and tells them in one mail. Pure. @module */

/** One run. */
export interface WeekRun {
  /** When it was, for people. */
  time: string;
  outcome: string;
  said: string;
}

/** The runs since a mail told of them. */
export interface Week {
  /** When the first of them was, or the last mail, ms since 1970. */
  since: number;
  runs: WeekRun[];
}

/** A week, in ms. */
const WEEK = 7 * 86_400_000;
/** More runs than a week has are told by their number. */
const MOST = 2000;

/** What was kept, with a run more; what cannot be read was nothing, and a week begins with its first run. */
export function withRun(kept: unknown, time: number, run: WeekRun): Week {
  const week = kept as Partial<Week> | null | undefined;
  const since = typeof week?.since === "number" && week.since <= time ? week.since : time;
  const runs = Array.isArray(week?.runs) ? week.runs.filter(isRun) : [];
  return { since, runs: [...runs, run].slice(-MOST) };
}

/** True when the week is over. */
export function isDue({ since }: Week, time: number): boolean {
  return time - since >= WEEK;
}

/** How many of its runs were not done. */
export function notDone({ runs }: Week): number {
  return runs.filter(({ outcome }) => outcome !== "done").length;
}

/** A line per run, `outcome` in words; a name with a line end in it makes no line of its own. */
export function weekLines({ runs }: Week, wordOf: (outcome: string) => string): string[] {
  return runs.map((run) =>
    `${run.time}  ${wordOf(run.outcome)}  ${run.said}`.replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
  );
}

function isRun(run: unknown): run is WeekRun {
  const { time, outcome, said } = (run ?? {}) as Record<string, unknown>;
  return [time, outcome, said].every((part) => typeof part === "string");
}
