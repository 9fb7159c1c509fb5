/** `restore`. @module */

import { HikaeError } from "../../base/errors.ts";
import type { ChangeMessage } from "../../base/event.ts";
import { isWithin, joinRel } from "../../base/relpath.ts";
import { text } from "../../text/text.ts";
import type { ErrorLine } from "../../vault/record.ts";
import { checkCancelled, type EnginePorts, NO_PROGRESS } from "../ports.ts";
import { tellAllProofs, tellProof } from "../proven.ts";
import { openReader } from "../open_reader.ts";
import { Applier } from "./apply.ts";
import { restoreAttributes } from "./attributes.ts";
import { RestoreContext } from "./context.ts";
import { finishTarget } from "./finish.ts";
import { type DirectoryGroup, groupsOf, wholeUnless } from "./groups.ts";
import { RestorePlanner } from "./plan.ts";
import type { RestoreDirPlan } from "./steps.ts";
import { RestoredNames } from "./link_groups.ts";
import { above, type Pick, type PointView, resolvePicks, vanishedPicks } from "./restore_picks.ts";
import { Protection } from "./protect.ts";
import type { RestoreRequest, RestoreResult } from "./request.ts";
import { trusting } from "./trust.ts";
import { RestoreTarget } from "./target.ts";

/** Restores; main makes the links. */
export async function restoreCommand(
  ports: EnginePorts,
  asked: RestoreRequest,
): Promise<RestoreResult> {
  const reader = await openReader(ports, asked.vault);
  try {
    const request = trusting(ports, reader.vault, asked);
    const target = new RestoreTarget(ports.fs, request.target, ports.separator);
    const c = new RestoreContext(ports, reader, request, target);
    const picks = await picksOf(c);
    if (request.dryRun) return await planned(c, picks);
    if (request.preview) await preview(c, picks);
    return await restored(c, picks);
  } finally {
    reader.close();
  }
}

/** What is to be restored; says what the answer is, and what it cannot have. */
async function picksOf(c: RestoreContext): Promise<Pick[]> {
  const { request, reader, ports } = c;
  if (request.vanished !== undefined) {
    if ((await tellAllProofs(ports, reader)).proven === false) c.unproven();
    return vanishedPicks(
      reader,
      { globs: request.paths, ...request.vanished },
      (path) => c.trouble(path, "restore", new HikaeError("unreadable", text("vanished.lost"))),
    );
  }
  const picks = resolvePicks(ports, reader, request);
  await tellPoints(c, picks);
  return picks;
}

/** Says what the answer is, and what it cannot have. */
async function tellPoints(c: RestoreContext, picks: readonly Pick[]): Promise<void> {
  const points = new Map<PointView, Pick[]>();
  for (const pick of picks) points.set(pick.view, [...points.get(pick.view) ?? [], pick]);
  for (const [view, asked] of points) await tellPoint(c, view, asked);
}

async function tellPoint(
  c: RestoreContext,
  view: PointView,
  asked: readonly Pick[],
): Promise<void> {
  const { stamp } = view;
  const note = (message: string): void => c.ports.emit({ message_type: "note", message });
  if (stamp === undefined) return note(text("restore.no-record"));
  if ((await tellProof(c.ports, c.reader, [stamp])).proven === false) c.unproven();
  if (view.snapshot?.complete === false) note(text("restore.interrupted", { stamp }));
  const unknown = asked.reduce((n, { path }) => n + c.reader.unknownAt(stamp, path), 0);
  if (unknown > 0) note(text("restore.unknown-since", { n: unknown, stamp }));
  for (const e of view.failures(c.reader)) {
    if (!asked.some((pick) => concerns(pick, e))) continue;
    c.trouble(
      e.path,
      "restore",
      new HikaeError("unreadable", text("restore.partial", { stamp }), { hint: e.message }),
    );
  }
}

