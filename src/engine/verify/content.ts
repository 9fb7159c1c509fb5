/** Checks the content of versions against their recorded hashes. @module */

import { hasNames } from "../../base/inode.ts";
import { systemText } from "../../base/system_text.ts";
import { errorCode, HikaeError, isNotFound } from "../../base/errors.ts";
import { stampToNumber } from "../../base/stamp.ts";
import type { Version } from "../../vault/catalog.ts";
import { windowsReason } from "../../base/windows_name.ts";
import { contentHash, contentInfo, type StoredContent } from "../../vault/content.ts";
import type { EnginePorts } from "../ports.ts";
import type { VerifyView } from "./view.ts";
import { text } from "../../text/text.ts";

/** What a look at one version found. */
export type ContentFinding =
  | { state: "sound" | "unknown"; bytes: number }
  | { state: "damaged" | "missing"; message: string }
  | { state: "unreadable"; message: string; said: string };

/** So many files that have several names are remembered. */
const MOST_READ = 100_000;

/** Files that have several names are read once, and their bytes counted once. */
export class ReadFiles {
  readonly #hashes = new Map<string, string>();

  /** The hash of a file; `again` when it was read under another name. */
  hash(ports: EnginePorts, content: StoredContent): { hash: string; again: boolean } {
    const info = contentInfo(ports.fs, content);
    if (!hasNames(info)) {
      return { hash: contentHash(ports, content), again: false };
    }
    const key = `${info.dev} ${info.ino}`;
    const known = this.#hashes.get(key);
    if (known !== undefined) return { hash: known, again: true };
    const hash = contentHash(ports, content);
    if (this.#hashes.size < MOST_READ) this.#hashes.set(key, hash);
    return { hash, again: false };
  }
}

/** Reads the content of `v` and tells how it is. */
export function checkVersion(
  ports: EnginePorts,
  view: VerifyView,
  v: Version,
  read: ReadFiles = new ReadFiles(),
): ContentFinding {
  const found = readVersion(ports, view, v, read);
  if (found.state !== "missing" && found.state !== "unreadable") return found;
  const why = unopenable(view.contents.place(v), ports.separator);
  if (why === undefined) return found;
  return { state: "unreadable", message: text("verify.name-unfit", { why }), said: UNFIT };
}

/** What stands for the code of a name that this system has no way to open. */
const UNFIT = "name";

/** Why this system cannot open a place of a vault that another one wrote, wherever it is and whatever is there. Pure. */
export function unopenable(place: string, separator: string): string | undefined {
  if (separator !== "\\") return undefined;
  for (const name of place.split("/")) {
    const why = windowsReason(name);
    if (why !== undefined) return why;
  }
  return undefined;
}

function readVersion(
  ports: EnginePorts,
  view: VerifyView,
  v: Version,
  read: ReadFiles,
): ContentFinding {
  const content = view.contents.find(v);
  if (content === undefined) {
    return view.busy() && v.until === null
      ? { state: "unknown", bytes: 0 }
      : { state: "missing", message: text("verify.missing") };
  }
  try {
    const { hash, again } = read.hash(ports, content);
    const bytes = again ? 0 : v.size ?? 0;
    if (v.hash === null) return { state: "unknown", bytes };
    if (hash === v.hash || (v.until === null && movedSound(ports, view, v))) {
      return { state: "sound", bytes };
    }
    // a run that is under way may have put a newer copy there
    if (v.until === null && view.busy()) return { state: "unknown", bytes };
    return { state: "damaged", message: text("verify.damaged") };
  } catch (error) {
    if (error instanceof HikaeError) throw error;
    if (isNotFound(error)) return { state: "missing", message: text("verify.missing") };
    return {
      state: "unreadable",
      message: text("verify.read", { problem: systemText(error) }),
      said: errorCode(error),
    };
  }
}

/** True when a run that began since has set the copy aside, and it is whole there. */
function movedSound(ports: EnginePorts, view: VerifyView, v: Version): boolean {
  const { vault, catalog, contents } = view;
  const newest = vault.newestRecord();
  if (newest === undefined || catalog.newestNote()?.stamp === newest.stamp) return false;
  for (const [, moved] of contents.endedBy(stampToNumber(newest.stamp), v)) {
    try {
      if (contentHash(ports, moved) === v.hash) return true;
    } catch (error) {
      if (error instanceof HikaeError) throw error;
    }
  }
  return false;
}

/** True where damaged content is another file than was recorded: rot changes no times. */
export function isAnother(
  { vault, contents }: VerifyView,
  v: Version,
  found: ContentFinding,
): boolean {
  if (found.state !== "damaged") return false;
  const { size, mtime } = contentInfo(vault.fs, contents.stored(v));
  return size !== v.size || v.mtime !== null && mtime !== v.mtime;
}

/** What to do where what the system said tells of another program or user: nothing is known to be wrong then. */
export function heldHint(said: string | undefined): string | undefined {
  if (said === "EBUSY") return text("verify.busy-hint");
  return said === "EACCES" || said === "EPERM" ? text("restore.vault-denied") : undefined;
}

/** What to do about a version that is not as it should be; `said` is what the system called it, if it did. Pure. */
export function verifyHint(v: Pick<Version, "until">, said: string): string {
  if (said === UNFIT) return text("verify.name-unfit-hint");
  return heldHint(said) ??
    (v.until === null ? text("verify.repair-hint") : text("verify.repair-past-hint"));
}
