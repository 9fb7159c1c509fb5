/** What the system says when a command breaks off, as an error with an id and a path. @module */

import { errorCode, HikaeError, isFull, messageOf } from "../base/errors.ts";
import { systemText } from "../base/system_text.ts";
import { text } from "../text/text.ts";

/** True when the error is about the place that a restore writes to. */
export function isOfTarget(request: unknown, place: string | undefined): boolean {
  return typeof request === "object" && request !== null && place !== undefined &&
    (request as { target?: unknown }).target === place;
}

/** The place that an error is about: where a restore writes when its message says so, else the vault of the request. */
export function placeOf(request: unknown, error: unknown): string | undefined {
  if (typeof request !== "object" || request === null) return undefined;
  const { root, vault, target } = request as Record<"root" | "vault" | "target", unknown>;
  if (typeof target === "string" && messageOf(error).includes(target)) return target;
  return typeof root === "string" ? root : typeof vault === "string" ? vault : undefined;
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
