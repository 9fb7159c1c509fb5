/**
 * Compares a directory of the source with what a vault knows of it, and says what is to be done: plain data,
 * without a word on how (spec §1; decisions 3, 4, 7, 9, 11, 18, 21, 22). Reads no content.
 * @module
 */

import type { FileInfo } from "../../../base/fs.ts";
import { isSameFile } from "../../../base/inode.ts";
import { joinRel } from "../../../base/relpath.ts";
import type { KnownRow } from "../../../vault/pieced_row.ts";
import { type ScanEntry, ScanTable } from "../../../vault/scan_row.ts";
import { type Counts, noCounts } from "../counts.ts";
import { KnownEntries } from "./scan_entry.ts";
import type { SourceDir, SourceEntries, SourceEntry } from "../../source/source_dir.ts";
import type { VaultDir } from "../vault_dir.ts";

/** What is to be done with one name. */
export type CompareStep =
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

/** A step, or the place in the source's listing of a name that is new: a wide directory may have a million of these. */
export type PackedStep = CompareStep | number;

/** A step that brings content. */
export type ContentStep = Extract<CompareStep, { act: "add" | "update" | "repair" }>;

/** What is to be done in one directory, in its order. */
export class PlannedSteps implements Iterable<CompareStep> {
  readonly #entries: SourceEntries;
  #steps: PackedStep[] = [];

  /** None yet, for these entries of the source. */
  constructor(entries: SourceEntries) {
    this.#entries = entries;
  }

  get length(): number {
    return this.#steps.length;
  }

  /** Adds a step. */
  push(step: CompareStep): void {
    this.#steps.push(step);
  }

  /** Adds the step for a new file or link: entry number `place`. */
  pushNew(source: SourceEntry, place: number): void {
    this.#steps.push(Array.isArray(this.#entries) ? { act: "add", source } : place);
  }

  /** A step as it was added. */
  open(step: PackedStep): CompareStep {
    if (typeof step !== "number") return step;
    const source = this.#entries.at(step);
    if (source === undefined) throw new Error("a step is for an entry that its directory lacks");
    return { act: "add", source };
  }