/** True when a pick lacks something by an error of the run: in itself, in what holds it or in what lies in it. */
function concerns({ view, path: asked, match }: Pick, { path, during }: ErrorLine): boolean {
  if (match === undefined) return isWithin(path, asked) || isWithin(asked, path);
  if ([path, ...above(path)].some(match)) return true;
  // in a directory that could not be looked at may be what a glob matches
  const type = view.version(path)?.type ?? (during === "scan" ? "dir" : "file");
  return type === "dir";
}

/** A dry run: the plan, told and counted. */
async function planned(
  c: RestoreContext,
  picks: readonly Pick[],
): Promise<RestoreResult> {
  for await (const plan of plans(c, picks, false)) {
    countPlan(c, plan);
    for (const change of sortedChanges(plan)) c.ports.emit(change);
    if (c.request.kept === true) tellKept(c, plan);
  }
  return resultOf(c, picks);
}

/** Names what would stay as it is. */
function tellKept(c: RestoreContext, plan: RestoreDirPlan): void {
  for (const step of plan.steps) {
    if (step.do !== "keep" && step.do !== "attrs") continue;
    c.ports.emit({
      message_type: "decision",
      path: joinRel(step.v.dir, step.v.name),
      keep: true,
      reason: text(step.do === "attrs" ? "restore.reason-set" : KEPT[c.request.overwrite]),
      dry_run: true,
    });
  }
}

const KEPT = {
  always: "restore.reason-same",
  "if-changed": "restore.reason-same",
  "if-newer": "restore.reason-older",
  never: "restore.reason-never",
} as const;

/** Tells what is about to be written over or deleted, before anything is. */
async function preview(c: RestoreContext, picks: readonly Pick[]): Promise<void> {
  // the same trouble is met, and told, when it comes to the writing
  const quiet = new RestoreContext(
    { ...c.ports, emit: () => {}, progress: NO_PROGRESS },
    c.reader,
    c.request,
    c.target,
  );
  let [over, gone] = [0, 0];
  for await (const plan of plans(quiet, picks, true)) {
    for (const change of sortedChanges(plan)) {
      if (change.modifier === "+") continue;
      if (change.modifier === "-") gone++;
      else over++;
      c.ports.emit(change);
    }
  }
  c.ports.emit({
    message_type: "note",
    message: text("restore.preview", { target: c.request.target, n: over, gone }),
  });
}

/** Plans that suppose that each plan is carried out. */
async function* plans(
  c: RestoreContext,
  picks: readonly Pick[],
  quick: boolean,
): AsyncGenerator<RestoreDirPlan> {
  const planner = new RestorePlanner(c, new Protection(c), new RestoredNames(c, picks), quick);
  if (c.target.look("") === undefined) planner.fresh.add("");
  for (const group of wholeUnless(() => false, groupsOf(picks))) {
    checkCancelled(c.ports);
    const plan = await planGroup(c, planner, group);
    if (plan !== undefined) yield plan;
  }
}

async function planGroup(
  c: RestoreContext,
  planner: RestorePlanner,
  group: DirectoryGroup,
): Promise<RestoreDirPlan | undefined> {
  try {
    return await planner.plan(group);
  } catch (error) {
    if (error instanceof HikaeError && error.id === "interrupted") throw error;
    planner.blocked.add(group.dir);
    c.trouble(group.dir, "restore", error);
    return undefined;
  }
}

/** Tells the total before the first file is written. */
function tellTotal(c: RestoreContext, picks: readonly Pick[]): void {
  const { progress } = c.ports;
  for (const pick of picks) {
    const total = pick.match === undefined ? pick.view.total(pick.path) : undefined;
    if (total !== undefined) progress.addTotal(total.files, total.bytes);
    else {
      for (const { entries } of groupsOf([pick])) {
        for (const v of entries) {
          if (v.type !== "dir" && v.gone === null) progress.addTotal(1, v.size ?? 0);
        }
      }
    }
  }
  progress.totalKnown();
}

