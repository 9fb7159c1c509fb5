/** Whether a place is backed up: what a restore leaves torn there would be taken for a version. @module */

import { dirname, isAbsolute } from "@std/path";
import { identityOf } from "./identity.ts";
import { isInside, realPlaceToMake } from "./places.ts";

/**
 * True for the real path of a place, which may have to be made, that is one of these sources, lies in one or holds one; by
 * whatever path, link or mount.
 */
export function isBackedUp(place: string, sources: readonly string[], windows: boolean): boolean {
  return sources.some((given) => {
    const source = realSource(given);
    if (source === undefined) return false;
    return isInside(place, source, windows) || isInside(source, place, windows) ||
      isMountIn(place, source) || isMountIn(source, place);
  });
}

/** Undefined for a path of another system, or one that no place can be at. */
function realSource(given: string): string | undefined {
  if (!isAbsolute(given)) return undefined;
  try {
    return realPlaceToMake("/", given);
  } catch {
    return undefined;
  }
}

/** True where `dir` is a directory that `place` lies in by the path of another mount. */
function isMountIn(place: string, dir: string): boolean {
  const identity = identityOf(dir);
  if (identity === undefined) return false;
  for (let at = place;; at = dirname(at)) {
    if (identityOf(at) === identity) return true;
    if (at === dirname(at)) return false;
  }
}
