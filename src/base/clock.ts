/** The clock as a port: nothing below the composition roots reads the time by itself. @module */

/** Tells the time. */
export interface Clock {
  /** The instant, in ms since 1970 (whole). */
  now(): number;
}
