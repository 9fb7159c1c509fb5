/** The scenario of the fault suites: a small tree with everything in it, two vaults with some history, and what must be true of them. */

import { join } from "@std/path";
import type { Message } from "../../src/base/event.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import type { OpenDatabase } from "../../src/base/sql.ts";
import type { VaultOutcome } from "../../src/engine/backup/backup.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { openFilesOf } from "../../src/platform/doubles/open_files.ts";
import { type Around, tapFs, tapSql } from "../../src/platform/doubles/tap.ts";
import { openDatabase } from "../../src/platform/sqlite.ts";
import { type BackupOptions, backupRequest, enginePorts } from "../helpers/engine_helper.ts";
import {
  isThere,
  Link,
  LINKS,
  makeTree,
  removeTree,
  type TempDir,
  tempDir,
  type TreeSpec,
} from "../helpers/cli_helper.ts";
import { forgetIndex } from "../helpers/index_helper.ts";
import { lanesWith } from "../helpers/lanes_helper.ts";
import { contentsOf, type State, stateOf, tell } from "./tell.ts";

/** Where trees are made: in memory where the system has such a place, for these suites write much. */
function place(): string | undefined {
  const wish = Deno.env.get("HIKAE_FAULTS_DIR");
  if (wish !== undefined || Deno.build.os === "windows") return wish;
  try {
    return Deno.statSync("/dev/shm").isDirectory ? "/dev/shm" : undefined;
  } catch {
    return undefined;
  }
}

/** A temporary directory of these suites. */
export function faultsDir(): TempDir {
  return tempDir(place());
}

/** The names of the two vaults. */
export const VAULTS = ["one", "two"] as const;

/** A time of a run: an hour apart, and after everything that the source's change times say. */
export type Hour = number;

/** The disk of the trials; what a trial leaves open is told by `closeLeft`. */
export const openFiles = openFilesOf(denoFs);

/** A disk whose flushes cost nothing; what they promise is tested by the power-loss double. */
const quickFs: FileSystem = tapFs(
  openFiles.fs,
  (call, work) => call.effect === "flush" ? undefined as ReturnType<typeof work> : work(),
);

/** How the engine of a trial is fitted out. */
export interface Fitting {
  hour: Hour;
  fs?: FileSystem;
  around?: Around;
  /** So many lanes work beside the engine's own. */
  lanes?: number;
}

const START = Date.now() + 3_600_000;

/** Ports of the engine with doubles in them. */
export function portsWith(messages: Message[], fitting: Fitting): EnginePorts {
  const around = fitting.around;
  const fs = fitting.fs ?? quickFs;
  const open: OpenDatabase = around === undefined ? openDatabase : tapSql(openDatabase, around);
  const ports: EnginePorts = {
    ...enginePorts(messages, around === undefined ? fs : tapFs(fs, around)),
    openDatabase: open,
    clock: { now: () => START + fitting.hour * 3_600_000 },
    // nobody waits for a lock here
    sleep: () => {},
  };
  if (fitting.lanes === undefined) return ports;
  return { ...ports, lanes: lanesWith(Array.from({ length: fitting.lanes }, () => ports)) };
}

/** What a run came to. */
export interface Ran {
  outcomes: VaultOutcome[];
  messages: Message[];
  /** What was thrown instead of outcomes. */
  thrown: unknown;
}

/** How each run of the scenario backs up. */
const OPTIONS: BackupOptions = {
  flush: true,
  maxGenerations: 2,
  allowMassChange: true,
  // everything that may be shared is, by names: blocks would hide what goes wrong with them
  share: "link",
  reflink: false,
};

/** Backs up the world's source into vaults. */
export async function runBackup(
  source: string,
  vaults: readonly string[],
  fitting: Fitting,
): Promise<Ran> {
  const messages: Message[] = [];
  try {
    const outcomes = await backup(
      portsWith(messages, fitting),
      backupRequest(source, vaults, OPTIONS),
    );
    return { outcomes, messages, thrown: undefined };
  } catch (thrown) {
    return { outcomes: [], messages, thrown };
  }
}

const LONG = "é".repeat(127);
const LONGER = "ü".repeat(127);

/** A tree of the scenario, without its links where the system makes none (Wine; Windows without the right). */
function grow(root: string, tree: TreeSpec): void {
  makeTree(root, LINKS ? tree : withoutLinks(tree));
}

function withoutLinks(tree: TreeSpec): TreeSpec {
  const plain = (what: TreeSpec[string]): TreeSpec[string] =>
    typeof what === "string" || what instanceof Uint8Array ? what : withoutLinks(what as TreeSpec);
  return Object.fromEntries(
    Object.entries(tree).filter(([, what]) => !(what instanceof Link)).map((
      [name, what],
    ) => [name, plain(what)]),
  );
}

