/** `report`: a vault in numbers, for a page. @module */

import type { ReportData, ReportFile, ReportRun } from "../../base/report_data.ts";
import { joinRel } from "../../base/relpath.ts";
import { stampOf, stampToNumber } from "../../base/stamp.ts";
import { LEAST_SHARED } from "../../vault/same_content.ts";
import type { EnginePorts } from "../ports.ts";
import { Reader, type Snapshot } from "../reader.ts";
import { checkedShare } from "../verify/freshness.ts";
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
}

/** Gathers the numbers. */
export function report(ports: EnginePorts, request: ReportRequest): ReportData {
  const reader = Reader.open(ports, request.root);
  try {
    const snapshots = reader.snapshots();
    const lists = request.most;
    return {
      vault: request.given,
      job: request.job,
      source: reader.vault.info.source,
      host: reader.vault.info.host,
      made: stampOf(ports.clock.now()),
      runs: runsOf(reader, snapshots),
      totals: totalsOf(reader),
      checked: checkedOf(reader),
      largest: filesBy(reader, "size DESC", "", lists),
      // a file that never changed has no history to speak of
      most_versioned: filesBy(reader, "versions DESC, stored DESC", "HAVING count(*) > 1", lists),
      rules: rulesOf(ports, request, request.rules),
      rules_note: request.rulesNote,
    };
  } finally {
    reader.close();
  }
}

/** An index in memory knows nothing of checks. */
function checkedOf(reader: Reader): ReportData["checked"] {
  if (reader.from === "memory") return null;
  const { share, oldest, damaged } = checkedShare(reader.catalog);
  return { share, oldest: oldest === null ? null : stampOf(oldest), damaged };
}

const KEPT = "type < 2 AND gone IS NULL";

/**
 * True for a past version whose bytes another one has by now: it moved, and its content is there under the new name. Other
 * copies that share are counted each: the index does not know them.
 */
const MOVED_ON =
  `(until IS NOT NULL AND size >= ${LEAST_SHARED} AND EXISTS (SELECT 1 FROM version w WHERE w.moved IS NOT NULL
  AND w.moved = CASE version.dir WHEN '' THEN version.name ELSE version.dir || '/' || version.name END
  AND w.since = version.until AND w.gone IS NULL))`;

/** True for one whose bytes another name of the same file has, or what it moved from had before. */
const COUNTED_ELSEWHERE = `(link IS NOT NULL AND size >= ${LEAST_SHARED} OR ${MOVED_ON})`;

function totalsOf(reader: Reader): ReportData["totals"] {
  const row = reader.catalog.sql(
    `SELECT count(*) AS versions, coalesce(sum(size) FILTER (WHERE NOT ${COUNTED_ELSEWHERE}), 0) AS stored,
       count(*) FILTER (WHERE until IS NULL) AS files,
       coalesce(sum(size) FILTER (WHERE until IS NULL), 0) AS bytes
     FROM version WHERE ${KEPT}`,
  ).get();
  const number = (key: string): number => Number(row?.[key] ?? 0);
  return {
    files: number("files"),
    bytes: number("bytes"),
    versions: number("versions"),
    stored: number("stored"),
  };
}

/** Files by what the vault holds of them; paths decide among equals, so that two reports agree. */
function filesBy(reader: Reader, order: string, having: string, most: number): ReportFile[] {
  // SQLite takes the other columns of a row from where max() found its value
  const rows = reader.catalog.sql(
    `SELECT dir, name, size, until, count(*) AS versions, coalesce(sum(size), 0) AS stored,
       max(coalesce(until, 99999999999999)) AS ended
     FROM version WHERE ${KEPT} GROUP BY dir, name ${having} ORDER BY ${order}, dir, name LIMIT ?`,
  ).all(most);
  return rows.map((r) => ({
    path: joinRel(String(r.dir), String(r.name)),
    size: Number(r.size ?? 0),
    stored: Number(r.stored),
    versions: Number(r.versions),
    current: r.until === null,
  }));
}

/** Sums that begin and end at runs: `[stamp, bytes]`. */
type Steps = Map<number, number>;

function add(steps: Steps, stamp: number, bytes: number): void {
  steps.set(stamp, (steps.get(stamp) ?? 0) + bytes);
}

function runsOf(reader: Reader, snapshots: readonly Snapshot[]): ReportRun[] {
  const began = bytesBy(reader, "since", "why");
  const ended = bytesBy(reader, "until", "ended");
  const { current, past } = growth(reader);
  const held = [running(current), running(past)] as const;
  return snapshots.map((s) => {
    const n = stampToNumber(s.stamp);
    const count = (key: string): number => Number(s.counts[key] ?? 0);
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

/** Bytes by the run that began or ended versions, and why. */
function bytesBy(
  reader: Reader,
  column: "since" | "until",
  why: "why" | "ended",
): Map<number, Map<string, number>> {
  const moved = column === "since"
    ? `(moved IS NOT NULL OR link IS NOT NULL) AND size >= ${LEAST_SHARED}`
    : COUNTED_ELSEWHERE;
  const rows = reader.catalog.sql(
    `SELECT ${column} AS stamp, ${why} AS why, coalesce(sum(size) FILTER (WHERE NOT (${moved})), 0) AS bytes
     FROM version WHERE type < 2 AND ${column} > 0 GROUP BY ${column}, ${why}`,
  ).all();
  const byStamp = new Map<number, Map<string, number>>();
  for (const row of rows) {
    const stamp = Number(row.stamp);
    const byWhy = byStamp.get(stamp) ?? new Map<string, number>();
    byWhy.set(String(row.why ?? ""), Number(row.bytes));
    byStamp.set(stamp, byWhy);
  }
  return byStamp;
}

/** What was added to and taken from current and past content, by run. */
function growth(reader: Reader): { current: Steps; past: Steps } {
  const current: Steps = new Map();
  const past: Steps = new Map();
  const rows = reader.catalog.sql(
    `SELECT max(since, 0) AS since, until, gone, ${MOVED_ON} AS moved, coalesce(sum(size), 0) AS bytes
     FROM version WHERE type < 2 GROUP BY 1, 2, 3, 4`,
  ).all();
  for (const row of rows) {
    const bytes = Number(row.bytes);
    add(current, Number(row.since), bytes);
    if (row.until === null) {
      if (row.gone !== null) add(current, Number(row.gone), -bytes);
      continue;
    }
    const until = Number(row.until);
    add(current, until, -bytes);
    if (row.moved === 1) continue;
    add(past, until, bytes);
    if (row.gone !== null) add(past, Math.max(until, Number(row.gone)), -bytes);
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
