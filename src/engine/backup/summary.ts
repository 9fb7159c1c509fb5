/** The summary of a backup into one vault: the message and the record's last line. @module */

import type { BackupRun } from "./backup_run.ts";

/** What is told at the end, and what the record keeps of it. */
export interface BackupSummary {
  message: Record<string, unknown>;
  record: Record<string, unknown>;
}

/** Makes the summary of a session after `seconds`. */
export function summaryOf(session: BackupRun, seconds: number): BackupSummary {
  const { special: paths } = session.tally;
  const special = paths.length === 0 ? {} : { special: paths };
  const total_duration = Math.round(seconds * 1000) / 1000;
  return {
    message: {
      vault: session.request.given,
      stamp: session.stamp,
      ...session.counts,
      total_duration,
      ...special,
    },
    record: { stamp: session.stamp, ...session.counts, total_duration, ...special },
  };
}
