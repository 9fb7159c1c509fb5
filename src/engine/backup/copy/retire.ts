/** Turns living copies into past versions in one vault: the renames of spec §2 and what they record; and the lines of what begins. @module */

import type { FileInfo, FileSystem } from "../../../base/fs.ts";
import { lstatIfAny, move, readTextIfAny, removeIfAny, replaceFile } from "../../../base/io.ts";
import { joinRel } from "../../../base/relpath.ts";
import { stampFromNumber } from "../../../base/stamp.ts";
import { VaultContents } from "../../../vault/content.ts";
import {
  mirrorName,
  type PastKind,
  pastKind,
  storedMark,
  TEMPORARY,
} from "../../../vault/names.ts";
import { formatNames, parseNames } from "../../../vault/names_file.ts";
import { goneLine } from "../../../vault/version.ts";
import type { VersionLine, Why } from "../../../vault/record.ts";
import type { ScanEntry } from "../../../vault/scan_row.ts";
import { RealDirs } from "../../real_dirs.ts";
import type { DiskNames } from "../../../vault/disk_names.ts";
import type { SourceEntry } from "../../source/source_dir.ts";
import { attributesOf } from "../compare/scan_entry.ts";
import type { LaneVault } from "../lane_vault.ts";

/** Where a living copy lies. */
function livingPath(
  run: LaneVault,
  dir: string,
  known: Pick<ScanEntry, "name" | "type">,
): string {
  return known.type === "link"
    ? run.linkPath(dir, known.name)
    : run.vault.tree.entry(dir, known.name);
}

/** The path of a past mark in `dir`, its full name kept in `names.txt` when it had to be shortened. */
function pastPath(run: LaneVault, dir: string, name: string, kind: PastKind): string {
  const { stored, shortened } = storedMark(kind, name, run.stamp, run.vault.hashText);
  if (shortened) keepName(run, dir, stored, name);
  return run.vault.tree.below(run.metaDir(dir), stored);
}

/** Adds a line to `names.txt` of `dir`; it is there before the shortened name is. */
export function keepName(run: LaneVault, dir: string, stored: string, name: string): void {
  const { fs, tree } = run.vault;
  const meta = run.metaDir(dir);
  const path = tree.names(dir);
  // a share may say once that the file is not there: then the names in it would be lost
  const names = parseNames(readTextIfAny(fs, path) ?? readTextIfAny(fs, path) ?? "");
  if (names.get(stored) === name) return;
  names.set(stored, name);
  replaceFile(
    fs,
    path,
    tree.below(meta, `${TEMPORARY}names`),
    formatNames(names),
    run.options.flush,
  );
}

/** The record line that ends a version. */
export function endLine(run: LaneVault, path: string, known: ScanEntry, why: Why): VersionLine {
  const { windows } = run.options;
  const size = sizeOf(run, path, known);
  return {
    kind: "version",
    path,
    type: known.type,
    ...(size === undefined ? {} : { size }),
    ...(Number.isNaN(known.mtime) ? {} : { mtime: new Date(known.mtime).toISOString() }),
    mode: known.mode,
    ...(windows ? {} : { uid: known.uid, gid: known.gid }),
    ...(known.hash === "" ? {} : { hash: known.hash }),
    ...(known.since > 0 ? { from: stampFromNumber(known.since) } : {}),
    to: run.stamp,
    why,
  };
}

/** The size of a version's content; what the source's disk told of it may be another one. */
function sizeOf(run: LaneVault, path: string, known: ScanEntry): number | undefined {
  if (known.type === "dir") return undefined;
  if (known.exact === true) return known.size;
  const size = (known.since > 0 ? run.catalog?.living(path)?.size : undefined) ?? known.size;
  return size < 0 ? undefined : size;
}

/** A living copy that was renamed to a mark: what to record once it stays so, and the way back. */
export interface RetiredCopy {
  lines: VersionLine[];
  undo(): void;
}

/** What the disk takes the names of one directory for: those of the mirror, and those of its meta directory. */
export interface NamesOfDir {
  mirror: DiskNames;
  meta: DiskNames;
}

