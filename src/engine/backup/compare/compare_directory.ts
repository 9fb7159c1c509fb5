/**
 * One directory of the source beside what each vault knows of it: read once, compared once for each vault. What comes
 * of it is data; nothing is counted or told before {@link speak} does it, once.
 * @module
 */

import { joinRel } from "../../../base/relpath.ts";
import { believeKnown } from "./believed.ts";
import { compareDir, countsIfUnchanged, type DirPlan } from "./compare.ts";
import { addCounts, type Counts, noCounts } from "../counts.ts";
import { type Failures, troubleIn } from "../failures.ts";
import type { LaneContext } from "../lane_context.ts";
import { foldNames } from "./name_collisions.ts";
import {
  readAnyDir,
  readSourceDir,
  type SourceDir,
  type SourceTrouble,
  troubleOf,
} from "../../source/source_dir.ts";
import { countLiving } from "../../../vault/history/paths.ts";
import type { LaneVault } from "../lane_vault.ts";
import {
  type MirrorTimes,
  type ReadVaultDir,
  renewalOf,
  type SeenBefore,
  type SeenMirror,
  type VaultDir,
} from "../vault_dir.ts";

/** A directory as it was read, or why it could not be. */
export type SourceRead = ReturnType<typeof readSourceDir> | { failed: unknown };

/** What is to be done for a directory in one vault. */
export interface VaultWork {
  /** What the vault has of it. */
  vault: VaultDir;
  plan: DirPlan;
}

/** What comparing a directory with one vault came to. */
export interface ComparedVault {
  run: LaneVault;
  /** Of what needs nothing to be done; the writing counts the rest. */
  counts: Counts;
  /** What is in the way in this vault alone. */
  troubles: SourceTrouble[];
  /** Undefined where nothing is to be done. */
  work: VaultWork | undefined;
  /** How its mirror was seen, where nothing is to be done and its row knows it otherwise. */
  renewed?: MirrorTimes | undefined;
}

/** A directory, compared with every vault that takes part. */
export interface ComparedDirectory {
  path: string;
  /** Undefined where it could not be seen, or is left out whole. */
  source: SourceDir | undefined;
  /** What is in the way in the source: every vault has it. */
  troubles: SourceTrouble[];
  vaults: ComparedVault[];
  /** Subdirectories to go on with. */
  subdirs: string[];
  /** Those of them that some vault knows. */
  known: ReadonlySet<string>;
  /** By subdirectory, the vaults that cannot keep its name, by their indexes: it is not theirs, nor what lies below it. */
  apart?: ReadonlyMap<string, readonly number[]>;
}

/** How a directory is compared. */
export interface DirCompareContext {
  /** Read ahead. */
  read?: SourceRead | undefined;
  /** This run made the directory in every vault. */
  fresh?: boolean | undefined;
  /** Nothing is written yet: what a vault has need not be looked at where that is dear and not due. */
  unlooked?: boolean;
  /** Takes a vault that would have to be looked at after all, where that can be done ahead: nothing is compared then. */
  wanting?: (run: LaneVault) => void;
  /** By vault, whether its parent there tells that it is there. */
  stands?: readonly boolean[] | undefined;
  /** By vault, as its mirror was seen in this run. */
  mirrors?: readonly (SeenMirror | undefined)[] | undefined;
  /** By vault, what was asked just now: {@link passOver}. */
  before?: readonly SeenBefore[] | undefined;
  /** Vaults that it is not for, by their indexes. */
  without?: readonly number[] | undefined;
  /** Looks at the content where times alone cannot tell, and drops steps that turn out to be no change. */
  sift?: ((dir: string, work: VaultWork, counts: Counts) => void) | undefined;
}

/** Reads a directory of the source. */
export function readDirectory({ view }: Pick<LaneContext, "view">, path: string): SourceRead {
  try {
    return readSourceDir(view, path);
  } catch (failed) {
    return { failed };
  }
}

