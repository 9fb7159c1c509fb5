/** Whether an entry that is there already is the one that the snapshot has, and what to do with it. Pure. @module */

import type { FileInfo } from "../../base/fs.ts";
import type { Version } from "../../vault/catalog.ts";
import type { Attrs, Overwrite, Self } from "./request.ts";

/** What to do with a path: new, other content, other type, attributes alone, nothing. */
export type RestoreVerdict = "+" | "M" | "T" | "attrs" | "keep";

/** How to compare. */
export interface RestoreCompareOptions {
  overwrite: Overwrite;
  self: Self;
  windows: boolean;
}

/** Decides on a file or a link; `same` compares the content and is asked only when it matters. */
export function judge(
  v: Version,
  existing: FileInfo | undefined,
  options: RestoreCompareOptions,
  same: () => boolean,
): RestoreVerdict {
  if (existing === undefined) return "+";
  if (mayStay(v, existing, options)) return "keep";
  if (existing.type !== v.type) return "T";
  const trusted = options.overwrite === "if-changed" && v.type === "file" &&
    existing.size === v.size && existing.mtime === v.mtime && !lendsRights(v, existing, options);
  if (!trusted && !same()) return "M";
  return attrsDiffer(v, existing, options) ? "attrs" : "keep";
}

/** True when what is there would get rights that it has not: of another owner, or set-id bits. Then its content counts. */
function lendsRights(v: Attrs, existing: FileInfo, { self }: RestoreCompareOptions): boolean {
  if (self.owner && v.uid !== null && (v.uid !== existing.uid || v.gid !== existing.gid)) {
    return true;
  }
  return ((v.mode ?? 0) & ~existing.mode & 0o6000) !== 0;
}

/** True for what is there and is not to be written over, whatever it is. */
export function mayStay(
  v: Pick<Attrs, "mtime">,
  existing: FileInfo,
  { overwrite }: Pick<RestoreCompareOptions, "overwrite">,
): boolean {
  return overwrite === "never" || overwrite === "if-newer" && !isNewer(v, existing);
}

/** True when the snapshot's entry is newer than the one that is there. */
function isNewer(v: Pick<Attrs, "mtime">, existing: FileInfo): boolean {
  return v.mtime !== null && v.mtime > existing.mtime;
}

/** True when times, mode or owner are not as recorded, as far as this process can set them. */
function attrsDiffer(v: Attrs, existing: FileInfo, options: RestoreCompareOptions): boolean {
  if (v.mtime !== null && v.mtime !== existing.mtime) return true;
  // all that is left of a mode there is whether a file is read-only
  if (options.windows) {
    return existing.type === "file" && hasMode(v) &&
      (((v.mode ?? 0) ^ existing.mode) & 0o200) !== 0;
  }
  const { owner } = options.self;
  const owned = v.uid === existing.uid && v.gid === existing.gid;
  if (owner && v.uid !== null && !owned) return true;
  if (existing.type === "link" || !hasMode(v)) return false;
  const bits = owned || owner ? 0o7777 : 0o1777;
  return ((v.mode ?? 0) & bits) !== (existing.mode & bits);
}

/** False for what came from a system without modes. */
export function hasMode(v: Attrs): boolean {
  return v.mode !== null && !(v.mode === 0 && v.uid === null);
}
