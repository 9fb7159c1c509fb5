/** Clocks as ports: nothing below the composition roots reads the time by itself. @module */

/** Tells the time. */
export interface Clock {
  /** The instant, in ms since 1970 (whole). */
  now(): number;
}

/** Milliseconds, with fractions, since some moment: it never goes back, and is for measuring how long something takes. */
export type Monotonic = () => number;
