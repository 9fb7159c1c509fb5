/**
 * `adopt`: a plain copy becomes a vault, and no byte of it is copied again. Two runs: the copy as it was found, and what
 * the source has by now. Wherever it ends, every file is there with its content, and another try finishes it.
 * @module
 */

import { lstatIfAny, move, removeIfAny, replaceFile } from "../../base/io.ts";
import { infoFor } from "../../vault/create.ts";
import { text } from "../../text/text.ts";
import { heldDisk } from "../../vault/held_disk.ts";
import { type Lock, takeLock } from "../../vault/lock.ts";
import { ADOPTING, BEGUN } from "../../vault/names.ts";
import { makeRuns } from "../../vault/record_writer.ts";
import { lockedVault } from "../../vault/open.ts";
import { VaultTree } from "../../vault/tree.ts";
import { openVault, Vault } from "../../vault/vault.ts";
import { formatVaultInfo } from "../../vault/vault_json.ts";
import { asError, backup, checkSource, type VaultOutcome } from "../backup/backup.ts";
import { unmade } from "../backup/failures.ts";
import type { BackupRequest, VaultRequest } from "../backup/request.ts";
import { type EnginePorts, vaultPorts } from "../ports.ts";
import { copyView } from "./copy_view.ts";
import { FirstRun, type FirstRunDone } from "./first_run.ts";
import { settleMirror } from "./last_step.ts";
import { only } from "./only.ts";
import { makeOwn } from "./own_files.ts";
import { notPlain, type Stage } from "./stage.ts";
import { inspect, isFirstTry, stageOf } from "./inspect.ts";

/** How many runs an adoption has. */
export const RUNS = 2;

/** Makes the one vault of `request` of the copy that lies there. Throws what a guard says, and what cannot be. */
export async function adopt(ports: EnginePorts, request: BackupRequest): Promise<VaultOutcome> {
  checkSource(ports, request);
  const target = only(request.vaults);
  try {
    return await inStages(ports, request, target);
  } catch (error) {
    // what the disk of the copy says
    throw asError(error, target.root);
  }
}

async function inStages(
  ports: EnginePorts,
  request: BackupRequest,
  target: VaultRequest,
): Promise<VaultOutcome> {
  const stage = await stageOf(ports, request, target);
  await inspect(ports, request, target, stage);
  const first = isFirstTry(stage) ? await firstRun(ports, request, target) : undefined;
  const last = await lastRun(ports, request, target, stage);
  return { ...last, errors: last.errors + (first?.errors ?? 0) };
}

/** Records the copy as it is, and tells it. */
async function firstRun(
  ports: EnginePorts,
  request: BackupRequest,
  { root, given }: VaultRequest,
): Promise<FirstRunDone> {
  let done: FirstRunDone;
  try {
    done = await record(ports, request, root);
  } catch (error) {
    throw unmade(root, error);
  }
  for (const message of done.notes) ports.emit({ message_type: "note", message, path: given });
  const told = { vault: given, ...done.summary, adopted: true, run: 1, runs: RUNS };
  ports.emit({ message_type: "summary", ...told });
  return done;
}

/** Holds the lock while the copy is recorded; `vault.json` comes last. */
async function record(
  given: EnginePorts,
  request: BackupRequest,
  root: string,
): Promise<FirstRunDone> {
  const tree = new VaultTree(root, given.separator);
  const lock = begin(given, request, tree);
  try {
    const disk = lock.told ? heldDisk(vaultPorts(given), root, lock) : undefined;
    const ports = { ...given, ...disk && { fs: disk.fs } };
    const { fs } = ports;
    const view = copyView(ports, { root, source: request.source });
    const marker = tree.below(tree.meta(""), ADOPTING);
    const note = `${JSON.stringify({ source: request.source })}\n`;
    replaceFile(fs, marker, `${marker}-new`, note, true);
    const vault = new Vault(vaultPorts(ports), root, infoOf(ports, request, tree));
    if (disk !== undefined) vault.checkHeld = disk.check;
    dropTried(vault);
    const own = await makeOwn(ports, vault, view, request.source);
    if (own > 0) ports.emit({ message_type: "note", message: text("adopt.own-files", { n: own }) });
    const done = await new FirstRun(ports, { request, vault, view }).run();
    // what says that a vault is being made becomes what says that it is one
    replaceFile(fs, marker, `${marker}-new`, formatVaultInfo(vault.info), true);
    move(fs, marker, tree.rootFile("vault"));
    // the last step takes links away: before that it is a vault for good
    if (request.flush) await fs.syncAll([tree.meta(""), root]);
    return done;
  } finally {
    lock.release();
  }
}

/** Makes the root's meta directory, and takes the lock in it; the root keeps its time. */
function begin(ports: EnginePorts, request: BackupRequest, tree: VaultTree): Lock {
  const { fs, sleep } = ports;
  const { mtime } = fs.lstat(tree.root);
  if (lstatIfAny(fs, tree.meta("")) === undefined) fs.mkdir(tree.meta(""));
  const { pid, host, command } = request;
  const since = new Date(ports.clock.now()).toISOString();
  const lock = takeLock(vaultPorts(ports), tree, { pid, host, command, since }, sleep);
  try {
    fs.utime(tree.root, mtime, mtime);
  } catch {
    // it may be a mount point that belongs to somebody else
  }
  return lock;
}

function infoOf(
  ports: EnginePorts,
  { source, host }: BackupRequest,
  tree: VaultTree,
): Vault["info"] {
  return infoFor(ports.fs, tree, {
    id: ports.index?.(tree.root)?.id ?? ports.newId(),
    hash: "sha256sum",
    source,
    host,
    created: new Date(ports.clock.now()).toISOString(),
  });
}

/** Removes what a try before this one recorded; records of anything else are somebody's history. */
function dropTried(vault: Vault): void {
  makeRuns(vault);
  const records = vault.recordFiles();
  for (const { stamp } of records) {
    const head = vault.recordHead(stamp);
    if (head !== undefined && head.options.adopted !== true) {
      throw notPlain(vault.recordPath(stamp));
    }
  }
  for (const { stamp } of records) removeIfAny(vault.fs, vault.recordPath(stamp));
  removeIfAny(vault.fs, vault.tree.below(vault.tree.meta(""), BEGUN));
}

/** The last step: the vault is brought up to the source. */
async function lastRun(
  ports: EnginePorts,
  request: BackupRequest,
  { root }: VaultRequest,
  stage: Stage,
): Promise<VaultOutcome> {
  const { tree } = openVault(vaultPorts(ports), root);
  const { vault, lock } = lockedVault(vaultPorts(ports), root, begin(ports, request, tree));
  try {
    const held = { ...ports, fs: vault.fs };
    settleMirror(held, vault, copyView(held, { root, source: request.source }));
  } finally {
    lock.release();
  }
  const emit: EnginePorts["emit"] = (m) =>
    ports.emit(m.message_type === "summary" ? { ...m, run: RUNS, runs: RUNS } : m);
  return only(
    await backup({ ...ports, emit }, {
      ...request,
      // whether the copy is what the source has only the contents tell
      checksum: true,
      // the copy's own guard has spoken
      allowMassChange: request.allowMassChange || stage !== "done",
    }),
  );
}
