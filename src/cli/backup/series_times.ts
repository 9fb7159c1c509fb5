/** When the copies of a series were made: by their names, or by the times of their directories. Pure, save for one look. @module */

import { basename, dirname } from "@std/path";
import { isRotation, isTime, timeInName } from "../../base/named_time.ts";
import type { TimeFrom } from "../../engine/backup/series.ts";

/** A time, and what tells it. */
export interface CopyTime {
  at: number;
  from: TimeFrom;
}

/**
 * The time of the copy at the absolute `path`. Its own name comes first. A volume below a snapshot (`daily.3/localhost`,
 * `2024-01-31-120000/Macintosh HD`) has the time of that one, found among the directories above it. `mtimeOf` looks.
 */
export function copyTime(path: string, mtimeOf: (path: string) => number): CopyTime {
  const own = timeInName(basename(path));
  if (own !== undefined) return { at: own, from: "name" };
  if (!isRotation(basename(path))) {
    for (let at = dirname(path); dirname(at) !== at; at = dirname(at)) {
      const name = basename(at);
      if (isRotation(name)) return { at: mtimeOf(at), from: "mtime" };
      const time = isTime(name) ? timeInName(name) : undefined;
      if (time !== undefined) return { at: time, from: "name" };
    }
  }
  return { at: mtimeOf(path), from: "mtime" };
}
