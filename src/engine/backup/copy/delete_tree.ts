/** Marks everything below a directory that is gone from the source (spec §1, decisions 4 and 14). @module */

import { createFresh, lstatIfAny, removeIfAny, removeQuietly } from "../../../base/io.ts";
import { joinRel } from "../../../base/relpath.ts";
import { folding } from "../../../vault/folding.ts";
import type { KnownRow } from "../../../vault/pieced_row.ts";
import type { ScanEntry } from "../../../vault/scan_row.ts";
import { META, TEMPORARY } from "../../../vault/names.ts";
import type { DiskNames } from "../../../vault/disk_names.ts";
import { endLine, markPast, movedLine, moveTree, namesOf, type NamesOfDir } from "./retire.ts";
import { scanEntryOf } from "../../../vault/scan_entry_of.ts";
import type { LaneVault } from "../lane_vault.ts";

/** Marks the tree of `known`, a directory in `dir`; with `replaced` its place is free afterwards. */
export function deleteTree(
  run: LaneVault,
  dir: string,
  known: ScanEntry,
  replaced: boolean,
  check: () => void,
  on: NamesOfDir = namesOf(run, dir),
): void {
  const path = joinRel(dir, known.name);
  // at once: if a part of it cannot be marked, the next run must not go by what was there before
  run.sink.scan(path, undefined);
  const self = selfOf(run, path);
  const neverSeen = self === undefined && isBare(run, path);
  const lost = isOtherDir(run, dir, known.name, on.mirror);
  if (lost) loseBelow(run, path, check);
  else markBelow(run, path, check);
  const moved = !lost && replaced && moveTree(run, dir, known.name);
  // no snapshot had it, so none may have it now; what lay in its place from before is found by where it went
  if (neverSeen) return moved ? run.line(movedLine(run, path)) : undefined;
  run.counts.dirs_deleted++;
  // no record tells that it began when its parent's row has it
  const was = self ?? { ...known, since: UNTOLD };
  run.line(moved ? movedLine(run, path, was) : endLine(run, path, was, "deleted"));
}

/** No stamp: that of a beginning of which no record tells. */
const UNTOLD = -1;

/** True for a directory that no run could list: nothing is known of what is in it, and it has no metadata file. */
function isBare(run: LaneVault, path: string): boolean {
  return knownIn(run, path).length === 0 &&
    lstatIfAny(run.vault.fs, run.vault.tree.metadata(path)) === undefined;
}

/** What is known of a directory by its own row: attributes that its parent's row does not follow. */
function selfOf(run: LaneVault, path: string): ScanEntry | undefined {
  const v = run.catalog?.living(path);
  if (v?.type !== "dir") return undefined;
  return {
    name: v.name,
    type: "dir",
    size: 0,
    mtime: v.mtime ?? Number.NaN,
    ctime: 0,
    ino: 0,
    mode: v.mode ?? 0,
    uid: v.uid ?? 0,
    gid: v.gid ?? 0,
    since: v.since,
    hash: "",
  };
}

function markBelow(run: LaneVault, path: string, check: () => void): void {
  const { fs, tree } = run.vault;
  if (madeWay(run, path)) return;
  const on = namesOf(run, path);
  for (const entry of livingOf(run, path)) {
    check();
    if (entry.type === "dir") deleteTree(run, path, entry, false, check, on);
    else {
      markPast(run, path, entry, "deleted", on);
      run.counts.files_deleted++;
    }
  }
  // decision 14: without its metadata file the directory is one that cleanup may remove
  removeIfAny(fs, tree.metadata(path));
  run.sink.flush(tree.meta(path));
}

/**
 * True for a directory that the disk took for another one, which lives: what lies there is that one's. A file in it,
 * seen through the listed name, tells.
 */
function isOtherDir(run: LaneVault, dir: string, name: string, names: DiskNames): boolean {
  if (names.standing(name) !== "other") return false;
  const { fs, tree } = run.vault;
  const others = (run.catalog?.livingIn(dir) ?? [])
    .flatMap((v) => v.type === "dir" && v.name !== "" && v.name !== name ? [v.name] : []);
  const standing = names.standingOf(others);
  const probe = `${TEMPORARY}same`;
  const meta = tree.below(names.pathOf(name), META);
  if (lstatIfAny(fs, meta) === undefined) return names.isOneOf(name, standing);
  createFresh(fs, tree.below(meta, probe)).close();
  try {
    return standing.some((other) =>
      lstatIfAny(fs, tree.below(tree.below(names.pathOf(other), META), probe)) !== undefined
    );
  } finally {
    removeQuietly(fs, tree.below(meta, probe));
  }
}

/** Ends everything that is known below a directory whose copies were never its own. */
function loseBelow(run: LaneVault, path: string, check: () => void): void {
  const known: readonly ScanEntry[] = run.catalog?.livingIn(path).map((v) => scanEntryOf(v)) ?? [];
  for (const entry of known) {
    check();
    const below = joinRel(path, entry.name);
    if (entry.name === "") continue;
    const line = endLine(run, below, entry, "deleted");
    run.line(line);
    if (entry.type === "dir") {
      run.sink.scan(below, undefined);
      run.counts.dirs_deleted++;
      loseBelow(run, below, check);
    } else {
      run.line({ ...line, gone: run.stamp, why: "lost" });
      run.counts.files_deleted++;
    }
  }
}

/** True for an empty directory where a file lives that the vault takes for the same: a killed run put it there. */
function madeWay(run: LaneVault, path: string): boolean {
  if (folding(run.vault.info) === undefined || knownIn(run, path).length > 0) return false;
  return lstatIfAny(run.vault.fs, run.vault.tree.mirror(path))?.type === "file";
}

function livingOf(run: LaneVault, path: string): ScanEntry[] {
  run.assertReal(path);
  return knownIn(run, path);
}

function knownIn(run: LaneVault, path: string): ScanEntry[] {
  const known: readonly ScanEntry[] | KnownRow | undefined = run.readDir(path).known;
  if (known === undefined) return [];
  const list = "count" in known ? known.entries() : [...known];
  return list.filter((k) => k.name !== "");
}
