/**
 * A vault on a stick that has another letter today (Windows): found by its id and the number of its volume at the same
 * path below another drive's root. A copy of it lies on another volume, and is never taken for it.
 * @module
 */

import { parse } from "@std/path";
import { HikaeError } from "../../base/errors.ts";
import type { KnownVaults } from "../../sandbox/state_wire.ts";
import { text } from "../../text/text.ts";
import { vaultId } from "./index_places.ts";
import { absolute } from "./places.ts";

/** What is asked of the system. */
export interface DriveLook {
  /** The roots of the drives that are there, as `E:\`. */
  drives: () => readonly string[];
  /** The id of the vault at a path; undefined where there is none. */
  idAt: (path: string) => string | undefined;
  /** The number of the volume that a path lies on; undefined or 0 where it cannot be had. */
  volumeAt: (path: string) => number | undefined;
}

/** Where a vault is now: `moved` when it is the same, `alike` when it may be a copy. */
export interface FoundAgain {
  moved?: string;
  /** Places with the same id that are not known to be it. */
  alike: string[];
}

const DRIVE = /^([A-Za-z]):[\\/]/;

/** Looks for the vault that this machine knew at `path` on the other drives. */
export function foundAgain(path: string, known: KnownVaults, look: DriveLook): FoundAgain {
  const letter = DRIVE.exec(path)?.[1]?.toUpperCase();
  const fold = (p: string): string => p.toLowerCase();
  const was = Object.entries(known).find(([at]) => fold(at) === fold(path))?.[1];
  if (letter === undefined || was?.id === undefined) return { alike: [] };
  const { id, volume } = was;
  // of several places with this id nobody can tell which one is meant
  const others = Object.entries(known).filter(([at, v]) =>
    v.id === id && fold(at) !== fold(path) && !isVolume(v.volume, volume)
  );
  const there = look.drives()
    .filter((root) => root.charAt(0).toUpperCase() !== letter)
    .map((root) => root.charAt(0) + path.slice(1))
    .filter((place) => look.idAt(place) === id);
  const same = there.filter((place) => isVolume(look.volumeAt(place), volume));
  const [moved, second] = same;
  return moved !== undefined && second === undefined && others.length === 0
    ? { moved, alike: there.filter((p) => p !== moved) }
    : { alike: there };
}

/** Without a number nobody knows. */
function isVolume(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && a !== 0 && a === b;
}

/**
 * The place where the vault that was known at `given` is now, when it is not there; undefined where it is, or where
 * nothing is known. Throws `guard_empty_vault` when there is one that may be a copy.
 */
export function placeToday(
  { cwd, known, note }: {
    cwd: string;
    known: KnownVaults;
    /** Told that it was found. */
    note: (message: string) => void;
  },
  given: string,
): string | undefined {
  if (Deno.build.os !== "windows") return undefined;
  const path = absolute(cwd, given);
  const was = Object.entries(known).find(([at]) => at.toLowerCase() === path.toLowerCase())?.[1];
  if (was?.id === undefined || vaultId(path) === was.id) return undefined;
  const { moved, alike } = foundAgain(path, known, driveLook(vaultId));
  const [place] = alike;
  if (moved !== undefined) note(text("drive.moved", { given, place: moved }));
  else if (place !== undefined) {
    throw new HikaeError("guard_empty_vault", text("drive.alike", { given, place }), {
      path: given,
      hint: text("drive.alike-hint", { place }),
    });
  }
  return moved;
}

/** The number of the volume that a vault is on, or is to be made on; undefined elsewhere than on Windows. */
export function volumeOf(root: string): number | undefined {
  if (Deno.build.os !== "windows") return undefined;
  for (const path of [root, parse(root).root]) {
    try {
      return Deno.statSync(path).dev || undefined;
    } catch {
      // it is not there yet
    }
  }
  return undefined;
}

/** The drives of this Windows, its vaults and volumes. */
function driveLook(idAt: DriveLook["idAt"]): DriveLook {
  const stat = (path: string): Deno.FileInfo | undefined => {
    try {
      return Deno.statSync(path);
    } catch {
      return undefined;
    }
  };
  return {
    drives: () =>
      Array.from({ length: 26 }, (_, i) => `${String.fromCharCode(65 + i)}:\\`)
        .filter((root) => stat(root)?.isDirectory === true),
    idAt,
    volumeAt: (path) => stat(path)?.dev,
  };
}