/** Removes an entry of the source; a link may not be there. */
function drop(path: string): void {
  if (LINKS || isThere(path)) Deno.removeSync(path);
}

function put(at: string, text: string, seconds: number): void {
  Deno.writeTextFileSync(at, text);
  Deno.utimeSync(at, seconds, seconds);
}

/** The source at the first run. */
function first(s: string): void {
  grow(s, {
    "keep.txt": "kept as it is",
    "change.txt": "change, first",
    "surplus.txt": "surplus 1",
    "gone.txt": "this one goes",
    "again.txt": "lives twice, first",
    "attrs.txt": "attributes alone",
    "file_to_dir": "a file that becomes a directory",
    "file_to_link": "a file that becomes a link",
    "mended.txt": "the vault loses its copy",
    [LONG]: "long name, first",
    [LONGER]: "long name that goes",
    "link": new Link("keep.txt"),
    "link_gone": new Link("nowhere"),
    "link_to_file": new Link("gone.txt"),
    [`${"l".repeat(255)}`]: new Link("long, first"),
    "dir": { "in.txt": "in the directory", "deep": { "er.txt": "deeper", "empty": {} } },
    "dir_gone": { "a.txt": "below a directory that goes", "sub": { "b.txt": "and deeper" } },
    "dir_to_file": {
      "c.txt": "below a directory that becomes a file",
      "l": new Link("c.txt"),
      "sub": { "e.txt": "deeper below it", "empty": {} },
    },
    "empty_to_file": { "deep": {} },
    ".$META$": "named like ours",
    "big.bin": "0123456789".repeat(600_000),
    "shared": {
      "moves.bin": content("moves"),
      "dir": { "moves with it.bin": content("moves with its directory") },
      "swap one.bin": content("swap, one"),
      "swap two.bin": `${content("swap, two")} longer`,
      "copied.bin": content("copied"),
      "comes back.bin": content("comes back"),
      "named.bin": content("named"),
    },
  });
  for (const e of Deno.readDirSync(join(s, "shared"))) {
    if (e.isFile) Deno.utimeSync(join(s, "shared", e.name), 1_600_000_000, 1_600_000_000);
  }
  // Wine tells no inodes by which names of one file could be known
  if (Deno.build.os !== "windows") {
    Deno.linkSync(join(s, "shared", "named.bin"), join(s, "name.bin"));
  }
}

/** A content that is worth sharing. */
function content(text: string): string {
  return `${text} `.repeat(600);
}

function second(s: string): void {
  const shared = join(s, "shared");
  put(join(shared, "copy.bin"), content("copied"), 1_600_000_000);
  put(join(shared, "as named.bin"), content("named"), 1_600_000_000);
  Deno.removeSync(join(shared, "comes back.bin"));
  put(join(s, "surplus.txt"), "surplus 2", 1_700_000_100);
  put(join(s, "dir", "in.txt"), "in the directory, 2", 1_700_000_200);
  Deno.removeSync(join(s, "again.txt"));
  put(join(s, LONG), "long name, second", 1_700_000_300);
}

function third(s: string): void {
  put(join(s, "shared", "second copy.bin"), content("copied"), 1_600_000_000);
  put(join(s, "surplus.txt"), "surplus 3", 1_700_000_400);
  Deno.chmodSync(join(s, "attrs.txt"), 0o600);
  put(join(s, "dir", "deep", "new.txt"), "came with the third", 1_700_000_500);
  Deno.removeSync(join(s, "dir_to_file", "c.txt"));
  grow(join(s, "dir_to_file"), { "d.txt": "another below it" });
}

