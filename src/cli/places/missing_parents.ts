/**
 * A vault's missing parents (design, *Commands*). `/mnt/usb/docs` without a drive at `/mnt/usb` would be made whole on
 * the system's own disk, and its owner would believe the copies to be on the drive.
 * @module
 */

import { dirname, join, parse } from "@std/path";
import { HikaeError } from "../../base/errors.ts";
import { homeOf } from "../../config/expand.ts";
import { text } from "../../text/text.ts";
import type { Context } from "../command.ts";
import { isInside, realPlaceAndRest } from "./places.ts";
import { platformOf } from "../platform.ts";

const WINDOWS = Deno.build.os === "windows";

/** A place to make: the real path of what is there, and the names that are missing below it. */
export interface PlaceToMake {
  readonly real: string;
  readonly missing: readonly string[];
}

/**
 * The uppermost directory that would have to be made above a new vault, where it is not to be made unasked: the
 * nearest existing one is neither a drive's root nor a mount point other than `/`, nor does it lie on the source's own
 * file system in the user's home. Undefined where nothing is missing above the vault, or all of it may be made.
 */
export function missingParent(
  place: PlaceToMake,
  source: string,
  env: (name: string) => string | undefined,
): string | undefined {
  const [first] = place.missing;
  if (first === undefined || place.missing.length < 2) return undefined;
  // a file in the way is told by what makes directories
  if (!Deno.statSync(place.real).isDirectory) return undefined;
  if (isDriveRoot(place.real) || isAtHome(place.real, source, env)) return undefined;
  return join(place.real, first);
}

/** The guard's stop for such a place. */
export function parentsMissing(given: string, parent: string): HikaeError {
  return new HikaeError("guard_missing_parent", text("place.parents-missing", { parent }), {
    path: given,
    hint: text("place.parents-missing-hint"),
  });
}

/** Such a stop for the directory of bundles, which hold what the drive that is away should have. */
export function bundleParentsMissing(given: string, parent: string): HikaeError {
  return new HikaeError("guard_missing_parent", text("bundle.parents-missing", { parent }), {
    path: given,
    hint: text("bundle.parents-missing-hint", { given }),
  });
}

/** What a backup would say of the place of a vault that is missing; undefined when it would make it. */
export function vaultPlaceProblem(
  { cwd, env }: Pick<Context, "cwd" | "env">,
  vault: string,
  source: string,
  stop = parentsMissing,
): HikaeError | undefined {
  try {
    const parent = missingParent(realPlaceAndRest(cwd, vault), realOf(source), env);
    return parent === undefined ? undefined : stop(vault, parent);
  } catch (error) {
    if (error instanceof HikaeError) return error;
    throw error;
  }
}

/** True for a drive's root, and for a mount point that is not the system's root. */
function isDriveRoot(real: string): boolean {
  const above = dirname(real);
  if (above === real) return WINDOWS;
  return !WINDOWS && !onOneDisk(real, above);
}

function isAtHome(
  real: string,
  source: string,
  env: (name: string) => string | undefined,
): boolean {
  const home = homeOf({ env, platform: platformOf(Deno.build.os) });
  return home !== undefined && isInside(real, realOf(home), WINDOWS) && onOneDisk(real, source);
}

function realOf(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path;
  }
}

function onOneDisk(a: string, b: string): boolean {
  if (WINDOWS) return parse(a).root.toLowerCase() === parse(b).root.toLowerCase();
  try {
    return Deno.statSync(a).dev === Deno.statSync(b).dev;
  } catch {
    return false;
  }
}