  *[Symbol.iterator](): Generator<CompareStep, undefined> {
    for (const step of this.#steps) yield this.open(step);
  }

  /** Those that are not for new files and links. */
  *others(): Generator<CompareStep, undefined> {
    for (const step of this.#steps) {
      if (typeof step !== "number" && step.act !== "add") yield step;
    }
  }

  /** Drops those that are not to be kept. */
  keep(isKept: (step: CompareStep) => boolean): void {
    this.#steps = this.#steps.filter((step) => isKept(this.open(step)));
  }

  /** Those that bring content, as they are held. */
  content(): PackedStep[] {
    return this.#steps.filter((step) => typeof step === "number" || bringsContent(step));
  }

  /** How many bring content. */
  get reads(): number {
    let n = 0;
    for (const step of this.#steps) if (typeof step === "number" || bringsContent(step)) n++;
    return n;
  }
}

/** True for a step that brings content. */
export function bringsContent(step: CompareStep): step is ContentStep {
  return step.act === "add" || step.act === "update" || step.act === "repair";
}

/** What is to be done in one directory for one vault. */
export interface DirPlan {
  steps: PlannedSteps;
  /** Entries that stay as they are. */
  kept: ScanTable;
  /** Subdirectories to process, of those that the source has. */
  subdirs: string[];
  /** Of those the ones that the vault knows. */
  knownDirs: string[];
  /** The directory's own attributes differ from those known. */
  selfChanged: boolean;
  /** The directory itself as known; undefined when new. */
  self: ScanEntry | undefined;
  /** Attributes are kept, and the directory's own change time is not the one known. */
  touched: boolean;
  /** True when anything has to be written. */
  changed: boolean;
  /** Something may have come to the source's directory since it was last listed. */
  cameSome: boolean;
}

/** How to compare. */
export interface CompareOptions {
  checksum: boolean;
  /** A directory whose change time alone is other is gone through, for its attributes. */
  attributes?: boolean;
  /** Nobody asks what is kept: the plan tells nothing of it. */
  forgets?: boolean;
  /** Living files and links below an excluded or unseen directory. */
  countLiving: (path: string) => number;
  /** True when a rule leaves a path out by its name: then nobody can tell that it is gone. */
  leavesOut: (path: string, isDir: boolean) => boolean;
}

/** What comparing a directory came to: what is to be done, and the counts of what needs nothing. */
export interface DirComparison {
  plan: DirPlan;
  counts: Counts;
}

/** Compares a directory of the source with what a vault has of it. */
export function compareDir(
  source: SourceDir,
  vault: VaultDir,
  options: CompareOptions,
): DirComparison {
  return new DirPlanBuilder(source, vault, options).result();
}

/** One directory for one vault: each entry adds to the plan or to the counts. */
class DirPlanBuilder {
  readonly #source: SourceDir;
  readonly #vault: VaultDir;
  readonly #options: CompareOptions;
  readonly #known: KnownEntries;
  readonly #plan: DirPlan;
  readonly #counts = noCounts();

  constructor(source: SourceDir, vault: VaultDir, options: CompareOptions) {
    this.#source = source;
    this.#vault = vault;
    this.#options = options;
    this.#known = new KnownEntries(vault.known);
    const self = this.#known.take("");
    this.#plan = {
      steps: new PlannedSteps(source.entries),
      kept: new ScanTable(options.forgets === true ? 0 : source.entries.length + 1),
      subdirs: [],
      knownDirs: [],
      selfChanged: self === undefined || !sameAttrs(self, source),
      self,
      touched: options.attributes === true && self?.ctime !== source.info.ctime,
      changed: false,
      cameSome: self === undefined || self.mtime !== source.info.mtime || !vault.metadataSound,
    };
  }

  result(): DirComparison {
    const plan = this.#plan;
    let place = 0;
    for (const entry of this.#source.entries) {
      const was = this.#known.take(entry.name);
      if (entry.excluded) this.#keepExcluded(entry, was);
      else this.#entry(entry, was, place);
      place++;
    }
    for (const was of this.#known.rest()) this.#missing(was);
    plan.changed = plan.steps.length > 0 || plan.selfChanged || plan.touched ||
      !this.#vault.metadataSound;
    return { plan, counts: this.#counts };
  }

  /** What the vault knows and the source's listing lacks. */
  #missing(was: ScanEntry): void {
    const path = joinRel(this.#source.path, was.name);
    if (this.#source.unseen.has(was.name)) this.#keep(was);
    else if (this.#options.leavesOut(path, was.type === "dir")) this.#keepExcluded(was, was);
    else this.#gone(was);
  }

  #keep(was: ScanEntry): void {
    if (this.#options.forgets !== true) this.#plan.kept.push(was);
  }

  #keepExcluded(entry: Pick<SourceEntry, "name" | "type">, was: ScanEntry | undefined): void {
    if (was !== undefined) this.#keep(was);
    if (was?.type === "dir") {
      const path = joinRel(this.#source.path, entry.name);
      this.#counts.files_excluded += this.#options.countLiving(path);
    } else if (was !== undefined || entry.type !== "dir") this.#counts.files_excluded++;
  }

  #gone(was: ScanEntry, replaced = false): void {
    this.#plan.steps.push(
      was.type === "dir"
        ? { act: "deleteDir", known: was, replaced }
        : { act: "delete", known: was, lost: !isStored(was, this.#vault) },
    );
  }

  #entry(entry: SourceEntry, was: ScanEntry | undefined, place: number): void {
    if (entry.type === "special") {
      this.#counts.files_special++;
      if (was !== undefined) this.#gone(was, was.type === "dir");
    } else if (entry.type === "dir") this.#dir(entry, was);
    else {
      this.#counts.total_files_processed++;
      this.#counts.total_bytes_processed += entry.info.size;
      if (was?.type === "dir") this.#gone(was, true);
      if (was === undefined || was.type === "dir") {
        this.#plan.steps.pushNew(entry, place);
      } else this.#file(entry, was);
    }
  }

  #dir(entry: SourceEntry, was: ScanEntry | undefined): void {
    const plan = this.#plan;
    if (was !== undefined && was.type !== "dir") this.#gone(was);
    const there = was?.type === "dir" && this.#vault.mirror.get(entry.name) === "dir";
    if (there) this.#keep(was);
    else plan.steps.push({ act: "addDir", source: entry });
    plan.subdirs.push(entry.name);
    if (was?.type === "dir") plan.knownDirs.push(entry.name);
  }

  #file(source: SourceEntry, known: ScanEntry): void {
    const { info } = source;
    const { steps } = this.#plan;
    if (!isStored(known, this.#vault)) steps.push({ act: "repair", source, known });
    else if (known.type !== source.type || known.size !== info.size) {
      steps.push({ act: "update", source, known, sure: true });
    } else if (this.#options.checksum || !sameStat(known, source)) {
      steps.push({ act: "update", source, known, sure: false });
    } else if (known.mode !== info.mode || known.uid !== info.uid || known.gid !== info.gid) {
      steps.push({ act: "attrs", source, known });
    } else {
      // the same text: one string is enough for both
      known.name = source.name;
      this.#keep(known);
      this.#counts.files_unmodified++;
    }
  }
}

function sameAttrs(self: ScanEntry, source: SourceDir): boolean {
  const i = source.info;
  return self.mtime === i.mtime && self.mode === i.mode && self.uid === i.uid && self.gid === i.gid;
}

/** True when size, times and inode are those of the last look. */
export function sameStat(
  known: Pick<ScanEntry, "size" | "mtime" | "ctime" | "ino">,
  { info }: SourceEntry,
): boolean {
  return known.size === info.size && known.mtime === info.mtime && known.ctime === info.ctime &&
    known.ino === info.ino;
}

/**
 * True for one entry under two names. Some disks that fold letters give each spelling an inode of its own: names that are
 * `alike` are one by all else. What has several names by links may have a listed one and one that a listing lacks.
 */
export function isOneEntry(a: FileInfo, b: FileInfo, alike: boolean): boolean {
  if (a.dev !== b.dev || a.type !== b.type) return false;
  if (!alike) return isSameFile(a, b) && (a.type === "dir" || a.nlink < 2);
  return isSameFile(a, b) ||
    a.size === b.size && a.mtime === b.mtime && a.ctime === b.ctime && a.mode === b.mode;
}

/** True when the vault has the copy that it should. */
function isStored(known: ScanEntry, vault: VaultDir): boolean {
  return known.type === "link"
    ? vault.links.has(known.name)
    : vault.mirror.get(known.name) === known.type;
}

/**
 * Leaves directories in peace that went after the look: another lane may be at work in them by what the look saw,
 * and what the next run finds gone is marked then. What took their place waits with them.
 */
export function keepUnlessGone(plan: DirPlan, gone: ReadonlySet<string>): void {
  const kept = new Set<string>();
  for (const step of plan.steps.others()) {
    if (step.act !== "deleteDir" || gone.has(step.known.name)) continue;
    kept.add(step.known.name);
    plan.kept.push(step.known);
  }
  if (kept.size === 0) return;
  plan.steps.keep((step) => !kept.has("known" in step ? step.known.name : step.source.name));
}

/**
 * The quick answer for a directory in which nothing happened: its counts when every entry, the mirror and the
 * metadata file are as the packed row has them, and no plan is needed; undefined when it takes a closer look, as where the
 * vault has something of what a rule leaves out. With `attributes` the directory's change time counts too.
 */
export function countsIfUnchanged(
  source: SourceDir,
  row: KnownRow,
  vault: Pick<VaultDir, "mirror" | "listed" | "links" | "metadataSound">,
  attributes = false,
): Counts | undefined {
  const entries = source.entries;
  if (!vault.metadataSound || row.count > entries.length + 1 || source.unseen.size > 0) {
    return undefined;
  }
  const self = source.info;
  if (!row.sameMode(0, self) || row.mtime(0) !== self.mtime) return undefined;
  if (attributes && row.ctime(0) !== self.ctime) return undefined;
  let files = 0;
  let bytes = 0;
  let excluded = 0;
  let at = 0;
  for (let i = 0; i < entries.length; i++) {
    const e = entries.at(i);
    if (e === undefined) return undefined;
    const { name, type, info } = e;
    if (e.excluded) {
      // of which the vault has nothing: where it has, its row has one more
      if (type !== "dir") excluded++;
      continue;
    }
    if (!row.isSeen(++at, name, type, info)) return undefined;
    // a mirror that was not listed has what the row has
    const stored = type === "link"
      ? vault.links.has(name)
      : !vault.listed || vault.mirror.get(name) === type;
    if (!stored) return undefined;
    if (type === "dir") continue;
    files++;
    bytes += info.size;
  }
  if (row.count !== at + 1) return undefined;
  const counts = noCounts();
  counts.files_unmodified = files;
  counts.files_excluded = excluded;
  counts.total_files_processed = files;
  counts.total_bytes_processed = bytes;
  return counts;
}