async function restored(c: RestoreContext, picks: readonly Pick[]): Promise<RestoreResult> {
  if (c.request.watched === true) tellTotal(c, picks);
  if (c.request.paths.length === 0) c.ports.hashMuch?.();
  const protection = new Protection(c);
  const names = new RestoredNames(c, picks);
  const planner = new RestorePlanner(c, protection, names, false);
  const applier = new Applier(c, planner);
  if (c.target.look("") === undefined) {
    c.ports.fs.mkdir(c.target.root);
    planner.fresh.add("");
  }
  try {
    // what is in a directory that was there before is held against all that is wanted in it
    for (
      const group of wholeUnless(
        ({ dir, whole }) => whole && planner.fresh.has(dir),
        groupsOf(picks),
      )
    ) {
      checkCancelled(c.ports);
      const plan = await planGroup(c, planner, group);
      if (plan !== undefined) await applier.apply(plan);
    }
    await applier.settle(names);
  } catch (error) {
    await applier.abandon();
    throw error;
  }
  if (protection.kept > 0) {
    c.ports.emit({
      message_type: "note",
      message: text("restore.left-alone", { n: protection.kept }),
    });
  }
  // files before the modes of directories, which may keep others from being reached
  const attributes = c.request.attributes === true ? await restoreAttributes(c, picks) : undefined;
  const { self } = c.request;
  const trouble = (path: string, error: unknown): void => c.trouble(path, "restore", error);
  const links = await finishTarget(c.ports, { target: c.target, self }, applier, trouble);
  // links count as files (decision 24)
  c.counts.links_restored = links.made;
  c.counts.files_restored += links.made;
  c.counts.bytes_restored += links.bytes;
  return {
    ...resultOf(c, picks),
    ...(attributes === undefined ? {} : { attributes }),
  };
}

function resultOf(c: RestoreContext, picks: readonly Pick[]): RestoreResult {
  return {
    stamps: [...new Set(picks.map((p) => p.view.stamp ?? null))],
    counts: c.counts,
    errors: c.errors,
    ...(c.proven ? {} : { proven: false as const }),
  };
}

/** The differences that a plan makes. */
function* changesOf(plan: RestoreDirPlan): Generator<ChangeMessage> {
  for (const step of plan.steps) {
    if (step.do === "delete") {
      for (const { path, type } of step.entries) yield change(path, shown(type), "-");
    } else if (step.do === "file" || step.do === "link" || step.do === "dir") {
      const path = joinRel(step.v.dir, step.v.name);
      for (const e of step.clear) if (e.path !== path) yield change(e.path, shown(e.type), "-");
      const { size } = step.v;
      yield { ...change(path, step.do, step.change), ...(size === null ? {} : { size }) };
    }
  }
}

/** What goes comes as the system lists it: two previews of the same must be the same text. */
function sortedChanges(plan: RestoreDirPlan): ChangeMessage[] {
  return [...changesOf(plan)].sort((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
}

function change(
  path: string,
  type: ChangeMessage["type"],
  modifier: ChangeMessage["modifier"],
): ChangeMessage {
  return { message_type: "change", path, type, modifier };
}

function shown(type: string): ChangeMessage["type"] {
  return type === "dir" || type === "link" ? type : "file";
}

function countPlan({ counts }: RestoreContext, plan: RestoreDirPlan): void {
  const deleted = (type: string): void => {
    if (type === "dir") counts.dirs_deleted++;
    else counts.files_deleted++;
  };
  for (const step of plan.steps) {
    if (step.do === "delete") {
      for (const e of step.entries) deleted(e.type);
      continue;
    }
    const path = joinRel(step.v.dir, step.v.name);
    if ("clear" in step) { for (const e of step.clear) if (e.path !== path) deleted(e.type); }
    if (step.do === "file") {
      counts.files_restored++;
      if (step.change !== "+") counts.files_replaced++;
      counts.bytes_restored += step.v.size ?? 0;
    } else if (step.do === "link") {
      counts.links_restored++;
      counts.files_restored++;
      if (step.change !== "+") counts.files_replaced++;
      counts.bytes_restored += step.v.size ?? 0;
    } else if (step.do === "dir") counts.dirs_restored++;
    else if (step.do === "attrs") counts.files_attrs++;
    else if (step.do === "keep") {
      if (step.v.type === "link") counts.links_kept++;
      counts.files_kept++;
    }
  }
}
