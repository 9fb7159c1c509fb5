/** How a lane is set up, in the engine's own thread or in another: plain data, and what is made of it. @module */

import type { FileInfo } from "../../base/fs.ts";
import type { Stamp } from "../../base/stamp.ts";
import { contentHash } from "../../vault/content.ts";
import type { Catalog } from "../../vault/catalog.ts";
import { openBeside } from "../../vault/open_beside.ts";
import { Tree } from "../../vault/tree.ts";
import { heldDisk } from "../../vault/held_disk.ts";
import type { HeldBy } from "../../vault/lock.ts";
import { Vault } from "../../vault/vault.ts";
import type { VaultInfo } from "../../vault/vault_json.ts";
import type { Board } from "../crew/line.ts";
import { checkCancelled, type EnginePorts, vaultPorts } from "../ports.ts";
import { type CaseNotice, caseNotice, compileRules, vaultsInside } from "../source/rules.ts";
import type { LaneContext } from "./lane_context.ts";
import { EndedElsewhere, vaultFailure } from "./failures.ts";
import { AT_ONCE } from "./looks_ahead.ts";
import { type LooksDue, MirrorLooks } from "./mirror_looks.ts";
import type { BackupRequest } from "./request.ts";
import type { SourceTrouble, SourceView } from "../source/source_dir.ts";
import { type Believed, LaneVault, type VaultSink } from "./lane_vault.ts";

/** What a lane must know of the run. */
export interface LaneSetup {
  request: BackupRequest;
  device: number;
  /** How many lanes there are, the engine's own among them. */
  lanes: number;
  /** How many of them look before any writes. */
  lookers: number;
  /** A scout counts what there is to read; lanes need not. */
  scouted: boolean;
  /** The start of the run, ms. */
  startedMs: number;
  /** The bits that the system takes from the modes of new files. */
  umask: number;
  vaults: {
    root: string;
    /** Its disk is far away. */
    far: boolean;
    info: VaultInfo;
    stamp: Stamp;
    /** It has no run yet: there is no catalog to ask. */
    first: boolean;
    /** The index's file at home. */
    index: string | undefined;
    believed: Believed | undefined;
    /** Its index can be asked for contents. */
    contents: boolean;
    /** Whether its disk shares blocks, where that is known. */
    blocks: boolean | undefined;
    /** What is looked at of its mirror; undefined for everything. */
    looks: LooksDue | undefined;
    /** By whom it is held; absent where nobody does. */
    held?: HeldBy;
  }[];
}

/** Files smaller than this are read whole, hashed, and written from memory. */
const BUFFER = 4 << 20;

/** Makes a vault's run for a lane in another thread, with a catalog connection of its own. */
export function openRun(
  ports: EnginePorts,
  setup: LaneSetup,
  index: number,
  sink: VaultSink,
): LaneVault {
  const v = setup.vaults[index];
  if (v === undefined) throw new RangeError(`no vault ${index}`);
  const own = vaultPorts(ports);
  const disk = v.held && heldDisk(own, v.root, v.held);
  const vault = new Vault({ ...own, ...disk && { fs: disk.fs } }, v.root, v.info);
  if (disk !== undefined) vault.checkHeld = disk.check;
  if (v.first) return makeRun(setup, index, vault, undefined, sink);
  let catalog: Catalog | undefined;
  let failed: unknown;
  try {
    if (v.index === undefined) throw new Error("the index is in memory");
    catalog = openBeside(vault, { path: v.index, run: v.stamp }, {
      hashOf: (content) => contentHash(ports, content),
      failed: () => {},
    });
    catalog.beginReading();
  } catch (error) {
    failed = error;
  }
  const run = makeRun(setup, index, vault, catalog, sink);
  // what fails one vault does not fail the others
  if (failed !== undefined) run.failed = vaultFailure(run, "", failed);
  return run;
}

