/**
 * The last run into each vault that left no record there: a guard stopped it, the source was missing, its drive was
 * away. Kept in `<state>/last_runs.json`, so that `status` knows of runs by hand as well. Pure but for the files given.
 * @module
 */

import { ERRORS, type PlainError } from "../base/errors.ts";
import { below, type SmallFiles } from "../base/small_files.ts";

/** How such a run ended. */
export interface LastRunNote {
  /** When it ended, RFC 3339. */
  readonly time: string;
  readonly exit: number;
  readonly message: string;
  /** How many plugins failed in it; such a run may have a record all the same. */
  readonly plugins_failed?: number;
}

/** By the real path of the vault, or the path as it was given where it has none. */
export type LastRunNotes = Readonly<Record<string, LastRunNote>>;

/** So many vaults are remembered, the newest. */
const MOST = 200;

/** The note of a run that ended with `error`, at `nowMs`. */
export function noteOf(error: PlainError, nowMs: number): LastRunNote {
  return { time: new Date(nowMs).toISOString(), exit: ERRORS[error.id], message: error.message };
}

/** The file that the notes are kept in. */
export function lastRunsFile(state: string): string {
  return below(state, "last_runs.json");
}

/** The notes that a text has; none when it makes no sense. */
export function readLastRuns(text: string | undefined): LastRunNotes {
  try {
    const value: unknown = JSON.parse(text ?? "");
    if (typeof value !== "object" || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter(([, note]) => isNote(note)));
  } catch {
    return {};
  }
}

/** Adds notes to those that are there. */
export function addLastRuns(files: SmallFiles, state: string, notes: LastRunNotes): void {
  const file = lastRunsFile(state);
  const all = Object.entries({ ...readLastRuns(files.read(file)), ...notes })
    .sort(([, a], [, b]) => a.time < b.time ? 1 : -1).slice(0, MOST);
  files.write(file, `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`);
}

function isNote(value: unknown): value is LastRunNote {
  const note = value as Partial<LastRunNote> | null;
  return typeof note === "object" && note !== null && typeof note.time === "string" &&
    typeof note.exit === "number" && typeof note.message === "string";
}
