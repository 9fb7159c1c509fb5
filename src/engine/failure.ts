/** What the system says when a command breaks off, as an error with an id and a path. @module */

import { errorCode, HikaeError, isFull, messageOf } from "../base/errors.ts";

/** The place that an error is about: where a restore writes when its message says so, else the vault of the request. */
export function placeOf(request: unknown, error: unknown): string | undefined {
  if (typeof request !== "object" || request === null) return undefined;
  const { root, vault, target } = request as Record<"root" | "vault" | "target", unknown>;
  if (typeof target === "string" && messageOf(error).includes(target)) return target;
  return typeof root === "string" ? root : typeof vault === "string" ? vault : undefined;
}

/** Errors of the system get a path and a hint; those that hikae made, and its own mistakes, stay what they are. */
export function asFailure(error: unknown, command: string, path: string | undefined): unknown {
  const code = errorCode(error);
  if (error instanceof HikaeError || path === undefined || !/^E[A-Z]/.test(code)) return error;
  const message = isFull(error) ? "the disk is full" : messageOf(error);
  return new HikaeError("failed", `${command}: ${message}`, {
    path,
    hint: `${remedy(code, isFull(error))}; the vault is valid`,
    cause: error,
  });
}

function remedy(code: string, full: boolean): string {
  if (full) return "make room and run the command again";
  if (code === "EACCES" || code === "EPERM") return "run it as the user whose backups these are";
  if (code === "EROFS") return "mount the disk writable; looking at it needs no more";
  return "see that the disk is well and run the command again";
}
