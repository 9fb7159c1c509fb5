/** `report`: a vault in numbers, for a page. @module */

import type { ReportData, ReportFile, ReportRun } from "../../base/report_data.ts";
import { stampOf, stampToNumber } from "../../base/stamp.ts";
import type { Catalog } from "../../vault/catalog.ts";
import { holdAll } from "../../vault/history/alive.ts";
import {
  bytesByLife,
  bytesByRun,
  type PathTotal,
  topPaths,
  vaultTotal,
} from "../../vault/history/totals.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { tellAllProofs } from "../proven.ts";
import type { Reader, Snapshot } from "../reader.ts";
import { checkedShare } from "../verify/freshness.ts";
import { type CheckedShare, knownShare, rememberedShare } from "../verify/remembered_share.ts";
import type { LookRequest } from "./query_point.ts";
import { type ReportRules, rulesOf } from "./report_rules.ts";

/** What is asked. */
export interface ReportRequest extends LookRequest {
  /** As the user wrote it. */
  given: string;
  job: string | null;
  rules: ReportRules;
  /** Said beside the rules. */
  rulesNote: string;
  /** How many files each list names. */
  most: number;
  /** The numbers of each run are wanted: it takes a look at each record. */
  runs: boolean;
}

/** Gathers the numbers. */
export async function report(
  ports: EnginePorts,
  reader: Reader,
  request: ReportRequest,
): Promise<ReportData> {
  // each goes through all versions, or all records
  const part = <T>(work: () => T): T => {
    checkCancelled(ports);
    return work();
  };
  part(() => holdAll(reader.catalog));
  await part(() => tellAllProofs(ports, reader));
  const snapshots = part(() => reader.snapshots());
  const lists = request.most;
  return {
    vault: request.given,
    job: request.job,
    source: reader.vault.info.source,
    host: reader.vault.info.host,
    made: stampOf(ports.clock.now()),
    snapshots: snapshots.length,
    first: snapshots[0]?.stamp ?? null,
    last: snapshots.at(-1)?.stamp ?? null,
    runs: request.runs ? runsOf(ports, reader, snapshots) : [],
    totals: part(() => vaultTotal(reader.catalog)),
    checked: part(() => checkedOf(reader)),
    largest: part(() => filesOf(topPaths(reader.catalog, "size", lists))),
    most_versioned: part(() => filesOf(topPaths(reader.catalog, "versions", lists))),
    rules: await part(() => rulesOf(ports, request, request.rules)),
    rules_note: request.rulesNote,
  };
}

/** An index in memory knows nothing of checks but what the last run's record has. */
function checkedOf({ catalog, from }: Reader): ReportData["checked"] {
  const remembered = (): CheckedShare | undefined => rememberedShare(catalog);
  const known = from === "memory" ? remembered() : knownShare(catalog, checkedShare, remembered);
  if (known === undefined) return null;
  const { share, oldest, damaged } = known;
  return { share, oldest: oldest === null ? null : stampOf(oldest), damaged };
}

function filesOf(paths: readonly PathTotal[]): ReportFile[] {
  return paths.map(({ lives, ...file }) => ({ ...file, current: lives }));
}

/** Sums that begin and end at runs: `[stamp, bytes]`. */
type Steps = Map<number, number>;

function add(steps: Steps, stamp: number, bytes: number): void {
  steps.set(stamp, (steps.get(stamp) ?? 0) + bytes);
}

function runsOf(
  ports: EnginePorts,
  reader: Reader,
  snapshots: readonly Snapshot[],
): ReportRun[] {
  const began = bytesByRun(reader.catalog, "since");
  const ended = bytesByRun(reader.catalog, "until");
  const { current, past } = growth(reader.catalog);
  const held = [running(current), running(past)] as const;
  return snapshots.map((s) => {
    checkCancelled(ports);
    const n = stampToNumber(s.stamp);
    const counts = s.counts();
    const count = (key: string): number => Number(counts[key] ?? 0);
    const came = began.get(n) ?? new Map<string, number>();
    const went = ended.get(n) ?? new Map<string, number>();
    const changed = came.get("changed") ?? 0;
    return {
      stamp: s.stamp,
      state: s.state,
      new: { files: count("files_new"), bytes: sum(came) - changed },
      changed: { files: count("files_changed"), bytes: changed },
      deleted: { files: count("files_deleted"), bytes: sum(went) - (went.get("changed") ?? 0) },
      failed: s.errors,
      current: held[0](n),
      past: held[1](n),
    };
  });
}

function sum(amounts: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const bytes of amounts.values()) total += bytes;
  return total;
}

/** What was added to and taken from current and past content, by run. */
function growth(catalog: Catalog): { current: Steps; past: Steps } {
  const current: Steps = new Map();
  const past: Steps = new Map();
  for (const { since, until, gone, movedOn, bytes } of bytesByLife(catalog)) {
    add(current, since, bytes);
    if (until === null) {
      if (gone !== null) add(current, gone, -bytes);
      continue;
    }
    add(current, until, -bytes);
    if (movedOn) continue;
    add(past, until, bytes);
    if (gone !== null) add(past, Math.max(until, gone), -bytes);
  }
  return { current, past };
}

/** The sum of all steps up to a stamp; stamps are asked for in ascending order. */
function running(steps: Steps): (stamp: number) => number {
  const sorted = [...steps].sort((a, b) => a[0] - b[0]);
  let at = 0;
  let total = 0;
  return (stamp) => {
    for (let step = sorted[at]; step !== undefined && step[0] <= stamp; step = sorted[++at]) {
      total += step[1];
    }
    return total;
  };
}
