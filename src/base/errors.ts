/**
 * Every error that hikae reports by itself: one id, one exit code, one line of meaning each. The help
 * text and `docs/json.md` are printed from this table.
 * @module
 */

import type { HelpId } from "../text/help_text.ts";
import { text } from "../text/text.ts";
import { EXIT } from "./exit.ts";
import { codeOfText } from "./uncoded.ts";

export { EXIT };

/** What each exit code means, in the order in which help prints them. */
export const EXIT_MEANING: Readonly<Record<number, HelpId>> = {
  0: "exit.done",
  1: "exit.failed",
  2: "exit.usage",
  3: "exit.incomplete",
  4: "exit.guard",
  10: "exit.no-vault",
  11: "exit.locked",
  13: "exit.bad-vault",
  130: "exit.interrupted",
};

/** Error ids and the exit code that each ends the program with when nothing else was done. */
export const ERRORS = {
  usage: EXIT.usage,
  config: EXIT.usage,
  failed: EXIT.failed,
  internal: EXIT.failed,
  source_missing: EXIT.failed,
  no_such_snapshot: EXIT.failed,
  no_such_path: EXIT.failed,
  damaged: EXIT.failed,
  max_age: EXIT.failed,
  plugin: EXIT.failed,
  plugin_refused: EXIT.usage,
  unreadable: EXIT.incomplete,
  unstorable: EXIT.incomplete,
  changing: EXIT.incomplete,
  name: EXIT.incomplete,
  rot: EXIT.incomplete,
  unproven: EXIT.incomplete,
  guard_empty_source: EXIT.guard,
  guard_mass_change: EXIT.guard,
  guard_empty_vault: EXIT.guard,
  guard_missing_parent: EXIT.guard,
  guard_plugin: EXIT.guard,
  no_vault: EXIT.noVault,
  locked: EXIT.locked,
  bad_vault: EXIT.badVault,
  interrupted: EXIT.interrupted,
} as const;

/** The id of an error of {@link ERRORS}. */
export type ErrorId = keyof typeof ERRORS;

/** What an error says besides its message. */
export interface ErrorDetail {
  /** The path that it is about, if there is one. */
  path?: string;
  /** What to do next, one sentence without a full stop. */
  hint?: string;
  /** The error that led to this one. */
  cause?: unknown;
}

/** The form of an error that passes between threads (an `Error` loses its own properties there). */
export interface PlainError {
  id: ErrorId;
  message: string;
  path?: string;
  hint?: string;
}

/** The password in an address; no real path has two slashes after a colon. */
const PASSWORD = /(?<=\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"']*:)[^\s/@"']+(?=@)/gi;

/** What no message repeats: a secret key that stands where a public one belongs, or a part of it, and a password. */
const IN_TEXT = [/(?<=AGE-SECRET-KEY-)(?:PQ-)?1[0-9A-Z]+/gi, PASSWORD];

/** What no path repeats: a whole key. A program goes by a path, and a file may have a name that begins as a key does. */
const IN_PATH = [/(?<=AGE-SECRET-KEY-)(?:PQ-)?1[0-9A-Z]{50,}/gi, PASSWORD];

/** A text without the secrets in it; with a `mask` for each of their letters, where a place in the text has to stay. */
export function withoutSecrets(text: string, mask?: string): string {
  return without(IN_TEXT, text, mask);
}

function without(secrets: readonly RegExp[], text: string, mask?: string): string {
  return secrets.reduce(
    (rest, secret) => rest.replace(secret, (found) => mask?.repeat(found.length) ?? "…"),
    text,
  );
}

/** An error with an id; everything that hikae itself throws on purpose is one. */
export class HikaeError extends Error {
  override readonly name = "HikaeError";
  /** Which kind of error. */
  readonly id: ErrorId;
  /** The path that it is about. */
  readonly path: string | undefined;
  /** What to do next. */
  readonly hint: string | undefined;

  /** An error of the kind `id`; `message` is "action: cause", without a full stop. It reaches logs, so it repeats no secret. */
  constructor(id: ErrorId, message: string, detail: ErrorDetail = {}) {
    super(
      withoutSecrets(message),
      detail.cause === undefined ? undefined : { cause: detail.cause },
    );
    this.id = id;
    this.path = detail.path && without(IN_PATH, detail.path);
    this.hint = detail.hint && withoutSecrets(detail.hint);
  }

  /** The exit code that this error ends the program with. */
  get exit(): number {
    return ERRORS[this.id];
  }
}

/** The code that the operating system gave an error (`ENOENT`, …), or "" when it gave none. */
export function errorCode(error: unknown): string {
  if (typeof error !== "object" || error === null) return "";
  const code = (error as { code?: unknown }).code;
  if (typeof code === "string") return code;
  const name = (error as { name?: unknown }).name;
  return name === "NotFound"
    ? "ENOENT"
    : name === "AlreadyExists"
    ? "EEXIST"
    : name === "PermissionDenied"
    ? "EACCES"
    : name === "NotCapable"
    ? "ENOTCAPABLE"
    : codeOfText(messageOf(error));
}

/** True when `error` says that a path does not exist. */
export function isNotFound(error: unknown): boolean {
  const code = errorCode(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

/** True when an error says that there is no room, be it the system's or SQLite's. */
export function isFull(error: unknown): boolean {
  const code = errorCode(error);
  return code === "ENOSPC" || code === "EDQUOT" ||
    /database or disk is full/.test(messageOf(error));
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** True when SQLite says that a page of an index makes no sense. */
function isDamagedIndex(error: unknown): boolean {
  return errorCode(error) === "ERR_SQLITE_ERROR" &&
    /malformed|not a database|corrupt/.test(messageOf(error));
}

/** Makes the plain form of anything thrown; what is not a {@link HikaeError} gets the id `internal`. */
export function toPlainError(error: unknown): PlainError {
  if (isDamagedIndex(error)) {
    return {
      id: "damaged",
      message: text("index.damaged", { problem: messageOf(error) }),
      hint: text("index.damaged-hint"),
    };
  }
  if (!(error instanceof HikaeError)) return { id: "internal", message: messageOf(error) };
  return {
    id: error.id,
    message: error.message,
    ...(error.path === undefined ? {} : { path: error.path }),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  };
}

/** Makes an error of its plain form again. */
export function fromPlainError(plain: PlainError): HikaeError {
  return new HikaeError(plain.id, plain.message, {
    ...(plain.path === undefined ? {} : { path: plain.path }),
    ...(plain.hint === undefined ? {} : { hint: plain.hint }),
  });
}
