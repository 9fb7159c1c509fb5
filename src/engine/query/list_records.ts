/** The snapshots of a vault by its records alone, where all of them are whole: no index is made for it. @module */

import { type Stamp, stampToNumber } from "../../base/stamp.ts";
import { heldSince, isHeld } from "../../vault/lock.ts";
import { chainOf } from "../../vault/seal.ts";
import { hasIndex, type ReadOptions } from "../../vault/open.ts";
import { lineHolds, type RecordHead } from "../../vault/record.ts";
import { parseSummary, readRecord, type RecordEnd, skimLine } from "../../vault/record_read.ts";
import { PROOF, type RecordRow, recordRow } from "../../vault/record_row.ts";
import { openVault, type Vault } from "../../vault/vault.ts";
import { type EnginePorts, vaultPorts } from "../ports.ts";
import { type Snapshot, snapshotOf } from "../reader.ts";
import { seenOpening } from "../seen_files.ts";
import { asked, askedWhole } from "./asked.ts";
import { list, tellSnapshots } from "./list.ts";
import type { LookRequest } from "./query_point.ts";

/** Content that went: the runs that had it. */
interface GoneSpan {
  from: number;
  to: number;
}

/** `list` as a command of its own: what it reads of a vault far away is seen many at once. */
export async function listFar(given: EnginePorts, request: LookRequest): Promise<number> {
  const ports = await seenOpening(given, request.root);
  return listed(ports, request) ?? await askedWhole(list, KEEPING)(ports, request);
}

/** `list`: where no index lies at home and all records are whole, none is made. */
export function listCommand(ports: EnginePorts, request: LookRequest): number {
  return listed(ports, request) ?? asked(list, KEEPING)(ports, request);
}

const KEEPING: ReadOptions = { keep: false };

function listed(ports: EnginePorts, { root }: LookRequest): number | undefined {
  const told = snapshotsByRecords(ports, root);
  if (told === undefined) return undefined;
  ports.opened?.();
  tellSnapshots(ports, told);
  return told.length;
}

/**
 * The snapshots, oldest first, told by the heads, the ends and the hashes of records. Undefined where something is not
 * whole, is under way, or needs to be looked up: then an index tells, and so it does where there is one already.
 */
function snapshotsByRecords(ports: EnginePorts, root: string): Snapshot[] | undefined {
  const vault = openVault(vaultPorts(ports), root);
  if (hasIndex(vault) || isHeld(vault.ports, vault.tree)) return undefined;
  const rows: RecordRow[] = [];
  const gone = new Map<string, GoneSpan>();
  for (const { stamp } of vault.recordFiles()) {
    const row = skim(vault, stamp, gone);
    if (row === undefined) return undefined;
    rows.push(row);
  }
  if (!areWhole(vault, rows)) return undefined;
  const runs = rows.filter((r) => r.kind === "run" && !r.forgotten);
  const spans = [...gone.values()];
  return runs.map((r) => {
    const n = stampToNumber(r.stamp);
    return snapshotOf(r, spans.filter((s) => s.from <= n && n < s.to).length, (row) => row);
  });
}

/** A whole record as a row; undefined for one that is not, or that tells of what has to be looked up. */
function skim(vault: Vault, stamp: Stamp, gone: Map<string, GoneSpan>): RecordRow | undefined {
  const head = vault.recordHead(stamp);
  if (head === undefined || (head.vault ?? vault.info.id) !== vault.info.id) return undefined;
  const lines = readRecord(vault.fs, vault.ports.newHash, vault.recordPath(stamp), skimLine);
  let errors = 0;
  for (let step = lines.next();; step = lines.next()) {
    if (step.done === true) return rowOf(vault, head, { errors, end: step.value });
    const line = step.value;
    if (line.kind === "error") errors++;
    if (line.kind !== "version" || line.gone === undefined || line.type === "dir") continue;
    // when such a one began or ended only its other lines tell
    if (line.from === undefined || line.to === undefined) {
      lines.return({ finished: false, bad: 0, bytes: 0, sha256: "", last: undefined });
      return undefined;
    }
    gone.set(`${line.path}\0${line.from}`, {
      from: stampToNumber(line.from),
      to: stampToNumber(line.to),
    });
  }
}

function rowOf(
  vault: Vault,
  head: RecordHead,
  { errors, end }: { errors: number; end: RecordEnd },
): RecordRow | undefined {
  const { finished, bad, last, sha256, bytes } = end;
  if (!finished || bad > 0 || last === undefined) return undefined;
  const summary = parseSummary(last);
  const sealed = summary?.sha256 === sha256 && summary.line !== undefined &&
    lineHolds(vault.ports.hashOf, last) && (head.kind !== "run" || summary.tree !== undefined);
  if (summary === undefined || !sealed) return undefined;
  const facts = { finished, bytes, errors, summary, sha256, tree: summary.tree };
  return recordRow(head, { ...facts, proof: PROOF.proven });
}

/** True when the newest seal says that there were these records and no others, and none can have come after them. */
function areWhole(vault: Vault, rows: readonly RecordRow[]): boolean {
  const newest = rows.at(-1);
  if (newest?.summary === undefined || newest.summary.unrecorded === true) return false;
  const since = heldSince(vault.fs, vault.tree);
  if (since !== undefined && Date.parse(since) > Date.parse(newest.summary.time)) return false;
  if (vault.lostNewest() !== undefined) return false;
  return chainOf(vault.ports.hashOf, rows) === newest.summary.chain;
}
