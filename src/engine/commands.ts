/** The engine's commands: what each is asked and answers, and the code of each, loaded when it is called. @module */

import type { ReportData } from "../base/report_data.ts";
import type { PlainOutcome } from "./backup/command.ts";
import type { BackupRequest } from "./backup/request.ts";
import type { BundleCreateAnswer, BundleCreateRequest } from "./bundle/create.ts";
import type { BundleRestoreAnswer, BundleRestoreRequest } from "./bundle/restore.ts";
import type { BundleLookAnswer, BundleLookRequest } from "./bundle/look.ts";
import type { CatAnswer, CatRequest } from "./query/cat.ts";
import type { DiffRequest } from "./query/diff.ts";
import type { DiffAnswer } from "./query/diff_answer.ts";
import type { FindRequest } from "./query/find.ts";
import type { HistoryRequest } from "./query/history.ts";
import type { LsAnswer, LsRequest } from "./query/ls.ts";
import type { LookRequest } from "./query/query_point.ts";
import type { ReportRequest } from "./query/report.ts";
import type { StatusRequest, VaultStatus } from "./query/status.ts";
import type { VanishedLook } from "./query/vanished.ts";
import type { ReindexRequest } from "./maintain/reindex.ts";
import type { CleanupRequest } from "./maintain/cleanup.ts";
import type { DedupeOutcome, DedupeRequest } from "./maintain/dedupe.ts";
import type { DeleteRequest } from "./maintain/delete_plan.ts";
import type { PruneRequest } from "./maintain/prune_plan.ts";
import type { MaintainOutcome } from "./maintain/request.ts";
import type { Found } from "../portable/look.ts";
import type { SnapshotRestoreResult as PortableRestored } from "../portable/restore.ts";
import type { TakeOptions, TakeResult } from "../portable/take.ts";
import type { Query } from "./query/asked.ts";
import type { CommandPlaces } from "./failure.ts";
import type { EnginePorts } from "./ports.ts";
import type { PortablePrune, PortablePruned, PortableRestore } from "./portable.ts";
import type { RestoreRequest, RestoreResult } from "./restore/request.ts";
import type { ReadOptions } from "../vault/open.ts";
import type { VerifyCounts, VerifyRequest } from "./verify/request.ts";

/** What each command is asked, and what it answers; what it tells on the way goes to `ports.emit`. */
export interface Commands {
  backup: { request: BackupRequest; answer: PlainOutcome[] };
  cleanup: { request: CleanupRequest; answer: MaintainOutcome };
  prune: { request: PruneRequest; answer: MaintainOutcome };
  delete: { request: DeleteRequest; answer: MaintainOutcome };
  dedupe: { request: DedupeRequest; answer: DedupeOutcome };
  verify: { request: VerifyRequest; answer: VerifyCounts };
  reindex: { request: ReindexRequest; answer: { errors: number } };
  list: { request: LookRequest; answer: number };
  ls: { request: LsRequest; answer: LsAnswer };
  cat: { request: CatRequest; answer: CatAnswer };
  diff: { request: DiffRequest; answer: DiffAnswer };
  history: { request: HistoryRequest; answer: number };
  find: { request: FindRequest; answer: number };
  vanished: { request: VanishedLook; answer: number };
  status: { request: StatusRequest; answer: VaultStatus[] };
  report: { request: ReportRequest; answer: ReportData };
  restore: { request: RestoreRequest; answer: RestoreResult };
  snapshotTake: { request: TakeOptions; answer: TakeResult };
  snapshotRestore: { request: PortableRestore; answer: PortableRestored };
  snapshotList: { request: { snapshots: string }; answer: Found[] };
  snapshotPrune: { request: PortablePrune; answer: PortablePruned };
  bundleCreate: { request: BundleCreateRequest; answer: BundleCreateAnswer };
  bundleLook: { request: BundleLookRequest; answer: BundleLookAnswer };
  bundleRestore: { request: BundleRestoreRequest; answer: BundleRestoreAnswer };
}

/** The name of a command. */
export type CommandName = keyof Commands;

/** A call of a command: its name and what it is asked. */
export type CommandCall = {
  [K in CommandName]: { command: K; request: Commands[K]["request"] };
}[CommandName];

