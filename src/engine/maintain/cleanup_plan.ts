/** Which deletions a cleanup takes, with the generations of their own incarnation (spec §5, decision 1). @module */

import { defined } from "../../base/defined.ts";
import { lstatIfAny } from "../../base/io.ts";
import { joinRel } from "../../base/relpath.ts";
import { type Stamp, stampToNumber } from "../../base/stamp.ts";
import type { Catalog, Version } from "../../vault/catalog.ts";
import { Spellings } from "../../vault/folding.ts";
import type { VaultContents } from "../../vault/content.ts";
import { descendants } from "../../vault/history/lineage.ts";
import { META } from "../../vault/names.ts";
import type { Vault } from "../../vault/vault.ts";
import { bareVersion, pathOf } from "../../vault/version.ts";
import { nameMarks, pastMarks, type StoredDir, type StoredMark } from "../../vault/walk.ts";
import type { EnginePorts } from "../ports.ts";
import { asSeenBy, AT_ONCE, isFarAway, SeenFiles, seenNear } from "../seen_files.ts";
import { SeenWalk, type SightSteps } from "../verify/seen_steps.ts";
import { DeepestWalk } from "./walk_bottom_up.ts";
import { text } from "../../text/text.ts";
import { isAfter, isOnlyCopy, onceEach, ONLY_COPY, type Removal } from "./removal.ts";
import type { DiskDir } from "./empty_directories.ts";
import { versionsIn } from "../../vault/history/paths.ts";

/** Which deletions go. */
export interface CleanupRule {
  /** Those made before this instant (ms). */
  before?: number;
  /** Those whose stamp begins so: a day, or all of it. */
  stamp?: string;
  /** Said of a deletion that goes, and of one that stays. */
  goes: string;
  stays: string;
}

/** The rule of one plan. */
interface AskedRule extends CleanupRule {
  /** True of what was deleted with this stamp. */
  applies: (stamp: Stamp) => boolean;
}

/** What becomes of one deletion. */
export interface DeletionDecision {
  path: string;
  stamp: Stamp;
  keep: boolean;
  reason: string;
  /** Of a file that moved: the path under which it lives on. */
  livesOn?: string;
  /** What goes with it, itself included. */
  removals: Removal[];
}

/** What a cleanup would do. */
export interface PlannedCleanup {
  deletions: DeletionDecision[];
  /** Directories to put in order afterwards, deepest first. */
  dirs: DiskDir[];
}

/** Where a plan looks. */
export interface CleanupView {
  vault: Vault;
  catalog: Catalog;
  contents: VaultContents;
  failed: (path: string, error: unknown) => void;
  check: () => void;
}

type PastMark = StoredMark & { stamp: Stamp };

/** Looks at the whole disk of a vault, deepest directory first. */
export function planCleanup(view: CleanupView, rule: CleanupRule): PlannedCleanup {
  const steps = planning(view, rule);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** The same by directories that are seen to their end; many at once where the vault is far away. */
export async function planSeeing(
  ports: EnginePorts,
  view: CleanupView,
  rule: CleanupRule,
): Promise<PlannedCleanup> {
  const { vault } = view;
  const { ahead, separator } = ports;
  const far = ahead !== undefined && isFarAway(ports, vault.root, separator);
  const seen = far ? new SeenFiles(vault.fs, ahead, vault.root) : seenNear(vault);
  const walked = asSeenBy(seen, vault);
  const most = far ? AT_ONCE / 2 : 1;
  const steps = planning(view, rule, { walked, ahead: new SeenWalk(seen), most });
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await value;
  }
}

/** The vault that is walked, and who sees its directories ahead. */
interface SeenVault {
  walked: Vault;
  ahead: SeenWalk;
  /** So many of them at once. */
  most: number;
}

function* planning(
  view: CleanupView,
  rule: CleanupRule,
  seen?: SeenVault,
): SightSteps<PlannedCleanup> {
  const plan: PlannedCleanup = { deletions: [], dirs: [] };
  const asked = { ...rule, applies: onceEach((stamp) => applies(view, rule, stamp)) };
  const spellings = new Spellings(view.vault, view.catalog);
  const walk = new DeepestWalk(seen?.walked ?? view.vault, view.failed);
  for (;;) {
    const upcoming = seen === undefined ? [] : walk.upcoming(seen.most);
    // a directory and its meta directory
    if (seen !== undefined) yield seen.ahead.see(upcoming, 2);
    const done = walk.step();
    seen?.ahead.forget(upcoming.slice(0, 2));
    if (done === undefined) return plan;
    for (const stored of done) planDir(view, stored, asked, spellings, plan);
  }
}

function planDir(
  view: CleanupView,
  stored: StoredDir,
  rule: AskedRule,
  spellings: Spellings,
  plan: PlannedCleanup,
): void {
  view.check();
  const decisions = [...decideDir(view, stored, rule, spellings.of(stored.dir))];
  for (const decision of decisions) plan.deletions.push(decision);
  const { dir, path, moved } = stored;
  if (moved || !stored.hasMetadata || decisions.some((d) => !d.keep)) {
    plan.dirs.push({ dir, path, moved });
  }
}

