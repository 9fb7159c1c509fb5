/** The commands of portable snapshots (`hikae snapshot …`) as commands of the engine. @module */

import { type Found, listSnapshots } from "../portable/look.ts";
import { applyPrune, type Decision, planPrune } from "../portable/prune.ts";
import {
  planRestore,
  type RestoreOptions,
  restoreSnapshot,
  type SnapshotRestoreResult,
} from "../portable/restore.ts";
import { LinkRequests } from "./links.ts";
import type { EnginePorts } from "./ports.ts";
import { restoreTrouble } from "./restore/trouble.ts";

/** What is restored, and whether it is only told what would be written. */
export interface PortableRestore extends RestoreOptions {
  dryRun: boolean;
}

/** Restores a portable snapshot; main makes its links. */
export async function portableRestore(
  ports: EnginePorts,
  request: PortableRestore,
): Promise<SnapshotRestoreResult> {
  if (request.dryRun) return await planRestore(ports, request);
  const { output } = request;
  const at = { target: output, windows: ports.separator === "\\" };
  const links = new LinkRequests(ports, { root: output, owner: false }, (path, error) => {
    ports.progress.error();
    ports.emit(restoreTrouble(path, "restore", error, at));
  });
  const restored = await restoreSnapshot(ports, request, (some) => links.make(some));
  links.tellRefused();
  return { ...restored, links: links.made, errors: restored.errors + links.failed };
}

/** Lists the portable snapshots of a directory, oldest first. */
export function portableList(
  ports: EnginePorts,
  { snapshots }: { snapshots: string },
): Promise<Found[]> {
  return listSnapshots(ports, snapshots);
}

/** Which portable snapshots are kept. */
export interface PortablePrune {
  /** The directory that they lie in, a real path. */
  snapshots: string;
  /** How many of the newest. */
  keep: number;
  dryRun: boolean;
}

/** What became of each, and how many could not be removed. */
export interface PortablePruned {
  decisions: readonly Decision[];
  errors: number;
}

/** Tells what becomes of each portable snapshot, and removes those that are not kept. */
export async function portablePrune(
  ports: EnginePorts,
  { snapshots, keep, dryRun }: PortablePrune,
): Promise<PortablePruned> {
  const decisions = await planPrune(ports, snapshots, keep);
  for (const { name, keep, reason, size } of decisions) {
    ports.emit({ message_type: "decision", path: name, keep, reason, bytes: size });
  }
  return { decisions, errors: dryRun ? 0 : applyPrune(ports, snapshots, decisions) };
}
