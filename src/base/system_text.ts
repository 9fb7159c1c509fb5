/**
 * What the system says of a failed call, in words of ours first: its own text may be in another language, may name
 * nothing that a person knows, and stands behind them in brackets. Pure.
 * @module
 */

import { text, type TextId } from "../text/text.ts";
import { errorCode, HikaeError, isFull, messageOf } from "./errors.ts";
import { nextStep } from "./next_step.ts";

const WORDS = {
  EACCES: "system.denied",
  EPERM: "system.not-permitted",
  EBUSY: "system.busy",
  ETXTBSY: "system.running",
  ENOENT: "system.not-there",
  EEXIST: "system.exists",
  EISDIR: "system.is-directory",
  ENOTEMPTY: "system.not-empty",
  ENOTDIR: "system.no-directory",
  EROFS: "system.read-only",
  EIO: "system.disk-error",
  ENAMETOOLONG: "system.name-too-long",
  EILSEQ: "system.name-unfit",
  ELOOP: "system.loop",
  EMFILE: "system.too-many-open",
  ENFILE: "system.too-many-open",
  ESTALE: "system.share-gone",
  ENOTCONN: "system.share-gone",
  ENODEV: "system.share-gone",
  ENXIO: "system.share-gone",
  EDQUOT: "system.quota",
  EFBIG: "system.too-large",
  EOPNOTSUPP: "system.unsupported",
  ENOTSUP: "system.unsupported",
} as const satisfies Record<string, TextId>;

type WordId = (typeof WORDS)[keyof typeof WORDS] | "system.full";

/** The words for an error of the system; its own text alone where there are none for its code. */
export function systemText(error: unknown): string {
  const said = messageOf(error);
  if (error instanceof HikaeError) return said;
  // its own text is advice to whoever starts the runtime, and no matter of ours
  if (errorCode(error) === "ENOTCAPABLE") return text("system.outside");
  const full = isFull(error) && errorCode(error) !== "EDQUOT";
  const words: Readonly<Record<string, WordId | undefined>> = WORDS;
  const id = full ? "system.full" : words[errorCode(error)];
  if (id === undefined) return said;
  if (!isOfSystem(said)) return full ? text(id) : said;
  return text("system.behind", { ours: text(id), said });
}

/** What to do about an error of the system that is met in the source; undefined where only the words can tell. */
export function sourceHint(error: unknown): string | undefined {
  if (error instanceof HikaeError) return error.hint;
  return nextStep(errorCode(error), "source");
}

/** What failed in a vault as a note of one line: where, the words for it, and what to do. */
export function vaultNote(path: string, error: unknown): string {
  const hint = error instanceof HikaeError ? error.hint : nextStep(errorCode(error), "vault");
  const what = `${path}: ${systemText(error)}`;
  return hint === undefined ? what : `${what} (${hint})`;
}

/** The system's own texts have its number; hikae's errors with a code have words enough. */
function isOfSystem(message: string): boolean {
  return /\(os error \d+\)/.test(message);
}