function* decideDir(
  view: CleanupView,
  stored: StoredDir,
  rule: AskedRule,
  spellings: readonly string[],
): Generator<DeletionDecision> {
  if (stored.marks.some((m) => m.unnamed)) {
    const versions = spellings.flatMap((dir) => [...versionsIn(view.catalog, dir)]);
    nameMarks(view.vault, stored, versions);
  }
  const byName = new Map<string, PastMark[]>();
  for (const mark of pastMarks(stored)) {
    // where the type of what was deleted is unknown, it may be something that still lives
    if (mark.type !== "file" || mark.unnamed) continue;
    const list = byName.get(mark.name);
    if (list === undefined) byName.set(mark.name, [mark]);
    else list.push(mark);
  }
  for (const [name, marks] of byName) {
    const asked = marks.some((m) => isDeletion(m) && rule.applies(m.stamp)) ? spellings : [];
    const versions = asked.flatMap((dir) => view.catalog.history(joinRel(dir, name)))
      .filter((v) => v.type !== "dir");
    for (const mark of marks) {
      if (isDeletion(mark)) yield decide(view, stored, mark, marks, versions, rule);
    }
  }
}

function decide(
  view: CleanupView,
  stored: StoredDir,
  mark: PastMark,
  marks: readonly PastMark[],
  versions: readonly Version[],
  rule: AskedRule,
): DeletionDecision {
  const { stamp } = mark;
  const until = stampToNumber(stamp);
  const dir = versions.find((v) => v.until === until)?.dir ?? stored.dir;
  const path = joinRel(dir, mark.name);
  if (!rule.applies(stamp)) {
    return { path, stamp, keep: true, reason: rule.stays, removals: [] };
  }
  const after = incarnationStart(view.catalog, stamp, marks, versions);
  const generations = marks.filter((m) => !isDeletion(m) && m.stamp > after && m.stamp < stamp)
    .map((m) => removalOf(view, stored, m, versions, rule.goes));
  const itself = removalOf(view, stored, mark, versions, rule.goes);
  const removals = [...generations, { ...itself, after: generations }];
  const only = removals.some((r) => isOnlyCopy(view.vault, view.catalog, view.contents, r.version));
  return only ? { path, stamp, keep: true, reason: text(ONLY_COPY), removals: [] } : {
    path,
    stamp,
    keep: false,
    reason: rule.goes,
    removals,
    ...defined({ livesOn: livesOn(view.catalog, itself.version) }),
  };
}

/** Of a file that moved: where it lives on. */
function livesOn(catalog: Catalog, version: Version): string | undefined {
  for (const now of descendants(catalog, version)) {
    if (now.until === null) return pathOf(now);
  }
  return undefined;
}

function applies({ catalog }: CleanupView, rule: CleanupRule, stamp: Stamp): boolean {
  if (rule.stamp !== undefined) return stamp.startsWith(rule.stamp);
  return rule.before !== undefined && !Number.isNaN(rule.before) &&
    !isAfter(catalog, stamp, rule.before);
}

/**
 * The stamp after which the generations of the incarnation that ended at `stamp` lie: that of the deletion before,
 * or, when that one has left no trace, of the run that saw the file come again.
 */
function incarnationStart(
  catalog: Catalog,
  stamp: Stamp,
  marks: readonly PastMark[],
  versions: readonly Version[],
): string {
  let after = "";
  for (const m of marks) if (isDeletion(m) && m.stamp < stamp && m.stamp > after) after = m.stamp;
  const until = stampToNumber(stamp);
  let number = after === "" ? 0 : stampToNumber(after as Stamp);
  for (const v of versions) {
    const ended = v.ended === "deleted" && v.until !== null && v.until < until ? v.until : 0;
    const began = v.why === "recreated" && v.since < until ? v.since : 0;
    number = Math.max(number, ended, began);
  }
  number = Math.max(number, lastAbsence(catalog, until, versions));
  const digits = String(number).padStart(14, "0");
  return number === 0 ? "" : `${digits.slice(0, 8)}_${digits.slice(8)}`;
}

/**
 * Where versions between two others are forgotten, the deletion that parted two lives may be among them. A snapshot
 * that lies there and has no such file shows it: then that is the end of the older one; 0 when there is no such snapshot.
 */
function lastAbsence(catalog: Catalog, until: number, versions: readonly Version[]): number {
  const past = versions.filter((v) => v.until !== null && v.until <= until)
    .sort((a, b) => (b.until ?? 0) - (a.until ?? 0));
  for (const [i, newer] of past.entries()) {
    const end = past[i + 1]?.until ?? 0;
    // one that was only seen again may have been there all the time
    if (end === 0 || newer.since <= end || newer.why === "seen") continue;
    if (catalog.isNeeded(end, newer.since)) return end;
  }
  return 0;
}

function isDeletion(mark: PastMark): boolean {
  return mark.kind === "deleted" || mark.kind === "deletedLink";
}

function removalOf(
  view: CleanupView,
  stored: StoredDir,
  mark: PastMark,
  versions: readonly Version[],
  reason: string,
): Removal {
  const { tree, fs } = view.vault;
  const file = tree.below(tree.below(stored.path, META), mark.stored);
  const until = stampToNumber(mark.stamp);
  const version = versions.find((v) => v.until === until) ?? unknownVersion(stored.dir, mark);
  return { version, file, size: version.size ?? lstatIfAny(fs, file)?.size ?? 0, reason };
}

/** A mark that no record knows. */
function unknownVersion(dir: string, mark: PastMark): Version {
  const until = stampToNumber(mark.stamp);
  const link = mark.kind === "oldLink" || mark.kind === "deletedLink";
  return bareVersion({
    dir,
    name: mark.name,
    type: link ? "link" : "file",
    since: -until,
    until,
    ended: isDeletion(mark) ? "deleted" : "changed",
  });
}
