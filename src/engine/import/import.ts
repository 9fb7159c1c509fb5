/**
 * `import`: a series of plain copies becomes the runs of a new vault, the oldest first, each with the time that it was
 * made at. Whatever ends it, what is done stays, and the same line goes on with the rest.
 * @module
 */

import { HikaeError } from "../../base/errors.ts";
import type { FileSystem } from "../../base/fs.ts";
import { runStamp, type Stamp, stampOf } from "../../base/stamp.ts";
import { text } from "../../text/text.ts";
import { isTornHead } from "../../vault/record_mend.ts";
import { openVault, type Vault, vaultState } from "../../vault/vault.ts";
import { only } from "../adopt/only.ts";
import { backup, type VaultOutcome } from "../backup/backup.ts";
import type { BackupRequest, VaultRequest } from "../backup/request.ts";
import { checkCancelled, type EnginePorts, vaultPorts } from "../ports.ts";
import { FileHistory, isFileHistory } from "./file_history.ts";
import type { SeriesItem } from "../backup/series.ts";

/** A run that is to be made. */
interface PlannedRun extends SeriesItem {
  /** Shows the copy as it was at that time. */
  fs?: FileSystem;
}

/** Makes a run of each copy. Throws where the vault is not one that this series began. */
export async function importSeries(
  ports: EnginePorts,
  request: BackupRequest,
): Promise<VaultOutcome> {
  const target = only(request.vaults);
  const runs = left(ports, target, await plannedRuns(ports, request.series ?? []));
  let outcome: VaultOutcome = {
    vault: target.given,
    stamp: undefined,
    errors: 0,
    failed: undefined,
  };
  let before: number | undefined;
  for (const [i, run] of runs.entries()) {
    const { dev } = ports.fs.lstat(run.source);
    const emit: EnginePorts["emit"] = (m) =>
      ports.emit(
        m.message_type === "summary"
          ? { ...m, imported: run.given, run: i + 1, runs: runs.length }
          : m,
      );
    const done = only(
      await backup({ ...ports, ...(run.fs === undefined ? {} : { fs: run.fs }), emit }, {
        ...request,
        source: run.source,
        imported: { at: run.at, from: run.source },
        // names of one file have one inode in all copies of a disk; on Windows that is not certain
        checksum: request.checksum || request.windows || dev !== before,
        // what a copy has or lacks it had or lacked then
        allowMassChange: true,
      }),
    );
    outcome = { ...done, errors: outcome.errors + done.errors };
    if (done.failed !== undefined) break;
    before = dev;
  }
  return outcome;
}

/** Tells which runs there would be. */
export async function planSeries(
  ports: EnginePorts,
  request: BackupRequest,
): Promise<VaultOutcome> {
  const target = only(request.vaults);
  const runs = left(ports, target, await plannedRuns(ports, request.series ?? []));
  let last: Stamp | undefined;
  for (const [i, run] of runs.entries()) {
    const stamp = last = runStamp(run.at, last);
    ports.emit({
      message_type: "summary",
      vault: target.given,
      stamp,
      imported: run.given,
      time_from: run.from,
      run: i + 1,
      runs: runs.length,
      dry_run: true,
      text: text(`import.would-${run.from}`, { stamp, given: run.given }),
    });
  }
  return { vault: target.given, stamp: undefined, errors: 0, failed: undefined };
}

/** The runs of all copies, the oldest first; of a folder of File History one for each time in its names. */
async function plannedRuns(
  ports: EnginePorts,
  series: readonly SeriesItem[],
): Promise<PlannedRun[]> {
  const runs: PlannedRun[] = [];
  for (const item of series) runs.push(...await runsOf(ports, item));
  return runs.sort((a, b) => a.at - b.at);
}

async function runsOf(ports: EnginePorts, item: SeriesItem): Promise<PlannedRun[]> {
  const { fs, separator } = ports;
  const check = (): void => checkCancelled(ports);
  check();
  if (item.from === "at" || !await isFileHistory(fs, item.source, separator)) return [item];
  const history = await FileHistory.read(fs, item.source, separator, check);
  return history.times().map((at) => ({ ...item, at, from: "name", fs: history.at(at) }));
}

/** Those that the vault does not have yet; throws for a vault that has other runs, or later ones. */
function left(
  ports: EnginePorts,
  { root, given }: VaultRequest,
  runs: readonly PlannedRun[],
): readonly PlannedRun[] {
  if (vaultState(ports.fs, root, ports.separator) !== "vault") return runs;
  const vault = openVault(vaultPorts(ports), root);
  const had = importedRuns(vault);
  if (had === undefined) {
    throw new HikaeError("failed", text("import.not-new"), {
      path: root,
      hint: text("import.not-new-hint"),
    });
  }
  const rest = runs.filter(({ source, at }) => !had.done.has(keyOf(source, at)));
  const early = rest.find(({ at }) => at < had.newest);
  if (early === undefined) return rest;
  throw new HikaeError(
    "failed",
    text("import.too-late", {
      copy: early.given,
      stamp: stampOf(early.at),
      newest: stampOf(had.newest),
    }),
    { path: given, hint: text("import.not-new-hint") },
  );
}

/** What a series has brought into a vault; undefined where anything else has, too. */
function importedRuns(vault: Vault): { done: Set<string>; newest: number } | undefined {
  const done = new Set<string>();
  let newest = -Infinity;
  for (const { stamp } of vault.recordFiles()) {
    const head = vault.recordHead(stamp);
    // a run that ended within its first line has done nothing yet
    if (head === undefined && isTornHead(vault, stamp)) continue;
    const from = head?.options.imported;
    if (head === undefined || typeof from !== "string") return undefined;
    const at = Date.parse(head.time);
    if (vault.lastLine(stamp) === undefined) continue;
    done.add(keyOf(from, at));
    newest = Math.max(newest, at);
  }
  return { done, newest };
}

function keyOf(source: string, at: number): string {
  return `${at} ${source}`;
}
