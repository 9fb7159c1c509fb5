/** Cleanup, prune and delete, each as a dry run and for real, and the report: all held against the model. */

import { assertEquals } from "@std/assert";
import { before } from "../../src/base/duration.ts";
import { stampOf } from "../../src/base/stamp.ts";
import { report } from "../helpers/ask.ts";
import type { MaintainOutcome } from "../../src/engine/maintain/request.ts";
import type { KeepPolicy } from "../../src/engine/retention.ts";
import type { Asked } from "./days_answers.ts";
import { lostOf, only } from "./days_answers.ts";
import { type ModelRules, type ModelVersion, type Plan, sizeOf } from "./days_model.ts";

type Decision = Record<string, unknown>;

const days = (n: number): { years: 0; months: 0; days: number; ms: 0 } => ({
  years: 0,
  months: 0,
  days: n,
  ms: 0,
});

const bytesOf = (versions: readonly ModelVersion[]): number =>
  versions.reduce((n, v) => n + sizeOf(v), 0);

const sorted = (list: readonly Decision[]): Decision[] =>
  [...list].sort((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

/** The decisions of a command, without what tells a dry run from a real one. */
async function decided(
  { g }: Asked,
  command: (options: { dryRun: boolean }) => Promise<MaintainOutcome>,
  dryRun: boolean,
): Promise<{ decisions: Decision[]; outcome: MaintainOutcome; dirs: unknown }> {
  const outcome = await command({ dryRun });
  const decisions = g.messages.flatMap((m): Decision[] => {
    if (m.message_type !== "decision") return [];
    const { message_type: _, dry_run, ...decision } = m;
    assertEquals(dry_run, dryRun);
    return [decision];
  });
  assertEquals(outcome.errors, 0);
  const dirs = g.messages.find((m) => m.message_type === "summary")?.dirs_removed;
  return { decisions: sorted(decisions), outcome, dirs };
}

/** Does it twice: what the dry run tells is what the model says, writes nothing, and is what then happens. */
async function both(
  asked: Asked,
  command: (options: { dryRun: boolean }) => Promise<MaintainOutcome>,
  wanted: readonly Decision[],
  going: readonly ModelVersion[],
): Promise<string> {
  const { g } = asked;
  const before = g.dump();
  const dry = await decided(asked, command, true);
  assertEquals(dry.decisions, sorted(wanted));
  assertEquals([dry.outcome.versions, dry.outcome.bytes], [going.length, bytesOf(going)]);
  assertEquals(g.dump(), before, "a dry run wrote something");
  const real = await decided(asked, command, false);
  assertEquals(real.decisions, dry.decisions);
  assertEquals(real.dirs, dry.dirs);
  const { stamp, ...counts } = real.outcome;
  assertEquals({ ...counts, stamp: undefined }, dry.outcome);
  return stamp ?? "";
}

const versionDecision = (reason: string) => (v: ModelVersion): Decision => ({
  path: v.path,
  keep: false,
  reason,
  from: v.since,
  to: v.until,
  size: sizeOf(v),
});

/** A prune. */
export async function comparePrune(asked: Asked, rules: ModelRules): Promise<void> {
  const { g, model } = asked;
  const plan = model.planPrune(rules, stampOf(g.now));
  const snapshots = model.snapshots.map(({ stamp }) => ({
    stamp,
    keep: plan.kept.has(stamp),
    reason: plan.kept.get(stamp) ?? "no rule keeps it",
  }));
  const versions = plan.going.map(versionDecision("no kept snapshot needs it"));
  await both(
    asked,
    (o) => g.prune({ ...requestOf(rules), ...o }),
    [...snapshots, ...versions],
    plan.going,
  );
  model.forget(plan);
}

/** The rules as the program takes them. */
function requestOf({ policy: { within, ...counted }, keepMinVersions, keepDeleted }: ModelRules): {
  policy: KeepPolicy;
  keepMinVersions?: number;
  keepDeleted?: ReturnType<typeof days>;
} {
  return {
    policy: { ...counted, ...(within === undefined ? {} : { within: days(within) }) },
    ...(keepMinVersions === undefined ? {} : { keepMinVersions }),
    ...(keepDeleted === undefined ? {} : { keepDeleted: days(keepDeleted) }),
  };
}

/** A delete of snapshots by what a person may write for them. */
export async function compareDelete(
  asked: Asked,
  named: readonly (readonly [string, string])[],
): Promise<void> {
  const { g, model } = asked;
  const stamps = named.map(([, stamp]) => stamp);
  const plan: Plan = model.planDelete(stamps);
  const wanted = [...new Set(stamps)].map((stamp): Decision => ({
    stamp,
    keep: false,
    reason: "named",
  }));
  const versions = plan.going.map(versionDecision("only deleted snapshots need it"));
  await both(
    asked,
    (o) => g.delete(named.map(([text]) => text), o),
    [...wanted, ...versions],
    plan.going,
  );
  model.forget(plan);
}

/** A cleanup by age in days, or of a date. */
export async function compareCleanup(
  asked: Asked,
  rule: { age: number } | { date: string },
): Promise<void> {
  const { g, model } = asked;
  const date = "date" in rule ? rule.date : undefined;
  const age = "age" in rule ? rule.age : 0;
  const limit = stampOf(g.now - age * 86_400_000);
  const goes = (until: string): boolean =>
    date === undefined ? until < limit : until.startsWith(date);
  const [taken, left] = date === undefined
    ? [`deleted more than ${age}d ago`, `deleted within ${age}d`]
    : [`deleted on ${date}`, `not deleted on ${date}`];
  const deletions = model.deletions();
  const wanted = deletions.map(({ mark, own }): Decision => ({
    path: mark.path,
    keep: !goes(mark.until ?? ""),
    reason: goes(mark.until ?? "") ? taken : left,
    to: mark.until,
    ...(goes(mark.until ?? "") ? { versions: own.length, size: bytesOf(own) } : {}),
  }));
  const going = deletions.filter(({ mark }) => goes(mark.until ?? "")).flatMap(({ own }) => own);
  const command = (o: { dryRun: boolean }): Promise<MaintainOutcome> =>
    date === undefined
      ? g.cleanup({ before: g.now - age * 86_400_000, rule: `${age}d`, ...o })
      : g.cleanup({ date, rule: date, ...o });
  const stamp = await both(asked, command, wanted, going);
  model.cleanup(stamp, goes);
}

/** `report`: every number on the page. */
export async function compareReport(
  asked: Asked,
  rules: ModelRules,
  age: number,
): Promise<void> {
  const { g, model } = asked;
  const { policy, ...perFile } = requestOf(rules);
  const told = await report(g.ports(), {
    root: g.vault,
    windows: false,
    given: g.vault,
    job: null,
    rules: { policy, ...perFile, maxRetention: days(age) },
    rulesNote: "",
    runs: true,
    most: 5,
  });
  assertEquals(told.runs as unknown[], runs(asked));
  const stored = model.stored();
  const living = stored.filter((v) => v.until === null);
  assertEquals(told.totals, {
    files: living.length,
    bytes: bytesOf(living),
    versions: stored.length,
    stored: bytesOf(stored),
  });
  compareTables(told, stored);
  const plan = model.planPrune(rules, stampOf(g.now));
  const limit = stampOf(before(g.now, days(age)));
  const old = model.deletions().filter(({ mark }) => (mark.until ?? "") < limit)
    .flatMap(({ own }) => own);
  const [prune, cleanup] = told.rules;
  const forgotten = model.snapshots.map((s) => s.stamp).filter((s) => !plan.kept.has(s));
  assertEquals(
    only({ ...prune }, { snapshots: 1, versions: 1, bytes: 1 }),
    { snapshots: forgotten, versions: plan.going.length, bytes: bytesOf(plan.going) },
  );
  assertEquals([cleanup?.versions, cleanup?.bytes], [old.length, bytesOf(old)]);
}

function runs({ model }: Asked): unknown[] {
  const content = model.known.filter((v) => v.type !== "dir");
  return model.snapshots.map(({ stamp, counts, state, ...s }) => {
    const came = content.filter((v) => v.since === stamp);
    const went = content.filter((v) => v.until === stamp);
    const past = content.filter((v) =>
      v.until !== null && v.until <= stamp && (v.gone === null || v.gone > stamp)
    );
    const lost = lostOf({ stamp, counts, state, ...s }).length;
    return {
      stamp,
      state: lost > 0 ? "partial" : "complete",
      new: { files: counts.files_new, bytes: bytesOf(came.filter((v) => v.came !== "changed")) },
      changed: {
        files: counts.files_changed,
        bytes: bytesOf(came.filter((v) => v.came === "changed")),
      },
      deleted: {
        files: counts.files_deleted,
        bytes: bytesOf(went.filter((v) => v.ended === "deleted")),
      },
      failed: 0,
      current: [...state.values()].reduce((n, e) => n + sizeOf(e), 0),
      past: bytesOf(past),
    };
  });
}

/** The largest files and those with the most versions, each with its numbers. */
function compareTables(
  told: Awaited<ReturnType<typeof report>>,
  stored: readonly ModelVersion[],
): void {
  const files = [...new Set(stored.map((v) => v.path))].map((path) => {
    const mine = stored.filter((v) => v.path === path);
    const newest = mine.reduce((a, b) => (a.until ?? "9") > (b.until ?? "9") ? a : b);
    return {
      path,
      size: sizeOf(newest),
      stored: bytesOf(mine),
      versions: mine.length,
      current: newest.until === null,
    };
  });
  const byPath = new Map(files.map((f) => [f.path, f]));
  for (const f of [...told.largest, ...told.most_versioned]) assertEquals(f, byPath.get(f.path));
  const sizes = files.map((f) => f.size).sort((a, b) => b - a).slice(0, 5);
  assertEquals(told.largest.map((f) => f.size), sizes);
  const numbers = files.map((f) => f.versions).filter((n) => n > 1).sort((a, b) => b - a);
  assertEquals(told.most_versioned.map((f) => f.versions), numbers.slice(0, 5));
}
