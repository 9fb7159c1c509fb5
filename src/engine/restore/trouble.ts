/** What is told of an entry that could not be restored, by whichever thread met it. Pure. @module */

import { errorCode, ERRORS, HikaeError, messageOf } from "../../base/errors.ts";
import type { During, ErrorMessage } from "../../base/event.ts";
import { nextStep, type Place } from "../../base/next_step.ts";
import { systemText } from "../../base/system_text.ts";
import { text } from "../../text/text.ts";

/** Where a restore works; without `vault` all that is met is the target's. */
export interface RestorePlaces {
  /** The vault's root. */
  vault?: string;
  target: string;
  windows: boolean;
}

/** The message of an error that keeps the entry `path` from being restored. */
export function restoreTrouble(
  path: string,
  during: During,
  error: unknown,
  at: RestorePlaces,
): ErrorMessage {
  const known = error instanceof HikaeError ? error : undefined;
  const code = known?.id ?? errorCode(error);
  const own = code in ERRORS
    ? undefined
    : troubleHint(code, placeOf(error, at), at.windows, messageOf(error));
  const hint = known?.hint ?? own;
  return {
    message_type: "error",
    path,
    during,
    code: code === "" ? "internal" : code,
    message: known?.message ?? text("restore.failed", { problem: systemText(error) }),
    ...(hint === undefined ? {} : { hint }),
  };
}

/** The system names a path, or none: then either place may be meant. */
function placeOf(error: unknown, { vault, target }: RestorePlaces): Place {
  const said = messageOf(error);
  if (vault !== undefined && said.includes(vault)) return "stored";
  return vault === undefined || said.includes(target) ? "target" : "either";
}

/** What to do about an error that a restore meets in the system; undefined when only the message can tell. Pure. */
export function troubleHint(
  code: string,
  place: Place,
  windows: boolean,
  said = "",
): string | undefined {
  // there, to replace a file that is open is not a conflict but denied
  const open = windows && place !== "stored" && /^E(ACCES|PERM|BUSY)$/.test(code);
  return open ? text("restore.busy") : nextStep(code, place, said);
}

/** The error for a version whose content is nowhere in the vault. */
export function lost(): HikaeError {
  return new HikaeError("unreadable", text("restore.content-missing"), {
    hint: text("restore.content-missing-hint"),
  });
}

/** The error for content that was removed by a rule. */
export function gone(): HikaeError {
  return new HikaeError(
    "unreadable",
    text("restore.version-gone"),
    { hint: text("restore.version-gone-hint") },
  );
}
