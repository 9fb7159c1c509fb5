/**
 * Compares a directory of the source with what a vault knows of it, and says what is to be done: plain data,
 * without a word on how (spec §1; decisions 3, 4, 7, 9, 11, 18, 21, 22). Reads no content.
 * @module
 */

import { joinRel } from "../../base/relpath.ts";
import type { PackedRow, ScanEntry } from "../../vault/scan_row.ts";
import type { Counts } from "./counts.ts";
import type { SourceDir, SourceEntry } from "./source_dir.ts";

/** What is to be done with one name. */
export type Step =
  /** A file or link that the vault does not have. */
  | { act: "add"; source: SourceEntry }
  /** Other content for sure (size or type differs), or perhaps (`sure` false). */
  | { act: "update"; source: SourceEntry; known: ScanEntry; sure: boolean }
  /** The mirror lost its copy. */
  | { act: "repair"; source: SourceEntry; known: ScanEntry }
  /** Mode, owner or time alone. */
  | { act: "attrs"; source: SourceEntry; known: ScanEntry }
  /** The file or link is gone from the source. */
  | { act: "delete"; known: ScanEntry; lost: boolean }
  /** A directory that the vault does not have. */
  | { act: "addDir"; source: SourceEntry }
  /** The directory is gone from the source, or became something else (`replaced`). */
  | { act: "deleteDir"; known: ScanEntry; replaced: boolean };

/** What a vault has of a directory. */
export interface VaultDir {
  /** What the last run saw; undefined in a directory that is new to the vault. */
  known: readonly ScanEntry[] | PackedRow | undefined;
  /** Names in the mirror, by type. */
  mirror: ReadonlyMap<string, string>;
  /** False when `mirror` was not listed but remembered: a deleted directory may be there besides. */
  listed: boolean;
  /** Own names of the living link records. */
  links: ReadonlySet<string>;
  /** False when `metadata.txt` is missing or is not the one that was written. */
  metadataSound: boolean;
}

/** What is to be done in one directory for one vault. */
export interface DirPlan {
  steps: Step[];
  /** Entries that stay as they are. */
  kept: ScanEntry[];
  /** Subdirectories to process, of those that the source has. */
  subdirs: string[];
  /** Of those the ones that the vault knows. */
  knownDirs: string[];
  /** The directory's own attributes differ from those known. */
  selfChanged: boolean;
  /** The directory itself as known; undefined when new. */
  self: ScanEntry | undefined;
  /** True when anything has to be written. */
  changed: boolean;
}

/** How to compare. */
export interface CompareOptions {
  checksum: boolean;
  /** Living files and links below an excluded or unseen directory. */
  countLiving: (path: string) => number;
  /** True when a rule leaves a path out by its name: then nobody can tell that it is gone. */
  leavesOut: (path: string, isDir: boolean) => boolean;
}

/** Compares; what needs no work is counted at once. */
export function compareDir(
  source: SourceDir,
  vault: VaultDir,
  options: CompareOptions,
  counts: Counts,
): DirPlan {
  const known = knownEntries(vault.known);
  const self = known.get("");
  known.delete("");
  const plan: DirPlan = {
    steps: [],
    kept: [],
    subdirs: [],
    knownDirs: [],
    selfChanged: self === undefined || !sameAttrs(self, source),
    self,
    changed: false,
  };
  for (const entry of source.entries) {
    const was = known.get(entry.name);
    known.delete(entry.name);
    if (entry.excluded) keepExcluded(source.path, entry, was, plan, options, counts);
    else compareEntry(entry, was, vault, plan, options, counts);
  }
  for (const was of known.values()) {
    if (source.unseen.has(was.name)) plan.kept.push(was);
    else if (options.leavesOut(joinRel(source.path, was.name), was.type === "dir")) {
      keepExcluded(source.path, was, was, plan, options, counts);
    } else plan.steps.push(goneStep(was, vault));
  }
  plan.changed = plan.steps.length > 0 || plan.selfChanged || !vault.metadataSound;
  return plan;
}

function knownEntries(known: VaultDir["known"]): Map<string, ScanEntry> {
  const list = known === undefined ? [] : "count" in known ? known.entries() : known;
  return new Map(list.map((k) => [k.name, k]));
}

function sameAttrs(self: ScanEntry, source: SourceDir): boolean {
  const i = source.info;
  return self.mtime === i.mtime && self.mode === i.mode && self.uid === i.uid && self.gid === i.gid;
}

function keepExcluded(
  dir: string,
  entry: Pick<SourceEntry, "name" | "type">,
  was: ScanEntry | undefined,
  plan: DirPlan,
  options: CompareOptions,
  counts: Counts,
): void {
  if (was !== undefined) plan.kept.push(was);
  if (was?.type === "dir") {
    counts.files_excluded += options.countLiving(joinRel(dir, entry.name));
  } else if (was !== undefined || entry.type !== "dir") counts.files_excluded++;
}

