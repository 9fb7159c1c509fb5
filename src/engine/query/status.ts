/** `status`: how the last runs of vaults went, told by the ends of their records. @module */

import { systemText } from "../../base/system_text.ts";
import { type ErrorId, toPlainError } from "../../base/errors.ts";
import type { Stamp } from "../../base/stamp.ts";
import { openIfAtHome } from "../../vault/open.ts";
import { isTornHead } from "../../vault/record_mend.ts";
import { isHeld } from "../../vault/lock.ts";
import { lineHolds, recordStamp, type SummaryLine } from "../../vault/record.ts";
import { parseSummary, readEnd } from "../../vault/record_read.ts";
import { openVault, type Vault } from "../../vault/vault.ts";
import { NewerFormat } from "../../vault/vault_json.ts";
import { type EnginePorts, vaultPorts } from "../ports.ts";
import { checkedShare } from "../verify/freshness.ts";
import { type CheckedShare, knownShare, shareIn } from "../verify/remembered_share.ts";

/** What is asked: the real paths of vaults. */
export interface StatusRequest {
  roots: readonly string[];
  /** Those of them that are told by their records alone: no index is opened. */
  byRecords?: readonly string[];
}

/** A run, by its record. */
export interface LastRun {
  stamp: Stamp;
  /** RFC 3339. */
  time: string;
  /** The machine that made it. */
  host: string;
  /** The job that it was of, where its record says so. */
  job?: string;
  /** The counts of its summary; absent for an unfinished one. */
  summary?: SummaryLine;
  /** True when its last line is not what it was. */
  doubtful?: true;
}

/** How a vault stands. */
export interface VaultStatus {
  root: string;
  /** Why it cannot be asked. */
  problem?: string;
  /** The kind of that problem. */
  problemId?: ErrorId;
  /** True when the problem is a format that is newer than this hikae. */
  newer?: boolean;
  source: string;
  /** The newest run, finished or not. */
  last?: LastRun;
  /** The newest finished run. */
  good?: LastRun;
  /** A run is under way. */
  running: boolean;
  /** How fresh the check of its content is; absent where nothing tells. */
  checked?: CheckedShare;
  /** The machine that made the newest run, and the job that it was of, where the record says so. */
  host?: string;
  job?: string;
  /** The time that usually lies between its runs, ms; absent below three runs. */
  interval?: number;
  /** What earlier runs added, bytes, the newest first. */
  added?: readonly number[];
  /**
   * True when its format has seals, and the last good run has none; when no record is left of any run; or when the newest
   * record is lost.
   */
  unproven?: boolean;
}

/** Looks at each vault; one that cannot be read does not keep the others from answering. */
export function status(ports: EnginePorts, request: StatusRequest): VaultStatus[] {
  const byRecords = new Set(request.byRecords);
  return request.roots.map((root) => {
    try {
      return statusOf(ports, root, byRecords.has(root));
    } catch (error) {
      const problemId = toPlainError(error).id;
      const newer = error instanceof NewerFormat;
      return { root, problem: systemText(error), problemId, newer, source: "", running: false };
    }
  });
}

/** So many runs tell what is usual. */
const USUAL_RUNS = 8;

function statusOf(ports: EnginePorts, root: string, byRecords: boolean): VaultStatus {
  const vault = openVault(vaultPorts(ports), root);
  const running = isHeld(ports, vault.tree);
  const status: VaultStatus = { root, source: vault.info.source, running };
  const times: number[] = [];
  const added: number[] = [];
  const { names, lost } = vault.namesAndLost();
  let seen = 0;
  for (const stamp of newestFirst(names)) {
    seen++;
    if (status.good !== undefined && times.length >= USUAL_RUNS) break;
    const run = runOf(vault, stamp);
    // a newer one that cannot be read may have been a run
    if (run === undefined && status.last === undefined && isUnreadable(vault, stamp)) {
      status.unproven = true;
    }
    if (run === undefined) continue;
    if (run.doubtful === true && status.good === undefined) status.unproven = true;
    if (times.length < USUAL_RUNS) times.push(Date.parse(run.time));
    if (status.last === undefined) {
      status.last = run;
      const { host, job } = run;
      status.host = host;
      if (job !== undefined) status.job = job;
    }
    if (run.summary === undefined) continue;
    if (status.good === undefined) {
      status.good = run;
      askSource(vault, run, status);
    } else if (typeof run.summary.bytes_added === "number") added.push(run.summary.bytes_added);
  }
  // a vault is made by a run that writes its record first
  if (seen === 0 && !running || lost !== undefined) status.unproven = true;
  const interval = usualInterval(times);
  const recorded = (): CheckedShare | undefined => shareIn(status.good?.summary?.checked);
  const checked = (byRecords ? undefined : checkedOf(vault, recorded)) ?? recorded();
  const sealed = Number(vault.info.format) >= 2;
  return {
    ...status,
    added,
    ...(interval === undefined ? {} : { interval }),
    ...(checked === undefined ? {} : { checked }),
    ...(sealed && status.good !== undefined && status.good.summary?.tree === undefined
      ? { unproven: true }
      : {}),
  };
}

/**
 * Where vault.json and the newest run name two sources, either the source moved or one of them rotted: the run's is right
 * if its record is what its seal says.
 */
function askSource(vault: Vault, { stamp, summary }: LastRun, status: VaultStatus): void {
  const source = vault.recordHead(stamp)?.source ?? "";
  if (source === "" || source === status.source || summary?.sha256 === undefined) return;
  const { fs, ports } = vault;
  if (readEnd(fs, ports.newHash, vault.recordPath(stamp)).sha256 === summary.sha256) {
    status.source = source;
  } else status.unproven = true;
}

/** The stamps of records, the newest first: of ten thousand no more than are asked for. */
function* newestFirst(names: readonly string[]): Generator<Stamp> {
  for (let i = names.length - 1; i >= 0; i--) {
    const stamp = recordStamp(names[i] ?? "");
    if (stamp !== undefined) yield stamp;
  }
}

/** The middle one of the times between runs. */
function usualInterval(times: readonly number[]): number | undefined {
  const between = times.slice(1).map((t, i) => (times[i] ?? t) - t).sort((a, b) => a - b);
  return between.length < 2 ? undefined : between[Math.floor(between.length / 2)];
}

/** Told by the index at home, where it is that of the vault as it is. */
function checkedOf(
  vault: Vault,
  recorded: () => CheckedShare | undefined,
): CheckedShare | undefined {
  const open = openIfAtHome(vault);
  if (open === undefined) return undefined;
  try {
    return knownShare(open.catalog, checkedShare, recorded);
  } catch {
    return undefined;
  } finally {
    open.close();
  }
}

/** True when a record has no first line that makes sense, and not because its run ended right there. */
function isUnreadable(vault: Vault, stamp: Stamp): boolean {
  return vault.recordHead(stamp) === undefined && !isTornHead(vault, stamp);
}

/** A backup's record; undefined for those of other commands, and for what cannot be read. */
function runOf(vault: Vault, stamp: Stamp): LastRun | undefined {
  const head = vault.recordHead(stamp);
  if (head?.kind !== "run") return undefined;
  const last = vault.lastLine(stamp);
  const summary = last === undefined ? undefined : parseSummary(last);
  const { job } = head as { job?: unknown };
  return {
    stamp,
    time: head.time,
    host: head.host,
    ...(typeof job === "string" ? { job } : {}),
    ...(summary === undefined ? {} : { summary }),
    ...(last === undefined || lineHolds(vault.ports.hashOf, last) ? {} : { doubtful: true }),
  };
}
