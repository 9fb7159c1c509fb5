/** What the system says when a command breaks off, as an error with an id and a path. @module */

import { errorCode, HikaeError, isFull, messageOf } from "../base/errors.ts";
import { systemText } from "../base/system_text.ts";
import { text } from "../text/text.ts";

/** Where a command works: a vault, and what it writes else. */
export interface CommandPlaces {
  vault?: string;
  target?: string;
}

/** The place that an error is about: the target when its message says so, else the vault. */
export function placeOf({ vault, target }: CommandPlaces, error: unknown): string | undefined {
  return target !== undefined && messageOf(error).includes(target) ? target : vault;
}

/**
 * Errors of the system get a path and a hint; those that hikae made, and its own mistakes, stay what they are. In a
 * restore `path` may be the target, of which other things are to be done than of a vault.
 */
export function asFailure(
  error: unknown,
  command: string,
  path: string | undefined,
  isTarget = false,
): unknown {
  const code = errorCode(error);
  if (error instanceof HikaeError || path === undefined || !/^E[A-Z]/.test(code)) return error;
  const hint = remedy(code, isFull(error), isTarget);
  return new HikaeError("failed", `${command}: ${systemText(error)}`, {
    path,
    hint: isTarget ? hint : text("failure.vault-valid", { hint }),
    cause: error,
  });
}

function remedy(code: string, full: boolean, isTarget: boolean): string {
  if (full) return text("failure.full");
  if (code === "EACCES" || code === "EPERM") {
    return text(isTarget ? "restore.target-denied" : "failure.denied");
  }
  if (code === "EROFS") return text(isTarget ? "failure.read-only-target" : "failure.read-only");
  return text("failure.check-disk");
}
