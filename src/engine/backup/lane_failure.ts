/** What a lane says of a vault that another lane gave up. @module */

import { HikaeError } from "../../base/errors.ts";

const ELSEWHERE = "another lane ended its part";

/** Why a vault takes no part in a lane in which nothing went wrong. */
export function endedElsewhere(): HikaeError {
  return new HikaeError("failed", ELSEWHERE);
}

/** True for that, and for no reason at all: the lane that met the trouble says what it was. */
export function isSecondary(failed: unknown): boolean {
  return failed === undefined || failed instanceof HikaeError && failed.message === ELSEWHERE;
}