/** The changes that the run under test meets. */
function last(s: string): void {
  const shared = join(s, "shared");
  Deno.renameSync(join(shared, "moves.bin"), join(s, "dir", "moved.bin"));
  Deno.renameSync(join(shared, "dir"), join(shared, "another dir"));
  Deno.renameSync(join(shared, "swap one.bin"), join(shared, "t"));
  Deno.renameSync(join(shared, "swap two.bin"), join(shared, "swap one.bin"));
  Deno.renameSync(join(shared, "t"), join(shared, "swap two.bin"));
  put(join(shared, "third copy.bin"), content("copied"), 1_600_000_000);
  Deno.utimeSync(join(shared, "copy.bin"), 1_700_000_000, 1_700_000_000);
  put(join(shared, "comes back.bin"), content("comes back"), 1_700_000_000);
  // with both of its names, beside another living copy that has its old time
  Deno.utimeSync(join(shared, "named.bin"), 1_700_000_000, 1_700_000_000);
  put(join(s, "surplus.txt"), "surplus 4", 1_700_001_000);
  put(join(s, "change.txt"), "change, second: longer than before", 1_700_001_100);
  put(join(s, "again.txt"), "lives twice, second", 1_700_001_200);
  put(join(s, "dir", "in.txt"), "in the directory, 3", 1_700_001_300);
  put(join(s, LONG), "long name, third", 1_700_001_400);
  put(join(s, "big.bin"), "9876543210".repeat(600_000), 1_700_001_500);
  Deno.utimeSync(join(s, "attrs.txt"), 1_700_002_000, 1_700_002_000);
  for (const name of ["gone.txt", LONGER, "link_gone", "link", "link_to_file", "file_to_link"]) {
    drop(join(s, name));
  }
  drop(join(s, "l".repeat(255)));
  for (const name of ["dir_gone", "dir_to_file", "empty_to_file"]) removeTree(join(s, name));
  Deno.removeSync(join(s, "file_to_dir"));
  grow(s, {
    "file_to_dir": { "new.txt": "where a file was", "sub": { "empty": {} } },
    "file_to_link": new Link("change.txt"),
    "link_to_file": "where a link was",
    "dir_to_file": "where a directory was",
    "empty_to_file": "where an empty directory was",
    "link": new Link("change.txt"),
    ["l".repeat(255)]: new Link("long, second"),
    "new.txt": "new in the last",
    "new_dir": { "n.txt": "new below", "l": new Link("n.txt"), "empty": {} },
    ["é".repeat(126) + "n"]: "a new long name",
  });
}

/** What a vault was before the run under test. */
export interface Before {
  /** Hashes of all contents in it, with one path each. */
  contents: Map<string, string>;
  /** The finished snapshots, by stamp. */
  states: Map<string, State>;
}

/** The scenario, made once; each trial gets a copy of the vaults. */
export interface World extends Disposable {
  dir: TempDir;
  source: string;
  /** The state of the source that the run under test meets. */
  state: State;
  before: Map<string, Before>;
}

/** The hour of the run under test. */
export const TRIAL: Hour = 10;

/** Makes the scenario. */
export async function makeWorld(): Promise<World> {
  const dir = faultsDir();
  const source = dir.at("source");
  const template = (name: string): string => dir.at("template", name);
  const vaults = VAULTS.map(template);
  Deno.mkdirSync(dir.at("template"));
  for (const [hour, change] of [first, second, third].entries()) {
    change(source);
    // the second vault misses a run
    const into = hour === 1 ? vaults.slice(0, 1) : vaults;
    mustBeClean(await runBackup(source, into, { hour }));
  }
  last(source);
  Deno.removeSync(join(template("one"), "mended.txt"));
  return {
    dir,
    source,
    state: stateOf(source),
    before: new Map(VAULTS.map((v) => [v, look(template(v))])),
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}

function look(vault: string): Before {
  return { contents: contentsOf(vault), states: tell(vault).states };
}

/** Throws when a run was not wholly well. */
export function mustBeClean(ran: Ran): void {
  if (ran.thrown !== undefined) throw ran.thrown;
  for (const o of ran.outcomes) {
    if (o.failed === undefined && o.errors === 0) continue;
    const said = ran.messages.filter((m) => m.message_type === "error").map((m) =>
      JSON.stringify(m)
    );
    throw new Error(`a run that should be clean was not: ${o.failed?.message ?? said.join("\n")}`);
  }
}

/** A trial: copies of the vaults. */
export interface Trial extends Disposable {
  vaults: string[];
}

let trials = 0;

/** Copies the vaults of the world for one trial. */
export function startTrial(world: World): Trial {
  const at = world.dir.at(`trial${trials++}`);
  copyTree(world.dir.at("template"), at);
  const vaults = VAULTS.map((v) => join(at, v));
  return {
    vaults,
    [Symbol.dispose]: () => (removeTree(at), vaults.forEach((v) => forgetIndex(v))),
  };
}

/** Copies a tree with modes and times; names of one file stay names of one. */
export function copyTree(from: string, to: string, names = new Map<number, string>()): void {
  const info = Deno.lstatSync(from);
  if (info.isDirectory) {
    Deno.mkdirSync(to);
    for (const e of Deno.readDirSync(from)) copyTree(join(from, e.name), join(to, e.name), names);
    Deno.chmodSync(to, (info.mode ?? 0o755) & 0o7777);
  } else if (info.isSymlink) {
    Deno.symlinkSync(Deno.readLinkSync(from), to);
    return;
  } else {
    const first = (info.nlink ?? 1) > 1 ? names.get(info.ino ?? 0) : undefined;
    if (first !== undefined) return Deno.linkSync(first, to);
    names.set(info.ino ?? 0, to);
    Deno.copyFileSync(from, to);
  }
  const mtime = info.mtime ?? new Date(0);
  Deno.utimeSync(to, mtime, mtime);
}