function compareEntry(
  entry: SourceEntry,
  was: ScanEntry | undefined,
  vault: VaultDir,
  plan: DirPlan,
  options: CompareOptions,
  counts: Counts,
): void {
  if (entry.type === "special") {
    counts.files_special++;
    if (was !== undefined) plan.steps.push(goneStep(was, vault, was.type === "dir"));
    return;
  }
  if (entry.type === "dir") {
    if (was !== undefined && was.type !== "dir") plan.steps.push(goneStep(was, vault));
    const there = was?.type === "dir" && vault.mirror.get(entry.name) === "dir";
    if (there) plan.kept.push(was);
    else plan.steps.push({ act: "addDir", source: entry });
    plan.subdirs.push(entry.name);
    if (was?.type === "dir") plan.knownDirs.push(entry.name);
    return;
  }
  counts.total_files_processed++;
  counts.total_bytes_processed += entry.info.size;
  if (was?.type === "dir") {
    plan.steps.push({ act: "deleteDir", known: was, replaced: true });
    plan.steps.push({ act: "add", source: entry });
  } else if (was === undefined) plan.steps.push({ act: "add", source: entry });
  else compareFile(entry, was, vault, plan, options, counts);
}

function compareFile(
  source: SourceEntry,
  known: ScanEntry,
  vault: VaultDir,
  plan: DirPlan,
  options: CompareOptions,
  counts: Counts,
): void {
  const { info } = source;
  if (!isStored(known, vault)) plan.steps.push({ act: "repair", source, known });
  else if (known.type !== source.type) {
    plan.steps.push({ act: "update", source, known, sure: true });
  } else if (known.size !== info.size) {
    plan.steps.push({ act: "update", source, known, sure: true });
  } else if (options.checksum || !sameStat(known, source)) {
    plan.steps.push({ act: "update", source, known, sure: false });
  } else if (known.mode !== info.mode || known.uid !== info.uid || known.gid !== info.gid) {
    plan.steps.push({ act: "attrs", source, known });
  } else {
    plan.kept.push(known);
    counts.files_unmodified++;
  }
}

/** True when size, times and inode are those of the last look. */
export function sameStat(
  known: Pick<ScanEntry, "size" | "mtime" | "ctime" | "ino">,
  { info }: SourceEntry,
): boolean {
  return known.size === info.size && known.mtime === info.mtime && known.ctime === info.ctime &&
    known.ino === info.ino;
}

/** True when the vault has the copy that it should. */
function isStored(known: ScanEntry, vault: VaultDir): boolean {
  return known.type === "link"
    ? vault.links.has(known.name)
    : vault.mirror.get(known.name) === known.type;
}

function goneStep(known: ScanEntry, vault: VaultDir, replaced = false): Step {
  return known.type === "dir"
    ? { act: "deleteDir", known, replaced }
    : { act: "delete", known, lost: !isStored(known, vault) };
}

/**
 * Leaves directories in peace that went after the look: another lane may be at work in them by what the look saw,
 * and what the next run finds gone is marked then. What took their place waits with them.
 */
export function keepUnlessGone(plan: DirPlan, gone: ReadonlySet<string>): void {
  const kept = new Set<string>();
  for (const step of plan.steps) {
    if (step.act !== "deleteDir" || gone.has(step.known.name)) continue;
    kept.add(step.known.name);
    plan.kept.push(step.known);
  }
  if (kept.size === 0) return;
  plan.steps = plan.steps.filter((step) =>
    !kept.has("known" in step ? step.known.name : step.source.name)
  );
}

/**
 * The quick answer for a directory in which nothing happened: true when every entry, the mirror and the
 * metadata file are as the packed row has them. Then `counts` has been added to and no plan is needed.
 */
export function isUnchanged(
  source: SourceDir,
  row: PackedRow,
  vault: Pick<VaultDir, "mirror" | "links" | "metadataSound">,
  counts: Counts,
): boolean {
  const entries = source.entries;
  if (!vault.metadataSound || row.count !== entries.length + 1 || source.unseen.size > 0) {
    return false;
  }
  const { info } = source;
  if (!row.sameMode(0, info.mode, info.uid, info.gid) || row.entry(0).mtime !== info.mtime) {
    return false;
  }
  let files = 0;
  let bytes = 0;
  for (let i = 0; i < entries.length; i++) {
    const e = entries[i];
    if (
      e === undefined || e.excluded || row.names[i + 1] !== e.name || row.type(i + 1) !== e.type
    ) return false;
    const stored = e.type === "link"
      ? vault.links.has(e.name)
      : vault.mirror.get(e.name) === e.type;
    if (!stored) return false;
    if (e.type === "dir") continue;
    const s = e.info;
    if (!row.same(i + 1, s.size, s.mtime, s.ctime, s.ino)) return false;
    if (!row.sameMode(i + 1, s.mode, s.uid, s.gid)) return false;
    files++;
    bytes += s.size;
  }
  counts.files_unmodified += files;
  counts.total_files_processed += files;
  counts.total_bytes_processed += bytes;
  return true;
}
