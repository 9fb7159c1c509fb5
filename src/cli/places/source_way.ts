/** The way to a source: what is renamed above it brings another source under its path, and no time in it tells. @module */

import { dirname } from "@std/path";
import type { SourceWay } from "../../engine/backup/request.ts";

/**
 * Which directory a source is, and when it or one above it was last renamed, or put in another's place. A rename changes the
 * change time of what is renamed and of the directory that gets its name, so that the earlier of the two is as late as any.
 * From below to above: what is swapped while it is asked makes the source another directory, which its reader sees.
 * Undefined where it cannot be told.
 */
export function wayTo(
  source: string,
  look: (path: string) => Pick<Deno.FileInfo, "ino" | "dev" | "ctime"> = Deno.lstatSync,
): SourceWay | undefined {
  try {
    const { ino, dev, ctime } = look(source);
    if (ino === null) return undefined;
    let below = changed(ctime);
    let moved = 0;
    for (let at = source; dirname(at) !== at; at = dirname(at)) {
      const above = changed(look(dirname(at)).ctime);
      moved = Math.max(moved, Math.min(below, above));
      below = above;
    }
    return { ino, dev, ctime: changed(ctime), moved };
  } catch {
    return undefined;
  }
}

/** A disk that tells of no change may have seen one at any time. */
function changed(ctime: Date | null): number {
  return ctime === null || ctime.getTime() <= 0 ? Infinity : ctime.getTime();
}