/** The same; of a wide directory it is there later. */
export function readDirectoryAtBest(
  { view }: Pick<LaneContext, "view">,
  path: string,
): SourceRead | Promise<SourceRead> {
  try {
    const read = readAnyDir(view, path);
    return read instanceof Promise ? read.catch((failed) => ({ failed })) : read;
  } catch (failed) {
    return { failed };
  }
}

/** A vault's directory as the last run left it, without links. */
const AS_LEFT: Parameters<typeof countsIfUnchanged>[2] = {
  mirror: new Map(),
  listed: false,
  links: new Set(),
  metadataSound: true,
};

/**
 * The short way for a directory in which no vault has anything to do, as most have in most runs: asks and counts what
 * {@link compareDirectory} and {@link speak} would, and makes nothing of what the others need. Gives what was counted for a
 * vault; undefined for any other, which is compared then: `before` has what was asked of each vault by then.
 */
export function passOver(
  { check, runs, attributes }: Pick<LaneContext, "check" | "runs" | "attributes">,
  source: SourceDir,
  before: SeenBefore[],
): Counts | undefined {
  check();
  if (source.troubles.length > 0) return undefined;
  const all: Counts[] = [];
  for (const run of runs) {
    // where looks are dear not all of it is asked for
    if (run.failed !== undefined || run.looks !== undefined) return undefined;
    const asked: SeenBefore = { row: undefined };
    before.push(asked);
    try {
      const row = asked.row = run.rowOf(source.path);
      const counts = row && countsIfUnchanged(source, row, AS_LEFT, attributes);
      if (row === undefined || counts === undefined) return undefined;
      const mirror = asked.mirror = run.see(source.path);
      if (mirror?.type !== "dir" || !run.isLeft(row, mirror)) return undefined;
      if (!run.isSound(source.path, row)) return undefined;
      all.push(counts);
    } catch (failed) {
      // met where trouble with a vault is told
      asked.failed = failed;
      return undefined;
    }
  }
  for (let i = 0; i < all.length; i++) {
    addCounts(runs[i]?.counts ?? noCounts(), all[i] ?? noCounts());
  }
  return all[0];
}

/** Reads a directory and compares it with every vault that still takes part. */
export function compareDirectory(
  context: LaneContext,
  path: string,
  how: DirCompareContext,
): ComparedDirectory {
  context.check();
  const source = how.read ?? readDirectory(context, path);
  const runs = context.runs.filter((run, i) =>
    run.failed === undefined && !(how.without?.includes(i) ?? false)
  );
  if (typeof source === "string") return { ...unseen(path), vaults: leftOut(runs, path) };
  if ("failed" in source) {
    return { ...unseen(path), troubles: [troubleOf(path, "scan", source.failed)] };
  }
  const subdirs = new Set<string>();
  const known = new Set<string>();
  const vaults = runs.flatMap((run) => {
    const compared: ComparedVault = { run, counts: noCounts(), troubles: [], work: undefined };
    const trouble = troubleIn(run, path, () => {
      for (const dir of compareVault(context, source, compared, how)) {
        const below = joinRel(path, dir.name);
        subdirs.add(below);
        if (dir.known) known.add(below);
      }
    });
    if (trouble !== undefined) return [{ ...compared, counts: noCounts(), troubles: [trouble] }];
    return run.failed === undefined ? [compared] : [];
  });
  const apart = apartIn(context, vaults, subdirs);
  return {
    path,
    source,
    troubles: source.troubles,
    vaults,
    subdirs: [...subdirs],
    known,
    ...apart,
  };
}

/** What some vault goes on with, and another one could only write into what it keeps of the same name. */
function apartIn(
  { runs }: LaneContext,
  vaults: readonly ComparedVault[],
  subdirs: ReadonlySet<string>,
): Pick<ComparedDirectory, "apart"> {
  const apart = new Map<string, number[]>();
  for (const { run, troubles } of runs.length > 1 ? vaults : []) {
    for (const { path, code } of troubles) {
      if (code !== "name" || !subdirs.has(path)) continue;
      apart.set(path, [...apart.get(path) ?? [], runs.indexOf(run)]);
    }
  }
  return apart.size === 0 ? {} : { apart };
}

