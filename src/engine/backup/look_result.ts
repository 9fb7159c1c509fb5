/** What a look at the source came to, for the guards and for the writing. @module */

import { dirOf, joinRel } from "../../base/relpath.ts";
import { bringsContent, type CompareStep, sameStat } from "./compare/compare.ts";
import type { ComparedDirectory } from "./compare/compare_directory.ts";
import type { HashMemo } from "./compare/look_memory.ts";
import type { LaneVault } from "./lane_vault.ts";
import { filesSeen, type SourceDir, type SourceTrouble } from "../source/source_dir.ts";
import { countLiving } from "../../vault/history/paths.ts";
import { compareUtf8 } from "../../base/bytes.ts";
import { defined } from "../../base/defined.ts";
import type { Task } from "./lane_task.ts";
import type { SeenMirror } from "./vault_dir.ts";

/** What the guards count, in one directory or in all, for one vault. */
export interface LookTotals {
  /** Files and links, left out or not. */
  files: number;
  /** True when a part could not be seen. */
  blind: boolean;
  /** Changed files by size or time, and deleted ones with all below: what the mass-change guard counts. */
  sure: number;
  unsure: number;
}

/** A directory in which something is to be written. */
export interface ChangedDir {
  path: string;
  /** Names of subdirectories that were gone. */
  gone: readonly string[];
  /** So many files are to be read. */
  files: number;
  /** Subdirectories that some vault does not have, though another one does. */
  late?: readonly string[];
  /** What was hashed in it. */
  hashed?: HashMemo;
  /** By vault, its mirror as it was seen, where that is far away. */
  mirrors?: readonly (SeenMirror | undefined)[];
  /** The lane that looked at it and may remember what it found, by its index. */
  lane?: number;
  /** Vaults that it is not for, by their indexes. */
  without?: readonly number[];
}

/** What a look at one directory came to. */
export interface LookResult {
  /** One for each vault. */
  totals: LookTotals[];
  /** Undefined where nothing is to be written. */
  changed: ChangedDir | undefined;
  /** Trouble that is told with the writing, or when a guard stops it. */
  untold: SourceTrouble[];
  /** Subdirectories to look at next. */
  subdirs: string[];
  /** As {@link ComparedDirectory} has it. */
  apart?: ComparedDirectory["apart"];
}

/** What a look counted in a directory for a vault that has nothing to do there. */
export function seenIn(source: SourceDir | undefined): LookTotals {
  return {
    files: source === undefined ? 0 : filesSeen(source),
    blind: source === undefined || source.troubles.length > 0,
    sure: 0,
    unsure: 0,
  };
}

/** Counts a step for the mass-change guard. */
export function countStep(
  run: LaneVault,
  dir: string,
  step: CompareStep,
  totals: LookTotals,
): void {
  if (step.act === "delete") totals.sure++;
  else if (step.act === "deleteDir") {
    totals.sure += countLiving(run.catalog, joinRel(dir, step.known.name));
  } else if (step.act === "update") {
    // under --checksum everything may have changed, and most of it has not
    if (step.sure) totals.sure++;
    else if (!sameStat(step.known, step.source)) totals.unsure++;
  }
}

/** The names of subdirectories that are gone, for some vault. */
export function goneIn({ vaults }: ComparedDirectory): string[] {
  const names = new Set<string>();
  for (const { work } of vaults) {
    for (const step of work?.plan.steps.others() ?? []) {
      if (step.act === "deleteDir") names.add(step.known.name);
    }
  }
  return [...names];
}

/** How many of its files and links are to be read, for the vault that wants most. */
export function readsIn({ vaults }: ComparedDirectory): number {
  return Math.max(0, ...vaults.map(({ work }) => work?.plan.steps.reads ?? 0));
}

/** The bytes of so many of them are added up: what is more is much. */
const MOST_ADDED = 4096;

/** How many bytes of its files are to be read, about, for the vault that has most to do. */
export function bytesToRead({ vaults }: ComparedDirectory): number {
  return Math.max(
    0,
    ...vaults.map(({ work }) => {
      let [bytes, left] = [0, MOST_ADDED];
      for (const step of work?.plan.steps ?? []) {
        if (left-- === 0) break;
        if (bringsContent(step)) bytes += step.source.info.size;
      }
      return bytes;
    }),
  );
}

/** The subdirectories that some vault does not have yet, though another one does. */
export function lateIn({ path, known, vaults }: ComparedDirectory): string[] {
  const late = new Set<string>();
  for (const { work } of vaults) {
    for (const step of work?.plan.steps.others() ?? []) {
      if (step.act !== "addDir") continue;
      const below = joinRel(path, step.source.name);
      if (known.has(below)) late.add(below);
    }
  }
  return [...late];
}

/**
 * The directories in which a look found something to do. Lanes take them in any order, but one that some vault does
 * not have yet comes after the one that it lies in.
 */
export function lookedTasks({ changed }: { changed: ChangedDir[] }): Task[] {
  const waits = new Set(changed.flatMap(({ late }) => late ?? []));
  const tasks = new Map<string, Task & { then: Task[] }>();
  const first: Task[] = [];
  for (
    const { path, gone, files, late, hashed, lane, mirrors, without } of changed.sort((a, b) =>
      compareUtf8(a.path, b.path)
    )
  ) {
    const more = defined({ late, hashed, lane, mirrors, files, without });
    const task = { path, looked: true, fresh: false, gone, then: [], ...more };
    const above = waits.size === 0 ? undefined : waitsFor(path, waits, tasks);
    (above?.then ?? first).push(task);
    tasks.set(path, task);
  }
  return first;
}

/** The task that must come before the one for `path`: the nearest above it, if any of them is late. */
function waitsFor<T extends Task>(
  path: string,
  late: ReadonlySet<string>,
  tasks: ReadonlyMap<string, T>,
): T | undefined {
  let above: T | undefined;
  let waits = false;
  for (let at = path; at !== ""; at = dirOf(at)) {
    waits ||= late.has(at);
    above ??= tasks.get(dirOf(at));
  }
  return waits ? above : undefined;
}

/** What the looks of a lane, or of all, found in a pass. */
export interface LaneFindings {
  /** One for each vault. */
  totals: LookTotals[];
  /** Directories in which something is to be written. */
  changed: ChangedDir[];
  /** Trouble in the changed ones: told with the writing, or when a guard stops it. */
  untold: SourceTrouble[];
}

/** Nothing found yet. */
export function noFindings(vaults: number): LaneFindings {
  const totals = Array.from(
    { length: vaults },
    () => ({ files: 0, blind: false, sure: 0, unsure: 0 }),
  );
  return { totals, changed: [], untold: [] };
}

/** Adds what more was found, in one directory or by another lane. */
export function addFindings(sum: LaneFindings, more: LaneFindings): void {
  more.totals.forEach((t, i) => {
    const s = sum.totals[i];
    if (s === undefined) return;
    s.files += t.files;
    s.blind ||= t.blind;
    s.sure += t.sure;
    s.unsure += t.unsure;
  });
  for (const dir of more.changed) sum.changed.push(dir);
  for (const trouble of more.untold) sum.untold.push(trouble);
}
