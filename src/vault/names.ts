/**
 * Names on the disk of a vault: the meta directory, marks, link records, and how an entry's own name becomes
 * the name that it is stored under (spec §2, decisions 6, 7 and 16). Nothing else knows these shapes.
 * @module
 */

import { cutUtf8, utf8Length } from "../base/bytes.ts";
import { parseStamp, type Stamp } from "../base/stamp.ts";

/** The name of the meta directory in every directory of a vault. */
export const META = ".$META$";
/** The metadata file in a meta directory. */
export const METADATA_FILE = "metadata.txt";
/** The file that keeps the full names of shortened marks. */
export const NAMES_FILE = "names.txt";
/** Files and directories of the root's meta directory only. */
export const ROOT_FILES = {
  vault: "vault.json",
  runs: "runs",
  catalog: "catalog.db",
  lock: "lock",
  holder: "lock.json",
} as const;

/** What temporary files' names begin with; anything so named is left over from a run that ended early. */
export const TEMPORARY = "$TMP@";

/** Where the first line of a record stands a second time until its run has ended, or what that left is mended. */
export const BEGUN = `${TEMPORARY}begun`;

/** Stands in the root's meta directory while a plain copy is being made a vault, and there is no `vault.json` yet. */
export const ADOPTING = `${TEMPORARY}adopt`;

/** The longest name in bytes of UTF-8 that the common file systems take. */
export const NAME_MAX = 255;
/** The most bytes that one character takes in UTF-8. */
const LONGEST_CHARACTER = 4;

/** What a name in a meta directory stands for. */
export type MarkKind = "old" | "deleted" | "link" | "oldLink" | "deletedLink";

/** A mark, read from its name on the disk. */
export interface Mark {
  kind: MarkKind;
  /** The run that made it; absent for a living link. */
  stamp?: Stamp;
  /** The name it stands for; what is left of it when `shortened`. */
  name: string;
}

const PREFIX: Readonly<Record<MarkKind, string>> = {
  old: "$OLD@",
  deleted: ".$DEL@",
  link: "$LNK$",
  oldLink: "$OLDLNK@",
  deletedLink: ".$DELLNK@",
};

/** The full mark of a name, before any shortening. */
export function markOf(kind: MarkKind, name: string, stamp?: Stamp): string {
  return kind === "link" ? `$LNK$${name}` : `${PREFIX[kind]}${stamp ?? ""}$${name}`;
}

/** Reads a mark's name; undefined for any other name. */
export function parseMark(text: string): Mark | undefined {
  if (text.startsWith(PREFIX.link)) {
    return text.length > 5 ? { kind: "link", name: text.slice(5) } : undefined;
  }
  for (const kind of ["old", "deleted", "oldLink", "deletedLink"] as const) {
    const prefix = PREFIX[kind];
    if (!text.startsWith(prefix)) continue;
    const stamp = parseStamp(text.slice(prefix.length, prefix.length + 15));
    const name = text.slice(prefix.length + 16);
    if (stamp === undefined || text[prefix.length + 15] !== "$" || name === "") return undefined;
    return { kind, stamp, name };
  }
  return undefined;
}

/** True for a mark of a past version (not for a living link). */
export function isPast(mark: Mark): mark is Mark & { stamp: Stamp } {
  return mark.kind !== "link";
}

/** The kinds of marks of past versions. */
export type PastKind = Exclude<MarkKind, "link">;

/** The kind of mark for a version that ended. */
export function pastKind(link: boolean, deleted: boolean): PastKind {
  return link ? (deleted ? "deletedLink" : "oldLink") : deleted ? "deleted" : "old";
}

/**
 * The name that a mark of `name` has on the disk: the mark itself, or, when it is longer than a file system
 * takes, its beginning, `~` and 16 hex digits of the hash of `name` (decision 16).
 */
export function storedMark(
  kind: MarkKind,
  name: string,
  stamp: Stamp | undefined,
  hashOf: (text: string) => string,
): { stored: string; shortened: boolean } {
  const full = markOf(kind, name, stamp);
  if (utf8Length(full) <= NAME_MAX) return { stored: full, shortened: false };
  return { stored: `${cutUtf8(full, NAME_MAX - 17)}~${tailOf(name, hashOf)}`, shortened: true };
}

function tailOf(name: string, hashOf: (text: string) => string): string {
  return hashOf(name).slice(0, 16);
}

/** True when a shortened mark's name ends in the hash of `name`. */
export function isShortenedOf(
  stored: string,
  name: string,
  hashOf: (text: string) => string,
): boolean {
  return stored.endsWith(`~${tailOf(name, hashOf)}`);
}

/** True for a mark's name that may be a shortened one; a name that merely ends like one is too short for it. */
export function mayBeShortened(stored: string): boolean {
  return /~[0-9a-f]{16}$/.test(stored) && utf8Length(stored) > NAME_MAX - LONGEST_CHARACTER;
}

/** The name that a source entry has in the mirror: its own, but for those like the meta directory's (decision 6). */
export function mirrorName(name: string, caseSensitive = true): string {
  return looksLikeMeta(name, caseSensitive) ? `${name}$` : name;
}

/** The source entry's own name of a name in the mirror; undefined for the meta directory itself. */
export function ownName(mirror: string, caseSensitive = true): string | undefined {
  if (!looksLikeMeta(mirror, caseSensitive)) return mirror;
  return mirror.length === META.length ? undefined : mirror.slice(0, -1);
}

function looksLikeMeta(name: string, caseSensitive: boolean): boolean {
  if (name.charCodeAt(0) !== 46 || name.charCodeAt(1) !== 36) return false; // ".$"
  return caseSensitive ? /^\.\$META\$+$/.test(name) : /^\.\$META\$+$/i.test(name);
}
