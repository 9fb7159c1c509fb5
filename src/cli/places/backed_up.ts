/** Whether a place is backed up: what a restore leaves torn there would be taken for a version. @module */

import { isAbsolute, join } from "@std/path";
import { HikaeError } from "../../base/errors.ts";
import { text } from "../../text/text.ts";
import { pathWithin } from "./identity.ts";
import { isInside, realPlaceToMake } from "./places.ts";

/**
 * True for the real path of a place, which may have to be made, that is one of these sources, lies in one or holds one; by
 * whatever path, link or mount.
 */
export function isBackedUp(place: string, sources: readonly string[], windows: boolean): boolean {
  return enclosingSource(place, sources, windows) !== undefined ||
    sources.some((given) => {
      const source = realSource(given);
      return source !== undefined &&
        (isInside(source, place, windows) || pathWithin(source, place) !== undefined);
    });
}

/** Of these sources the one that the real path of a place is, or lies in, by whatever path, link or mount. */
function enclosingSource(
  place: string,
  sources: readonly string[],
  windows: boolean,
): string | undefined {
  return sources.find((given) => {
    const source = realSource(given);
    return source !== undefined &&
      (isInside(place, source, windows) || pathWithin(place, source) !== undefined);
  });
}

/** Why no bundle is written to a place: in a source each run would back up the bundles of the runs before. */
export function bundlesInSource(
  { real, missing }: { real: string; missing: readonly string[] },
  given: string,
  sources: readonly string[],
): HikaeError | undefined {
  const source = enclosingSource(join(real, ...missing), sources, Deno.build.os === "windows");
  return source === undefined ? undefined : new HikaeError(
    "usage",
    text("bundle.inside-source", { source }),
    { path: given, hint: text("bundle.inside-source-hint") },
  );
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
