/** Whether a place is backed up: what a restore leaves torn there would be taken for a version. @module */

import { isAbsolute, join, relative, SEPARATOR } from "@std/path";
import { HikaeError } from "../../base/errors.ts";
import { lstatIfAny } from "../../base/io.ts";
import { compileRules, type Rules } from "../../engine/source/rules.ts";
import { denoFs } from "../../platform/deno_fs.ts";
import { text } from "../../text/text.ts";
import { pathWithin } from "./identity.ts";
import { isInside, realPlaceToMake } from "./places.ts";

/**
 * True for the real path of a place, which may have to be made, that is one of these sources, lies in one or holds one; by
 * whatever path, link or mount.
 */
export function isBackedUp(place: string, sources: readonly string[], windows: boolean): boolean {
  return sources.some((given) => {
    const source = realSource(given);
    return source !== undefined && (sourceAbove(place, source, windows) !== undefined ||
      isInside(source, place, windows) || pathWithin(source, place) !== undefined);
  });
}

/** The path by which a place is, or lies in, the source at a real path; by whatever path, link or mount. */
function sourceAbove(place: string, source: string, windows: boolean): string | undefined {
  return isInside(place, source, windows) ? source : pathWithin(place, source);
}

/** A source, and what its runs leave out. */
export interface RuledSource {
  source: string;
  rules: () => Rules;
}

/**
 * Why no bundle is written to a place: in a source each run would back up the bundles of the runs before, unless its rules
 * leave the place out.
 */
export function bundlesInSource(
  { real, missing }: { real: string; missing: readonly string[] },
  given: string,
  { source, rules }: RuledSource,
): HikaeError | undefined {
  const place = join(real, ...missing);
  const there = realSource(source);
  const above = there && sourceAbove(place, there, Deno.build.os === "windows");
  if (above === undefined || isLeftOut(place, above, rules())) return undefined;
  return new HikaeError("usage", text("bundle.inside-source", { source }), {
    path: given,
    hint: text("bundle.inside-source-hint"),
  });
}

/** True where rules leave out a directory that lies in `source`, or one above it. */
function isLeftOut(place: string, source: string, rules: Rules): boolean {
  const inSource = relative(source, place).replaceAll(SEPARATOR, "/");
  if (inSource === "") return false;
  if (compileRules(rules, []).excludes(inSource, true)) return true;
  const disk = lstatIfAny(denoFs, source)?.dev;
  const above = inSource.split("/").map((_, i, names) => join(source, ...names.slice(0, i + 1)));
  return above.some((dir) => {
    const info = lstatIfAny(denoFs, dir);
    if (info === undefined) return false;
    return rules.oneFileSystem && info.dev !== disk ||
      rules.excludeIfPresent.some((tag) => lstatIfAny(denoFs, join(dir, tag)) !== undefined);
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
