/** What `import` is asked for: plain data that passes between threads. @module */

/** Where a time was found. */
export type TimeFrom = "at" | "name" | "mtime";

/** One copy of a series. */
export interface SeriesItem {
  /** Its real path. */
  source: string;
  /** As the user wrote it. */
  given: string;
  /** When it was made, ms since 1970. */
  at: number;
  from: TimeFrom;
}

/** A run of a series, as its record has it. */
export interface Imported {
  /** When the copy was made, ms since 1970. */
  at: number;
  /** The real path of the copy. */
  from: string;
}
