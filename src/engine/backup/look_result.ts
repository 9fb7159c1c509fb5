/** What a look at the source notes down for the guards and for the writing. @module */

import { joinRel } from "../../base/relpath.ts";
import type { DirPlan, Step } from "./compare.ts";
import type { HashMemo } from "./hash_memo.ts";
import type { LaneVault } from "./lane_vault.ts";

/** What a look at a directory found, per vault. */
export interface Looked {
  /** Something is to be written. */
  changed: boolean;
  /** Changed files by size or time, and deleted ones with all below: what the mass-change guard counts. */
  sure: number;
  unsure: number;
  /** Files and links in the directory, left out or not. */
  files: number;
  /** True when a part of the directory could not be seen. */
  blind: boolean;
}

/** Paths that a look notes down for the writing. */
export interface LookNotes {
  /** Whose trouble was told. */
  told: string[];
  /** Directories that were gone. */
  gone: string[];
  /** Directories that some vault does not have, though another one does. */
  late: string[];
  /** What was hashed in directories in which something is to be written. */
  hashed: { path: string; names: HashMemo }[];
  /** Which vaults are as they should be, and have counted it, in directories in which another is not. */
  counted: { path: string; vaults: number[] }[];
}

/** Counts a step for the mass-change guard. */
export function countStep(run: LaneVault, dir: string, step: Step, l: Looked): void {
  if (step.act === "delete") l.sure++;
  else if (step.act === "deleteDir") {
    l.sure += run.catalog?.countLiving(joinRel(dir, step.known.name)) ?? 0;
  } else if (step.act === "update") {
    const { known, source } = step;
    const moved = known.size !== source.info.size || known.mtime !== source.info.mtime;
    if (step.sure) l.sure++;
    else if (moved) l.unsure++;
  }
}

/** Notes down which directories are gone, and which some vault does not have yet. */
export function noteDirs(
  dir: string,
  { steps }: DirPlan,
  known: ReadonlySet<string>,
  notes: LookNotes,
): void {
  for (const step of steps) {
    if (step.act === "deleteDir") notes.gone.push(joinRel(dir, step.known.name));
    else if (step.act === "addDir") {
      const path = joinRel(dir, step.source.name);
      if (known.has(path)) notes.late.push(path);
    }
  }
}
