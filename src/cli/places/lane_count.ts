/**
 * How many threads share a run: one per core, none besides the engine's for what holds little, and many where the disk
 * is far away and a thread does nothing but wait for it (docs/performance.md). No count changes what is flushed, and when.
 * @module
 */

import { dirname, join } from "@std/path";
import { type IndexPlaces, indexSize } from "./index_places.ts";

/** Indexes smaller than this tell of so little that a second thread costs more than it brings, in bytes. */
const SMALL = 512 << 10;

/** The same where each answer is waited for. */
const SMALL_FAR = 24 << 10;

/** A disk that takes longer than this for an answer is far away, ms: those of the machine take a hundredth. */
const FAR = 1;

/** So many threads wait for a disk that is far away, each that writes takes 22 to 26 MB: one more is past 400 MB for all. */
const MANY = 15;

/** How many questions tell how far a disk is. */
const PROBES = 3;

/** What tells how many threads there are to be. */
export interface LaneNeeds {
  /** Vaults that are written or read. */
  vaults: readonly string[];
  places: IndexPlaces;
  /** Whether one of them is far away, or what else is written or read: the target of a restore. */
  far: boolean;
  /** Plugins filter: threads ask that main started. */
  filtered?: boolean;
  /** A restore: what it comes to is told by the index, which the engine makes first where there is none. */
  restores?: boolean;
}

/** True for a place whose disk is far away: each answer of it is waited for. */
export function isFar(path: string): boolean {
  return latencyOf(path) > FAR;
}

/** The threads of a backup or a restore besides the engine's own. */
export interface LanesNeeded {
  /** So many there are from the start. */
  lanes: number;
  /** So many more the engine may start, when there is work for them. */
  spare: number;
}

/** How many threads there are to be besides the engine's own, and how many there may be. */
export function lanesNeeded({ vaults, places, ...needs }: LaneNeeds): LanesNeeded {
  const indexSizes = vaults.map((root) => indexSize(places[root]));
  return lanesFor({ ...needs, indexSizes, cores: navigator.hardwareConcurrency });
}

/** What was found of what there is to do: sizes of indexes in bytes, 0 where there is none yet. */
type LanesFound = { indexSizes: readonly number[]; cores: number };

/** The same by what was found. */
export function lanesFor(
  { far, filtered = false, restores = false, indexSizes, cores }:
    & Omit<LaneNeeds, "vaults" | "places">
    & LanesFound,
): LanesNeeded {
  const isNew = indexSizes.includes(0);
  // a first run writes from its start; a restore may be of one file, whatever is in the vault
  if (!far || filtered || (isNew && !restores)) {
    return { lanes: threadsFor({ far, indexSizes, cores }), spare: 0 };
  }
  const lanes = isNew ? 0 : threadsFor({ far: false, indexSizes, cores });
  return { lanes, spare: MANY - 1 - lanes };
}

/** How many threads share the work besides the engine's own, where all are there from the start. */
export function threadsFor({ far, indexSizes, cores }: { far: boolean } & LanesFound): number {
  const least = far ? SMALL_FAR : SMALL;
  if (indexSizes.every((size) => size > 0 && size < least)) return 0;
  return (far ? MANY : Math.min(8, cores)) - 1;
}

/**
 * How long the disk of a path takes for an answer, in ms: the quickest of some questions after names that nothing has,
 * which no cache can answer. One that cannot be asked counts as near.
 */
function latencyOf(path: string): number {
  const dir = nearestDir(path);
  if (dir === undefined) return 0;
  let quickest = Infinity;
  for (let n = 0; n < PROBES && quickest > FAR; n++) {
    const name = join(dir, `.hikae-${crypto.randomUUID()}`);
    const asked = performance.now();
    try {
      Deno.lstatSync(name);
    } catch {
      // that it is not there is the answer
    }
    quickest = Math.min(quickest, performance.now() - asked);
  }
  return quickest;
}

/** The directory itself, or the nearest one above it that is there. */
function nearestDir(path: string): string | undefined {
  for (let at = path;; at = dirname(at)) {
    try {
      if (Deno.statSync(at).isDirectory) return at;
    } catch {
      // a new vault's directory is not there yet
    }
    if (dirname(at) === at) return undefined;
  }
}