/** Makes a vault's run from an open vault. */
export function makeRun(
  setup: LaneSetup,
  index: number,
  vault: Vault,
  catalog: Catalog | undefined,
  sink: VaultSink,
): LaneVault {
  const v = setup.vaults[index];
  if (v === undefined) throw new RangeError(`no vault ${index}`);
  const { request } = setup;
  return new LaneVault(vault, v.first ? undefined : catalog, {
    stamp: v.stamp,
    startedMs: setup.startedMs,
    maxGenerations: request.maxGenerations,
    flush: request.flush,
    windows: request.windows,
    far: v.far,
    believed: v.believed,
  }, sink);
}

/** A vault that is out for one lane is out for all: a full disk is not filled on by the others. */
function shareFailures(runs: readonly LaneVault[], all: Pick<Board, "end" | "ended">): void {
  for (let i = 0; i < runs.length; i++) {
    const run = runs[i];
    if (run === undefined) continue;
    if (run.failed !== undefined) all.end(i);
    else if (all.ended(i)) run.failed = new EndedElsewhere();
  }
}

/** True when some vaults have a run and others have none. */
function isMixed({ vaults }: LaneSetup): boolean {
  return vaults.some((v) => v.first) && vaults.some((v) => !v.first);
}

/** What a lane works with. */
export function laneContext(
  ports: EnginePorts,
  setup: LaneSetup,
  runs: readonly LaneVault[],
  all?: Pick<Board, "end" | "ended">,
): LaneContext {
  const { request } = setup;
  const view = sourceView(ports, setup, caseNotice(ports.emit));
  const trouble = (t: SourceTrouble): void => {
    ports.progress.error();
    ports.emit({ message_type: "error", ...t });
  };
  lookIn(ports, setup, runs);
  if (request.checksum || setup.vaults.some((v) => v.first)) ports.hashMuch?.();
  const far = setup.vaults.some((v) => v.far) && ports.ahead !== undefined;
  const check = (): void => {
    checkCancelled(ports);
    if (all !== undefined) shareFailures(runs, all);
  };
  return {
    view,
    runs,
    read: {
      fs: ports.fs,
      newHash: ports.newHash,
      hashOf: ports.hashOf,
      buffer: new Uint8Array(BUFFER),
      check,
      progress: ports.progress.done,
      umask: setup.umask,
      flush: request.flush,
    },
    share: (shareIn) => shareIn(ports, setup, runs, view, trouble),
    checksum: request.checksum,
    attributes: request.attributes === true,
    startedMs: setup.startedMs,
    mixed: isMixed(setup),
    trouble,
    check,
    entriesSeen: ports.progress.entriesSeen,
    toHash: (bytes) => ports.hashMuch?.(bytes),
    ...(far ? { far: ports.ahead } : {}),
    ...(request.watched && !setup.scouted ? { toRead: ports.progress.addTotal } : {}),
  };
}

/** Lets runs leave out looks that are dear and not due. */
function lookIn(ports: EnginePorts, setup: LaneSetup, runs: readonly LaneVault[]): void {
  for (const [i, run] of runs.entries()) {
    const looks = setup.vaults[i]?.looks;
    if (looks !== undefined) {
      const atOnce = setup.lookers * (ports.ahead === undefined ? 1 : AT_ONCE);
      run.looks = new MirrorLooks(looks, atOnce, ports.monotonic);
    }
  }
}

/** The source as a lane looks at it. */
export function sourceView(
  ports: EnginePorts,
  { request, device }: LaneSetup,
  notice?: CaseNotice,
): SourceView {
  return {
    fs: ports.fs,
    tree: new Tree(request.source, ports.separator),
    rules: compileRules(request.rules, vaultsInside(request, ports.separator), notice),
    device,
    vaults: request.vaults.flatMap(({ root }) => rootInfo(ports, root)),
    statDirs: request.filtered,
  };
}

/** What only counts the source may not look at vaults, and a vault need not be there yet. */
function rootInfo({ fs }: EnginePorts, root: string): FileInfo[] {
  try {
    return [fs.lstat(root)];
  } catch {
    return [];
  }
}
