/**
 * The files that threads begin with: for each command one that has what this command needs. A thread may not load code
 * by itself, and Deno reads all that a file imports before it begins: one for all would have every thread read the whole
 * program.
 * @module
 */

import type { CommandName } from "../engine/commands.ts";

/** Of the engine, by its command. */
export const ENGINES: Readonly<Record<CommandName, URL>> = {
  backup: new URL("../workers/engine/backup.ts", import.meta.url),
  backupPlan: new URL("../workers/engine/backup_plan.ts", import.meta.url),
  adopt: new URL("../workers/engine/adopt.ts", import.meta.url),
  import: new URL("../workers/engine/import.ts", import.meta.url),
  cleanup: new URL("../workers/engine/cleanup.ts", import.meta.url),
  prune: new URL("../workers/engine/prune.ts", import.meta.url),
  delete: new URL("../workers/engine/delete.ts", import.meta.url),
  dedupe: new URL("../workers/engine/dedupe.ts", import.meta.url),
  verify: new URL("../workers/engine/verify.ts", import.meta.url),
  reindex: new URL("../workers/engine/reindex.ts", import.meta.url),
  list: new URL("../workers/engine/list.ts", import.meta.url),
  ls: new URL("../workers/engine/ls.ts", import.meta.url),
  cat: new URL("../workers/engine/cat.ts", import.meta.url),
  diff: new URL("../workers/engine/diff.ts", import.meta.url),
  history: new URL("../workers/engine/history.ts", import.meta.url),
  find: new URL("../workers/engine/find.ts", import.meta.url),
  vanished: new URL("../workers/engine/vanished.ts", import.meta.url),
  status: new URL("../workers/engine/status.ts", import.meta.url),
  report: new URL("../workers/engine/report.ts", import.meta.url),
  restore: new URL("../workers/engine/restore.ts", import.meta.url),
  snapshotTake: new URL("../workers/engine/snapshot_take.ts", import.meta.url),
  snapshotRestore: new URL("../workers/engine/snapshot_restore.ts", import.meta.url),
  snapshotList: new URL("../workers/engine/snapshot_list.ts", import.meta.url),
  snapshotPrune: new URL("../workers/engine/snapshot_prune.ts", import.meta.url),
  bundleCreate: new URL("../workers/engine/bundle_create.ts", import.meta.url),
  bundleLook: new URL("../workers/engine/bundle_look.ts", import.meta.url),
  bundleRestore: new URL("../workers/engine/bundle_restore.ts", import.meta.url),
};

const LANES = {
  backup: new URL("../workers/lane/backup.ts", import.meta.url),
  restore: new URL("../workers/lane/restore.ts", import.meta.url),
  bundleCreate: new URL("../workers/lane/pack.ts", import.meta.url),
  scout: new URL("../workers/lane/scout.ts", import.meta.url),
} as const;

/** Of a thread that helps the engine, by its work. */
export function laneEntry(work: string): URL {
  return work === "restore" || work === "bundleCreate" || work === "scout"
    ? LANES[work]
    : LANES.backup;
}
