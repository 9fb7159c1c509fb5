/** When the bytes that a vault has are shared by what is new to it (design, *Storage is shared where the disk can*). Pure. @module */

import type { FileInfo } from "../../base/fs.ts";
import { type Stamp, stampFromNumber, stampToInstant } from "../../base/stamp.ts";
import { pathOf, type Version } from "../../vault/version.ts";

/** So many names at most to one file: disks have limits of their own, and each name is one that damage reaches. */
export const MOST_NAMES = 1000;

/** What was written or read back within this time is believed to be what it was, in ms. */
const BELIEVED = 30 * 86_400_000;

/** True when a version's copy need not be read before it is shared: this hikae wrote it, or checked it, not long ago. */
export function isFresh(v: Version, checked: number | undefined, now: number): boolean {
  if (checked !== undefined && now - checked < BELIEVED) return true;
  // when the content of what moved here was written is unknown
  if (v.moved !== null || v.since <= 0 || v.why === "seen" || v.why === "found") return false;
  const since = stampToInstant(stampFromNumber(v.since) as Stamp);
  return now - since < BELIEVED;
}

/** So many moves are followed. */
const MOST_MOVES = 100;

/**
 * The version as which content was written that has moved since, among those of its content; undefined where that cannot be
 * told any more.
 */
export function writtenAs(v: Version, all: readonly Version[]): Version | undefined {
  let at: Version | undefined = v;
  for (let n = 0; n < MOST_MOVES && at !== undefined; n++) {
    const { moved, since }: Version = at;
    if (moved === null) return at;
    at = all.find((u) => u.until === since && pathOf(u) === moved);
  }
  return undefined;
}

/** True when a file's attributes on the disk are those that another copy is to have. */
export function agrees(info: Pick<FileInfo, "mode" | "mtime">, wanted: CopyAttrs): boolean {
  return (info.mode & 0o777) === wanted.mode && info.mtime === wanted.mtime;
}

/** The attributes that a copy has on the vault's disk. */
export interface CopyAttrs {
  mode: number;
  mtime: number;
}
