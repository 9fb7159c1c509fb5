/** How a lane fails in a vault, and what it says of one that another lane gave up. @module */

import { fromPlainError, HikaeError, type PlainError, toPlainError } from "../../base/errors.ts";

/** Why a vault takes no part in a lane in which nothing went wrong: another lane gave it up, and says why. */
export class EndedElsewhere extends HikaeError {
  constructor() {
    super("failed", "another lane ended its part");
  }
}

/** True of a failure that tells nothing, and of none: the lane that met the trouble says what it was. */
export function isSecondary(failed: unknown): boolean {
  return failed === undefined || failed instanceof EndedElsewhere;
}

/** A failure as it passes between threads. */
export type PlainFailure = PlainError | "elsewhere";

/** Packs a failure for another thread. */
export function packFailure(failed: HikaeError): PlainFailure {
  return failed instanceof EndedElsewhere ? "elsewhere" : toPlainError(failed);
}

/** A failure that another thread packed. */
export function unpackFailure(failed: PlainFailure): HikaeError {
  return failed === "elsewhere" ? new EndedElsewhere() : fromPlainError(failed);
}