/** The vaults that a subdirectory is not for: those of the directory that it lies in, and its own. */
export function withoutIn(
  above: DirCompareContext["without"],
  own: readonly number[] = [],
): { without?: readonly number[] } {
  const without = [...above ?? [], ...own];
  return without.length === 0 ? {} : { without };
}

/** A directory of which nothing was seen. */
function unseen(path: string): ComparedDirectory {
  return { path, source: undefined, troubles: [], vaults: [], subdirs: [], known: new Set() };
}

/** A directory that a tag or another file system leaves out whole: what lives in it stays, and is counted so. */
function leftOut(runs: readonly LaneVault[], path: string): ComparedVault[] {
  return runs.map((run) => {
    const compared: ComparedVault = { run, counts: noCounts(), troubles: [], work: undefined };
    const trouble = troubleIn(run, path, () => {
      compared.counts.files_excluded = countLiving(run.catalog, path);
    });
    if (trouble !== undefined) compared.troubles.push(trouble);
    return compared;
  });
}

interface Below {
  name: string;
  known: boolean;
}

/** So many entries a single directory may have that a look remembers until it is written: that needs the room anyway. */
export const MOST_IN_ONE = 150_000;

/** Compares with one vault; gives the subdirectories. */
function compareVault(
  context: LaneContext,
  source: SourceDir,
  compared: ComparedVault,
  { fresh, sift, unlooked = false, stands = [], mirrors = [], before, wanting }: DirCompareContext,
): Below[] {
  const { run } = compared;
  const fast = (vault: ReadVaultDir): Counts | undefined =>
    vault.row === undefined || context.checksum
      ? undefined
      : countsIfUnchanged(source, vault.row, vault, context.attributes);
  const place = context.runs.indexOf(run);
  const is = { fresh, unlooked, stands: stands[place] === true, seen: mirrors[place] };
  let vault = run.readDir(source.path, { ...is, before: before?.[place] });
  let unchanged = fast(vault);
  // where something is to be done, the vault is looked at
  if (unchanged === undefined && !vault.looked) {
    if (wanting !== undefined && run.isFar) {
      wanting(run);
      return [];
    }
    vault = run.readDir(source.path, { fresh });
    unchanged = fast(vault);
  }
  if (unchanged !== undefined) {
    compared.counts = unchanged;
    compared.renewed = renewalOf(vault, context.startedMs);
    const below: Below[] = [];
    for (const { type, name, excluded } of source.entries) {
      if (type === "dir" && !excluded) below.push({ name, known: true });
    }
    return below;
  }
  const holdable = foldNames(run, source);
  compared.troubles = holdable.troubles;
  const { view } = context;
  const known = believeKnown(run.options.believed, { source, view }, vault.known);
  const { plan, counts } = compareDir(holdable.source, { ...vault, mirror: vault.mirror, known }, {
    checksum: context.checksum,
    attributes: context.attributes,
    // it is looked at once more when it is written
    forgets: unlooked && source.entries.length >= MOST_IN_ONE,
    countLiving: (p) => countLiving(run.catalog, p),
    leavesOut: context.view.rules.excludes,
  });
  compared.counts = counts;
  const work = { vault, plan };
  sift?.(source.path, work, counts);
  if (plan.changed) compared.work = work;
  else compared.renewed = renewalOf(vault, context.startedMs);
  const had = new Set(plan.knownDirs);
  return plan.subdirs.map((name) => ({ name, known: had.has(name) }));
}

/** Counts and tells it in every vault that still takes part. */
export function speak(failures: Failures, { source, troubles, vaults }: ComparedDirectory): void {
  for (const trouble of troubles) failures.source(trouble);
  for (const { run, counts, troubles } of vaults) {
    if (run.failed !== undefined) continue;
    addCounts(run.counts, counts);
    if (source !== undefined && counts.files_special > 0) run.noteSpecial(source);
    for (const trouble of troubles) failures.vault(run, trouble);
  }
}
