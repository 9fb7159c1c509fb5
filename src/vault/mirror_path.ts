/** From a path in a vault, as a file manager shows it, to the path of the source that it is a copy of. Pure. @module */

import { joinRel } from "../base/relpath.ts";
import type { Stamp } from "../base/stamp.ts";
import { isPast, ownName, parseMark } from "./names.ts";

/** What a path in a vault is a copy of. */
export interface MirrorCopy {
  /** Relative to the source, with `/`. */
  readonly path: string;
  /** The run that ended the version, for a mark in a meta directory; what it was lies before that. */
  readonly endedBy?: Stamp;
}

/**
 * Says of what the entry at `rel` (relative to the vault, with `/`) is a copy: a living one, a mark, or what lies in a
 * directory that became a mark. Undefined for what is hikae's own (records, the lock) or a meta directory itself.
 */
export function copyOf(rel: string, caseSensitive = true): MirrorCopy | undefined {
  let path = "";
  let endedBy: Stamp | undefined;
  let inMeta = false;
  for (const name of rel.split("/").filter((n) => n !== "")) {
    if (inMeta) {
      const mark = parseMark(name);
      if (mark === undefined) return undefined;
      path = joinRel(path, mark.name);
      if (isPast(mark)) endedBy ??= mark.stamp;
      inMeta = false;
      continue;
    }
    const own = ownName(name, caseSensitive);
    if (own === undefined) inMeta = true;
    else path = joinRel(path, own);
  }
  if (inMeta) return undefined;
  return { path, ...(endedBy === undefined ? {} : { endedBy }) };
}