/** The names of a directory; nothing is listed before it is needed. */
export function namesOf(run: LaneVault, dir: string): NamesOfDir {
  return { mirror: run.diskNames(dir), meta: run.metaNames(dir) };
}

/**
 * Renames a living copy to the mark of a past generation or a deletion; a copy that is not there is lost, and so is
 * one that the disk took for another living name's: no mark is made of that one's copy.
 */
export function retire(
  run: LaneVault,
  dir: string,
  known: ScanEntry,
  why: "changed" | "deleted",
  on: NamesOfDir,
): RetiredCopy {
  const { fs } = run.vault;
  const from = livingPath(run, dir, known);
  // a share may say once that a file is not there; what comes next would overwrite it
  const there = lstatIfAny(fs, from) ?? lstatIfAny(fs, from);
  const line = endLine(run, joinRel(dir, known.name), known, why);
  if (there?.type !== "file") {
    if (there?.type === "link") fs.remove(from);
    else if (there?.type === "dir") moveTree(run, dir, known.name);
    return lostCopy(run, line);
  }
  const to = pastPath(run, dir, known.name, pastKind(known.type === "link", why === "deleted"));
  const names = known.type === "link" ? on.meta : on.mirror;
  const stored = known.type === "link" ? linkName(run, known.name) : known.name;
  if (names.standing(stored, true) === "other") {
    const others = livingBeside(run, dir, known);
    if (!retireAlias(fs, names, { stored, from, to, others })) return lostCopy(run, line);
  } else move(fs, from, to);
  names.gone(stored);
  return {
    lines: [line],
    undo: () => {
      move(fs, to, from);
      names.came(stored);
    },
  };
}

function lostCopy(run: LaneVault, line: VersionLine): RetiredCopy {
  return { lines: [line, { ...line, gone: run.stamp, why: "lost" }], undo: () => {} };
}

/**
 * Renames an entry that its directory does not list under this name, unless it is the copy of another living name:
 * by its inode, else by the name that answers no more, which then gets it back. False for such a copy.
 */
function retireAlias(
  fs: FileSystem,
  names: DiskNames,
  { stored, from, to, others }: { stored: string; from: string; to: string; others: string[] },
): boolean {
  const standing = names.standingOf(others);
  if (names.isOneOf(stored, standing)) return false;
  move(fs, from, to);
  names.changed();
  try {
    const taken = names.goneOf(standing);
    if (taken === undefined) return true;
    move(fs, to, names.pathOf(taken));
  } catch (error) {
    move(fs, to, from);
    throw error;
  }
  names.changed();
  return false;
}

function linkName(run: LaneVault, name: string): string {
  return storedMark("link", name, undefined, run.vault.hashText).stored;
}

/** The names, of the mirror or of link records, under which something lives in a directory beside `known`. */
function livingBeside(run: LaneVault, dir: string, known: ScanEntry): string[] {
  const isLink = known.type === "link";
  return (run.catalog?.livingIn(dir) ?? [])
    .filter(({ name, type }) => name !== "" && name !== known.name && (type === "link") === isLink)
    .map(({ name }) => isLink ? linkName(run, name) : name);
}

/** Marks a living copy as past and records it. */
export function markPast(
  run: LaneVault,
  dir: string,
  known: ScanEntry,
  why: "changed" | "deleted",
  on: NamesOfDir,
): void {
  for (const line of retire(run, dir, known, why, on).lines) run.line(line);
}

/**
 * Removes generations of a name beyond the limit, oldest first (decision 15); call it after the new copy is in place.
 * Those that may be the last good ones stay; `spare` says so of the generation that this run made.
 */
