/** What a restore counts (`docs/json.md`). @module */

/** The counts of a summary; under `--dry-run` what would be. Links count as files (decision 24). */
export interface RestoreCounts {
  /** Files and links written, those included that replaced something. */
  files_restored: number;
  /** Of these, files that replaced something. */
  files_replaced: number;
  /** Files and links left as they were: the same, or kept by `--overwrite`. */
  files_kept: number;
  /** Files and links whose times, mode or owner alone were set. */
  files_attrs: number;
  files_deleted: number;
  files_verified: number;
  /** Directories made. */
  dirs_restored: number;
  dirs_deleted: number;
  /** Of the files restored, links. */
  links_restored: number;
  /** Of the files kept, links. */
  links_kept: number;
  /** Of the files and links that were written; a link's are those of its target. */
  bytes_restored: number;
}

/** Counts of nothing. */
export function noCounts(): RestoreCounts {
  return {
    files_restored: 0,
    files_replaced: 0,
    files_kept: 0,
    files_attrs: 0,
    files_deleted: 0,
    files_verified: 0,
    dirs_restored: 0,
    dirs_deleted: 0,
    links_restored: 0,
    links_kept: 0,
    bytes_restored: 0,
  };
}
