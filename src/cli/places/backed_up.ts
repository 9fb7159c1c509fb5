/** Whether a place is backed up: what a restore leaves torn there would be taken for a version. @module */

import { isAbsolute } from "@std/path";
import { pathWithin } from "./identity.ts";
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
      pathWithin(place, source) !== undefined || pathWithin(source, place) !== undefined;
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
