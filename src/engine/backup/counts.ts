/**
 * The counts of a backup, and its summary: the message and the record's last line (design, *Commands*; spec decision 24).
 * @module
 */

/** What happened to the entries of a source, for one vault. */
export interface Counts {
  files_new: number;
  files_changed: number;
  files_deleted: number;
  files_unmodified: number;
  files_attrs: number;
  files_repaired: number;
  files_special: number;
  files_excluded: number;
  dirs_new: number;
  dirs_deleted: number;
  /** Of the new ones, those that a path moved to. */
  files_moved: number;
  /** What the disk took for content, in bytes. */
  bytes_added: number;
  /** Content that is new to a path and took nothing, for the vault had it; in bytes. */
  bytes_shared: number;
  total_files_processed: number;
  total_bytes_processed: number;
  errors: number;
}

/** All zero. */
export function noCounts(): Counts {
  return {
    files_new: 0,
    files_changed: 0,
    files_deleted: 0,
    files_unmodified: 0,
    files_attrs: 0,
    files_repaired: 0,
    files_special: 0,
    files_excluded: 0,
    dirs_new: 0,
    dirs_deleted: 0,
    files_moved: 0,
    bytes_added: 0,
    bytes_shared: 0,
    total_files_processed: 0,
    total_bytes_processed: 0,
    errors: 0,
  };
}

const KEYS = Object.keys(noCounts()) as (keyof Counts)[];

/** Adds `more` to `sum`. */
export function addCounts(sum: Counts, more: Counts): void {
  for (const key of KEYS) sum[key] += more[key];
}

/** How one vault fares in one thread: the engine's lane and the run that it works for share one. */
export class VaultTally {
  readonly counts: Counts = noCounts();
  /** Paths of special files, the first few of each lane. */
  readonly special: string[] = [];
  /** Why the vault takes no part any more. */
  failed: unknown = undefined;
  /** Whether the vault's disk shares blocks, where this thread asked it. */
  blocks: boolean | undefined = undefined;
}

/** What is told at the end, and what the record keeps of it. */
export interface BackupSummary {
  message: Record<string, unknown>;
  record: Record<string, unknown>;
}

/** A backup into one vault that is at its end. */
interface Counted {
  request: { given: string };
  stamp: string;
  counts: Counts;
  tally: VaultTally;
}

/** Makes the summary of a session after `seconds`. */
export function summaryOf(session: Counted, seconds: number): BackupSummary {
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
