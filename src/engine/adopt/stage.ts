/** How far the adoption of a copy is. @module */

import { HikaeError } from "../../base/errors.ts";
import { text } from "../../text/text.ts";
import { META } from "../../vault/names.ts";

/**
 * How far a copy is: `plain`; `begun`, where a try broke off before there was a vault; `recorded`, a vault that has the
 * copy as it was found; `done`, one that has a run of the source besides.
 */
export type Stage = "plain" | "begun" | "recorded" | "done";

/** Refuses what is no plain copy: something there has the name of a meta directory. */
export function notPlain(path: string): HikaeError {
  return new HikaeError("failed", text("adopt.not-plain", { name: META }), {
    path,
    hint: text("adopt.not-plain-hint"),
  });
}