export function dropSurplus(run: LaneVault, dir: string, name: string, spare = false): void {
  const keep = run.options.maxGenerations;
  if (keep === undefined || run.catalog === undefined) return;
  const path = joinRel(dir, name);
  const { catalog } = run;
  const past = catalog.history(path)
    .filter((v) =>
      v.until !== null && v.ended === "changed" && v.gone === null && v.type !== "dir" &&
      !catalog.isSpared(v)
    );
  const contents = new VaultContents(run.vault, run.catalog.moves());
  // the generation made in this run is the newest and not in the catalog yet
  const surplus = past.length + 1 - keep;
  const real = new RealDirs(run.vault);
  for (const v of past.slice(0, Math.max(0, Math.min(surplus, past.length)))) {
    const { file } = contents.stored(v);
    if (!real.has(file)) continue;
    removeIfAny(run.vault.fs, file);
    run.line(goneLine(v, run.number, "max_generations"));
  }
  if (keep > 0 || spare) return;
  for (const kind of ["old", "oldLink"] as const) {
    const { stored } = storedMark(kind, name, run.stamp, run.vault.hashText);
    const own = run.vault.tree.below(run.vault.tree.meta(dir), stored);
    if (lstatIfAny(run.vault.fs, own) === undefined) continue;
    removeIfAny(run.vault.fs, own);
    run.line({
      kind: "version",
      path,
      type: kind === "old" ? "file" : "link",
      to: run.stamp,
      gone: run.stamp,
      why: "max_generations",
    });
  }
}

/**
 * Moves the tree of a directory that became something else under a mark in its parent (decision 4); false when
 * it held nothing and is simply gone.
 */
export function moveTree(run: LaneVault, dir: string, name: string): boolean {
  const { fs, tree } = run.vault;
  const from = tree.below(tree.mirror(dir), mirrorName(name, run.vault.info.case_sensitive));
  if (lstatIfAny(fs, from) === undefined || removeEmptyTree(run, from)) return false;
  move(fs, from, pastPath(run, dir, name, "deleted"));
  return true;
}

/** Removes a directory that holds nothing but empty directories, whole or not at all; true when it is gone. */
function removeEmptyTree(run: LaneVault, path: string): boolean {
  const { fs, tree } = run.vault;
  const found = [path];
  for (const at of found) {
    for (const entry of fs.list(at)) {
      if (entry.type !== "dir") return false;
      found.push(tree.below(at, entry.name));
    }
  }
  for (const at of found.reverse()) removeIfAny(fs, at);
  return true;
}

/** The record line for a directory whose tree was moved under a mark. */
export function movedLine(run: LaneVault, path: string, known?: ScanEntry): VersionLine {
  if (known !== undefined) return endLine(run, path, known, "replaced");
  return { kind: "version", path, type: "dir", to: run.stamp, why: "replaced" };
}

/** Says that the attributes of a file or link in `dir` changed, and nothing else. */
export function attrLine(run: LaneVault, dir: string, source: SourceEntry): void {
  run.line({
    kind: "attr",
    path: joinRel(dir, source.name),
    type: source.type === "link" ? "link" : "file",
    ...attributesOf(run, source.info),
  });
}

/** A version that begins. */
export interface Beginning {
  hash: string;
  why: Why;
  /** The path that it was moved from. */
  moved?: string | undefined;
  /** The first name of a file that has several. */
  link?: string | undefined;
  /** When it began, as a number, where that was before this run. */
  since?: number | undefined;
}

/** What a record says of a file or link. */
export type RecordedEntry = Pick<SourceEntry, "name" | "type" | "realSize"> & {
  info: Pick<FileInfo, "size" | "mtime" | "mode" | "uid" | "gid">;
};

/** Says that a version of a file or link in `dir` begins with this run, or began before. */
export function beginLine(
  run: LaneVault,
  dir: string,
  source: RecordedEntry,
  { hash, why, moved, link, since }: Beginning,
): void {
  const size = source.realSize ?? source.info.size;
  run.line({
    kind: "version",
    path: joinRel(dir, source.name),
    type: source.type === "link" ? "link" : "file",
    size,
    ...(size === source.info.size ? {} : { told: source.info.size }),
    ...attributesOf(run, source.info),
    hash,
    from: since === undefined ? run.stamp : stampFromNumber(since),
    ...(moved === undefined ? {} : { moved }),
    ...(link === undefined ? {} : { link }),
    why,
  });
}

/** Says that a version of a directory begins with this run. */
export function directoryLine(run: LaneVault, path: string, info: FileInfo, why: Why): void {
  const facts = attributesOf(run, info);
  run.line({ kind: "version", path, type: "dir", ...facts, from: run.stamp, why });
}
