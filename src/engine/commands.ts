/** The engine's commands: what each is asked and answers, and the code of each, loaded when it is called. @module */

import { loadModule } from "../base/load_module.ts";
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
  backupPlan: { request: BackupRequest; answer: PlainOutcome[] };
  adopt: { request: BackupRequest; answer: PlainOutcome[] };
  import: { request: BackupRequest; answer: PlainOutcome[] };
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

/** What a backup, its plan, and what moves copies in are asked by: all of them by the same request. */
export type BackupCommand = "backup" | "backupPlan" | "adopt" | "import";

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
  load: () => Promise<Query<Q, A | Promise<A>>>,
  options: ReadOptions = {},
): Promise<(ports: EnginePorts, request: Q) => Promise<A>> {
  const { askedFar } = await loadModule<typeof import("./query/asked.ts")>(
    new URL("./query/asked.ts", import.meta.url),
  );
  return askedFar(await load(), options);
}

const LOAD: { readonly [K in CommandName]: () => Promise<CommandCode<K>> } = {
  backup: async () =>
    (await loadModule<typeof import("./backup/command.ts")>(
      new URL("./backup/command.ts", import.meta.url),
    )).backupCommand,
  backupPlan: async () =>
    (await loadModule<typeof import("./backup/plan_command.ts")>(
      new URL("./backup/plan_command.ts", import.meta.url),
    )).planCommand,
  adopt: async () =>
    (await loadModule<typeof import("./adopt/command.ts")>(
      new URL("./adopt/command.ts", import.meta.url),
    )).adoptCommand,
  import: async () =>
    (await loadModule<typeof import("./import/command.ts")>(
      new URL("./import/command.ts", import.meta.url),
    )).importCommand,
  cleanup: async () =>
    (await loadModule<typeof import("./maintain/cleanup.ts")>(
      new URL("./maintain/cleanup.ts", import.meta.url),
    )).cleanup,
  prune: async () =>
    (await loadModule<typeof import("./maintain/prune.ts")>(
      new URL("./maintain/prune.ts", import.meta.url),
    )).prune,
  delete: async () =>
    (await loadModule<typeof import("./maintain/prune.ts")>(
      new URL("./maintain/prune.ts", import.meta.url),
    )).deleteSnapshots,
  dedupe: async () =>
    (await loadModule<typeof import("./maintain/dedupe.ts")>(
      new URL("./maintain/dedupe.ts", import.meta.url),
    )).dedupeCommand,
  verify: async () =>
    (await loadModule<typeof import("./verify/verify_seeing.ts")>(
      new URL("./verify/verify_seeing.ts", import.meta.url),
    )).verifySeeing,
  reindex: async () =>
    (await loadModule<typeof import("./maintain/reindex.ts")>(
      new URL("./maintain/reindex.ts", import.meta.url),
    )).reindexCommand,
  // what it answers is not worth an index at home
  list: async () =>
    (await loadModule<typeof import("./query/list_records.ts")>(
      new URL("./query/list_records.ts", import.meta.url),
    )).listFar,
  ls: () =>
    query(async () =>
      (await loadModule<typeof import("./query/ls.ts")>(new URL("./query/ls.ts", import.meta.url)))
        .ls
    ),
  cat: () =>
    query(async () =>
      (await loadModule<typeof import("./query/cat.ts")>(
        new URL("./query/cat.ts", import.meta.url),
      )).cat
    ),
  diff: () =>
    query(async () =>
      (await loadModule<typeof import("./query/diff.ts")>(
        new URL("./query/diff.ts", import.meta.url),
      )).diff
    ),
  history: () =>
    query(async () =>
      (await loadModule<typeof import("./query/history.ts")>(
        new URL("./query/history.ts", import.meta.url),
      )).history
    ),
  find: () =>
    query(async () =>
      (await loadModule<typeof import("./query/find.ts")>(
        new URL("./query/find.ts", import.meta.url),
      )).find
    ),
  vanished: () =>
    query(async () =>
      (await loadModule<typeof import("./query/vanished.ts")>(
        new URL("./query/vanished.ts", import.meta.url),
      )).listVanished
    ),
  status: async () =>
    (await loadModule<typeof import("./query/status.ts")>(
      new URL("./query/status.ts", import.meta.url),
    )).status,
  report: () =>
    query(async () =>
      (await loadModule<typeof import("./query/report.ts")>(
        new URL("./query/report.ts", import.meta.url),
      )).report
    ),
  restore: async () =>
    (await loadModule<typeof import("./restore/restore.ts")>(
      new URL("./restore/restore.ts", import.meta.url),
    )).restoreCommand,
  snapshotTake: async () =>
    (await loadModule<typeof import("../portable/take.ts")>(
      new URL("../portable/take.ts", import.meta.url),
    )).takeSnapshot,
  snapshotRestore: async () =>
    (await loadModule<typeof import("./portable.ts")>(new URL("./portable.ts", import.meta.url)))
      .portableRestore,
  snapshotList: async () =>
    (await loadModule<typeof import("./portable.ts")>(new URL("./portable.ts", import.meta.url)))
      .portableList,
  snapshotPrune: async () =>
    (await loadModule<typeof import("./portable.ts")>(new URL("./portable.ts", import.meta.url)))
      .portablePrune,
  bundleCreate: async () =>
    (await loadModule<typeof import("./bundle/create.ts")>(
      new URL("./bundle/create.ts", import.meta.url),
    )).bundleCreate,
  bundleLook: async () =>
    (await loadModule<typeof import("./bundle/look.ts")>(
      new URL("./bundle/look.ts", import.meta.url),
    )).bundleLook,
  bundleRestore: async () =>
    (await loadModule<typeof import("./bundle/restore.ts")>(
      new URL("./bundle/restore.ts", import.meta.url),
    )).bundleRestore,
};

const NOWHERE = (): CommandPlaces => ({});
const ofRoot = ({ root }: { root: string }): CommandPlaces => ({ vault: root });
const ofTarget = ({ target }: { target: string }): CommandPlaces => ({ target });

/** Where each works, to say of an error of the system what it is about. A backup's vaults each tell their own. */
const PLACES: { readonly [K in CommandName]: (request: Commands[K]["request"]) => CommandPlaces } =
  {
    backup: NOWHERE,
    backupPlan: NOWHERE,
    adopt: NOWHERE,
    import: NOWHERE,
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