/** The code of a command. */
type CommandCode<K extends CommandName> = (
  ports: EnginePorts,
  request: Commands[K]["request"],
) => Commands[K]["answer"] | Promise<Commands[K]["answer"]>;

/** A query as a command: its vault is opened for it. */
async function query<Q extends LookRequest, A>(
  load: () => Promise<Query<Q, A>>,
  options: ReadOptions = {},
): Promise<(ports: EnginePorts, request: Q) => A> {
  const { asked } = await import("./query/asked.ts");
  return asked(await load(), options);
}

const LOAD: { readonly [K in CommandName]: () => Promise<CommandCode<K>> } = {
  backup: async () => (await import("./backup/command.ts")).backupCommand,
  cleanup: async () => (await import("./maintain/cleanup.ts")).cleanup,
  prune: async () => (await import("./maintain/prune.ts")).prune,
  delete: async () => (await import("./maintain/prune.ts")).deleteSnapshots,
  dedupe: async () => (await import("./maintain/dedupe.ts")).dedupe,
  verify: async () => (await import("./verify/verify.ts")).verify,
  reindex: async () => (await import("./maintain/reindex.ts")).reindex,
  // what it answers is not worth an index at home
  list: async () => (await import("./query/list_records.ts")).listCommand,
  ls: () => query(async () => (await import("./query/ls.ts")).ls),
  cat: () => query(async () => (await import("./query/cat.ts")).cat),
  diff: () => query(async () => (await import("./query/diff.ts")).diff),
  history: () => query(async () => (await import("./query/history.ts")).history),
  find: () => query(async () => (await import("./query/find.ts")).find),
  vanished: () => query(async () => (await import("./query/vanished.ts")).listVanished),
  status: async () => (await import("./query/status.ts")).status,
  report: () => query(async () => (await import("./query/report.ts")).report),
  restore: async () => (await import("./restore/restore.ts")).restoreCommand,
  snapshotTake: async () => (await import("../portable/take.ts")).takeSnapshot,
  snapshotRestore: async () => (await import("./portable.ts")).portableRestore,
  snapshotList: async () => (await import("./portable.ts")).portableList,
  snapshotPrune: async () => (await import("./portable.ts")).portablePrune,
  bundleCreate: async () => (await import("./bundle/create.ts")).bundleCreate,
  bundleLook: async () => (await import("./bundle/look.ts")).bundleLook,
  bundleRestore: async () => (await import("./bundle/restore.ts")).bundleRestore,
};

const NOWHERE = (): CommandPlaces => ({});
const ofRoot = ({ root }: { root: string }): CommandPlaces => ({ vault: root });
const ofTarget = ({ target }: { target: string }): CommandPlaces => ({ target });

/** Where each works, to say of an error of the system what it is about. A backup's vaults each tell their own. */
const PLACES: { readonly [K in CommandName]: (request: Commands[K]["request"]) => CommandPlaces } =
  {
    backup: NOWHERE,
    cleanup: ofRoot,
    prune: ofRoot,
    delete: ofRoot,
    dedupe: ofRoot,
    verify: ofRoot,
    reindex: ofRoot,
    list: ofRoot,
    ls: ofRoot,
    cat: ofRoot,
    diff: ofRoot,
    history: ofRoot,
    find: ofRoot,
    vanished: ofRoot,
    status: NOWHERE,
    report: ofRoot,
    restore: ({ vault, target }) => ({ vault, target }),
    snapshotTake: ofTarget,
    snapshotRestore: NOWHERE,
    snapshotList: NOWHERE,
    snapshotPrune: NOWHERE,
    bundleCreate: ofRoot,
    bundleLook: NOWHERE,
    bundleRestore: ofTarget,
  };

/** Where a call of a command works. */
export function placesOf<K extends CommandName>(
  command: K,
  request: Commands[K]["request"],
): CommandPlaces {
  return PLACES[command](request);
}

/** True for the name of a command. */
export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(LOAD, name);
}

/** Loads the code of a command, so that a call of it begins at once. */
export async function loadCommand(name: CommandName): Promise<void> {
  await LOAD[name]();
}

/** Runs a command. Throws what it throws. */
export async function perform<K extends CommandName>(
  ports: EnginePorts,
  command: K,
  request: Commands[K]["request"],
): Promise<Commands[K]["answer"]> {
  const run: CommandCode<K> = await LOAD[command]();
  return await run(ports, request);
}
