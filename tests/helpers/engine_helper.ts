/** Runs the engine in this process, for suites that need many runs. */

import { SEPARATOR } from "@std/path";
import type { Message } from "../../src/base/event.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import { defined } from "../../src/base/defined.ts";
import { wayTo } from "../../src/cli/places/source_way.ts";
import { backup, type VaultOutcome } from "../../src/engine/backup/backup.ts";
import type { PlainOutcome } from "../../src/engine/backup/command.ts";
import type { BackupRequest } from "../../src/engine/backup/request.ts";
import { perform } from "../../src/engine/commands.ts";
import { type EnginePorts, NO_PROGRESS } from "../../src/engine/ports.ts";
import { answerTo, type Ask, type QuestionHandlers, UNASKED } from "../../src/engine/questions.ts";
import { makeLinks } from "../../src/engine/restore/make_links.ts";
import { RestoreTarget } from "../../src/engine/restore/target.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { sha256, sha256Of } from "../../src/platform/hash.ts";
import { openDatabase } from "../../src/platform/sqlite.ts";
import { indexPlace } from "./index_helper.ts";
import type { Rules } from "../../src/engine/source/rules.ts";

/** The engine's ports on the real file system; messages go to `messages`. */
export function enginePorts(messages: Message[] = [], fs: FileSystem = denoFs): EnginePorts {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  return {
    fs,
    newHash: sha256,
    hashOf: sha256Of,
    openDatabase,
    index: (root) => indexPlace(root),
    clock: { now: () => Date.now() },
    monotonic: () => performance.now(),
    separator: SEPARATOR,
    emit: (m) => void messages.push(m),
    cancelled: () => false,
    cancel: () => {},
    sleep: (ms) => void Atomics.wait(cell, 0, 0, ms),
    progress: NO_PROGRESS,
    umask: 0o777,
    newId: () => crypto.randomUUID(),
    data: () => {},
  };
}

/** A line to somebody who answers these questions. */
export function answering(answers: Partial<QuestionHandlers>): Ask {
  return ((question) => answerTo({ ...UNASKED, ...answers }, question)) as Ask;
}

/** Who makes the links of what is restored into `root`, as main does. */
export function linksBelow(fs: FileSystem, root: string): Pick<QuestionHandlers, "links"> {
  const target = new RestoreTarget(fs, root, SEPARATOR);
  const ports = { fs, target, id: crypto.randomUUID().slice(0, 8) };
  return { links: (asked) => makeLinks(ports, asked) };
}

/** What a test may ask of a backup besides source and vaults. */
export type BackupOptions =
  & Partial<Omit<BackupRequest, "source" | "vaults" | "rules">>
  & { rules?: Partial<Rules> };

/** A request for a backup. */
export function backupRequest(
  source: string,
  vaults: readonly string[],
  options: BackupOptions = {},
): BackupRequest {
  return {
    source,
    vaults: vaults.map((root) => ({ root, given: root, known: false })),
    checksum: false,
    allowMassChange: false,
    init: false,
    dryRun: false,
    flush: false,
    host: "test",
    command: "backup",
    pid: Deno.pid,
    windows: Deno.build.os === "windows",
    filtered: false,
    ...defined({ way: wayTo(source) }),
    ...options,
    rules: { exclude: [], excludeIfPresent: [], oneFileSystem: false, ...options.rules },
  };
}

/** Has the engine's command for a request answer it: a backup, its plan, or what moves copies in. */
export async function performBackup(
  ports: EnginePorts,
  request: BackupRequest,
): Promise<PlainOutcome[]> {
  const { adopt, series, dryRun } = request;
  const plain = dryRun ? "backupPlan" : "backup";
  const command = adopt === true ? "adopt" : series === undefined ? plain : "import";
  return await perform(ports, command, request);
}

/** Backs up in this process, on a disk of its own if need be, some hours from now. */
export async function backUp(
  source: string,
  vaults: readonly string[],
  options: BackupOptions = {},
  on: { fs?: FileSystem; hours?: number } = {},
): Promise<{ outcomes: VaultOutcome[]; messages: Message[] }> {
  const messages: Message[] = [];
  const clock = { now: (): number => Date.now() + (on.hours ?? 0) * 3_600_000 };
  const ports = { ...enginePorts(messages, on.fs), clock };
  const outcomes = await backup(ports, backupRequest(source, vaults, options));
  return { outcomes, messages };
}
