/**
 * The vault of the damage matrix, the damages and the commands. A trial is a copy of the vault that one damage
 * is done to and one command is run on; what came of it is told in a few words that the matrix can hold.
 */

import { join } from "@std/path";
import { HikaeError } from "../../src/base/errors.ts";
import type { ErrorMessage, Message } from "../../src/base/event.ts";
import type { Stamp } from "../../src/base/stamp.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { history } from "../helpers/ask.ts";
import { list } from "../helpers/ask.ts";
import { cleanup } from "../../src/engine/maintain/cleanup.ts";
import { prune } from "../../src/engine/maintain/prune.ts";
import { reindex } from "../../src/engine/maintain/reindex.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { verify } from "../../src/engine/verify/verify.ts";
import {
  isThere,
  Link,
  makeTree,
  removeTree,
  tempDir,
  type TreeSpec,
} from "../helpers/cli_helper.ts";
import { sha256Of } from "../../src/platform/hash.ts";
import { backupRequest, enginePorts } from "../helpers/engine_helper.ts";
import { copyTree } from "../faults/world.ts";
import { restoreHere } from "../helpers/restore_helper.ts";
import { forgetIndex } from "../helpers/index_helper.ts";

/** The meta directory's name. */
export const META = ".$META$";
const DAY = 86_400_000;
const START = new Date(2026, 4, 1, 12, 0, 0).getTime();

/** What is done to a place. */
export const ACTIONS = ["deleted", "truncated", "flipped", "garbage", "directory", "link"] as const;
/** One of {@link ACTIONS}. */
export type Action = typeof ACTIONS[number];

/** Where it is done. */
export const PLACES = [
  "mirror file",
  "generation",
  "deletion",
  "metadata.txt",
  "vault.json",
  "record",
  "newest record",
  "index",
  "lock",
  "meta directory",
  "root's meta directory",
] as const;
/** One of {@link PLACES}. */
export type Place = typeof PLACES[number];

/** What is run then. */
export const COMMANDS = [
  "backup",
  "list",
  "history",
  "restore",
  "verify",
  "repair",
  "cleanup",
  "prune",
  "reindex",
] as const;
/** One of {@link COMMANDS}. */
export type Command = typeof COMMANDS[number];

/** What a source held: path → content; links begin with `-> `, directories are `/`. */
export type State = Record<string, string>;

/** The scenario, made once. */
export interface DamageWorld extends Disposable {
  path: string;
  source: string;
  template: string;
  stamps: Stamp[];
  /** What each snapshot held. */
  states: State[];
  /** What the source holds for the run under test. */
  now: State;
}

/** Three runs: changed twice, deleted, a link, a directory. */
export async function makeDamageWorld(parent?: string): Promise<DamageWorld> {
  const dir = tempDir(parent);
  const [source, template] = [dir.at("source"), dir.at("template")];
  const world: DamageWorld = {
    path: dir.path,
    source,
    template,
    stamps: [],
    states: [],
    now: {},
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
  const days: TreeSpec[] = [
    {
      "a.txt": "a, the first text",
      "gone.txt": "gone, the only text",
      "d": { "x": "x, the first text", "y": "y for ever", "gone": "gone from d" },
      "link": new Link("a.txt"),
      "empty": {},
    },
    { "a.txt": "a, the second text", "d": { "x": "x, the second text" } },
    { "a.txt": "a, the third text" },
  ];
  for (const [day, tree] of days.entries()) {
    makeTree(source, tree);
    if (day === 1) { for (const p of ["gone.txt", "d/gone"]) Deno.removeSync(join(source, p)); }
    const request = backupRequest(source, [template], { allowMassChange: true });
    const ports = portsAt(day, []);
    const [outcome] = await backup(ports, request);
    if (outcome?.failed !== undefined) throw outcome.failed;
    world.stamps.push(outcome?.stamp as Stamp);
    world.states.push(stateOf(source));
  }
  makeTree(source, { "new.txt": "new in the run under test" });
  world.now = stateOf(source);
  return world;
}

/** Ports at noon of a day. */
export function portsAt(day: number, messages: Message[]): EnginePorts {
  return { ...enginePorts(messages), clock: { now: () => START + day * DAY } };
}

/** What a tree holds. */
export function stateOf(root: string, rel = "", out: State = {}): State {
  for (const e of Deno.readDirSync(join(root, rel))) {
    const path = rel === "" ? e.name : `${rel}/${e.name}`;
    if (e.isDirectory) {
      out[path] = "/";
      stateOf(root, path, out);
    } else if (e.isSymlink) out[path] = `-> ${Deno.readLinkSync(join(root, path))}`;
    else out[path] = Deno.readTextFileSync(join(root, path));
  }
  return out;
}

/** Where a place lies in the vault. */
export function pathOfPlace(place: Place, world: DamageWorld): string {
  const second = world.stamps[1] ?? "";
  const paths: Record<Place, string> = {
    "mirror file": "a.txt",
    "generation": `${META}/$OLD@${second}$a.txt`,
    "deletion": `${META}/.$DEL@${second}$gone.txt`,
    "metadata.txt": `d/${META}/metadata.txt`,
    "vault.json": `${META}/vault.json`,
    "record": `${META}/runs/${second}.jsonl`,
    "newest record": `${META}/runs/${world.stamps.at(-1)}.jsonl`,
    "index": "",
    "lock": `${META}/lock`,
    "meta directory": `d/${META}`,
    "root's meta directory": META,
  };
  return paths[place];
}

/** What a message about a place may call it: by where it lies, or by the entries that it holds. */
export function wordsFor(place: Place, world: DamageWorld): string[] {
  const own: Partial<Record<Place, string[]>> = {
    "mirror file": ["a.txt"],
    "generation": ["a.txt"],
    "deletion": ["gone.txt"],
    "metadata.txt": [],
    // a file that a damaged index says is damaged is named, and comes with --force
    "index": ["a.txt"],
    "meta directory": ["d/x", "d/gone"],
    "root's meta directory": [
      "vault.json",
      "a.txt",
      "gone.txt",
      "no vault",
      "nor a vault",
      "not a vault",
    ],
  };
  return [pathOfPlace(place, world), ...own[place] ?? []];
}

/** A trial: one copy of the vault, and something outside it that no link may lead to. */
export interface Trial extends Disposable {
  at: string;
  vault: string;
  outside: string;
}

let trials = 0;

/** Copies the vault. */
export function startTrial(world: DamageWorld): Trial {
  const at = join(world.path, `trial${trials++}`);
  Deno.mkdirSync(at);
  const vault = join(at, "vault");
  copyTree(world.template, vault);
  const outside = join(at, "outside");
  makeTree(outside, { "precious.txt": "precious", "dir": { "inside.txt": "inside" } });
  return { at, vault, outside, [Symbol.dispose]: () => (removeTree(at), forgetIndex(vault)) };
}

/** The word that a flipped bit makes another of; undefined where any will do. */
export function wordOf(place: Place, world: DamageWorld): string | undefined {
  if (place === "newest record") return '"kind":"run';
  // a value in the index, not its structure
  if (place !== "index") return undefined;
  return sha256Of(new TextEncoder().encode(world.states.at(-1)?.["a.txt"] ?? ""));
}

/** Does a damage. A directory is damaged file by file, or gives way as a whole. */
export function damage(action: Action, path: string, outside: string, word?: string): void {
  const isDir = Deno.lstatSync(path).isDirectory;
  if (action === "deleted") Deno.removeSync(path, { recursive: true });
  else if (action === "directory") {
    Deno.removeSync(path, { recursive: true });
    makeTree(path, { "stranger.txt": "not ours" });
  } else if (action === "link") {
    Deno.removeSync(path, { recursive: true });
    Deno.symlinkSync(join(outside, isDir ? "dir" : "precious.txt"), path);
  } else if (isDir) {
    for (const e of Deno.readDirSync(path)) damage(action, join(path, e.name), outside);
  } else damageFile(action, path, word);
}

function damageFile(
  action: "truncated" | "flipped" | "garbage",
  path: string,
  word?: string,
): void {
  const info = Deno.lstatSync(path);
  const bytes = Deno.readFileSync(path);
  if (action === "truncated") Deno.truncateSync(path, bytes.length >> 1);
  else if (action === "garbage" || bytes.length === 0) {
    const noise = new Uint8Array(777);
    for (let i = 0; i < noise.length; i++) noise[i] = (i * 131 + 7) & 255;
    Deno.writeFileSync(path, noise);
  } else {
    const at = bitToFlip(bytes, word);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    Deno.writeFileSync(path, bytes);
  }
  Deno.utimeSync(path, info.mtime ?? new Date(0), info.mtime ?? new Date(0));
}

/** A place that hangs on nothing of this machine: in texts a word that tells, in the index behind its first pages. */
function bitToFlip(bytes: Uint8Array, own?: string): number {
  const all = own === undefined ? "" : new TextDecoder("latin1").decode(bytes);
  if (own !== undefined && all.includes(own)) return all.lastIndexOf(own) + own.length - 1;
  const text = new TextDecoder("latin1").decode(bytes.subarray(0, 4096));
  if (text.startsWith("SQLite")) return 5000;
  // the kind of a record's first line about a version; the path in vault.json; the newest record in lock.json
  for (const word of ['"kind":"version', '"source": "/', '"source": "C', '"stamp":"2026050']) {
    const at = text.indexOf(word);
    if (at >= 0) return at + word.length - 1;
  }
  return bytes.length >> 1;
}

/** What a command came to. */
export interface Outcome {
  /** The exit code that the program would end with. */
  exit: number;
  /** True when an error or a note names the damaged place, or the file that it holds. */
  told: boolean;
  thrown: unknown;
  messages: Message[];
}

/** Runs a command of the matrix on a vault. */
export async function runCommand(
  command: Command,
  vault: string,
  world: DamageWorld,
  words: readonly string[],
  targets: string,
  day = 3,
): Promise<Outcome> {
  const messages: Message[] = [];
  const ports = portsAt(day, messages);
  let exit: number;
  let thrown: unknown;
  try {
    exit = await RUN[command](ports, vault, world, targets);
  } catch (error) {
    thrown = error;
    exit = error instanceof HikaeError ? error.exit : 1;
    const path = error instanceof HikaeError ? error.path ?? "" : "";
    messages.push({
      message_type: "error",
      path,
      during: "run",
      code: error instanceof HikaeError ? error.id : "internal",
      message: error instanceof Error ? error.message : String(error),
    });
  }
  return { exit, thrown, messages, told: messages.some((m) => names(m, words)) };
}

function names(m: Message, words: readonly string[]): boolean {
  if (m.message_type !== "error" && m.message_type !== "note") return false;
  const text = `${m.path ?? ""}\n${m.message}\n${"stored_as" in m ? String(m.stored_as) : ""}`;
  // messages write paths as the system does
  const said = Deno.build.os === "windows" ? text.replaceAll("\\", "/") : text;
  return words.some((w) => said.includes(w));
}

type Runner = (
  ports: EnginePorts,
  vault: string,
  world: DamageWorld,
  targets: string,
) => Promise<number> | number;

const RUN: Record<Command, Runner> = {
  backup: async (ports, vault, world) => {
    const request = backupRequest(world.source, [vault], { allowMassChange: true });
    const [outcome] = await backup(ports, request);
    if (outcome?.failed !== undefined) throw outcome.failed;
    return outcome?.errors === 0 ? 0 : 3;
  },
  list: (ports, vault) => list(ports, { root: vault, windows: false }) > 0 ? 0 : 0,
  history: async (ports, vault) => {
    for (const path of ["a.txt", "gone.txt", "d/x"]) {
      await history(ports, { root: vault, windows: false, path });
    }
    return 0;
  },
  restore: async (ports, vault, world, targets) => {
    let exit = 0;
    for (const stamp of world.stamps) {
      const { errors } = await restoreAt(ports, vault, stamp, join(targets, stamp));
      if (errors.length > 0) exit = 3;
    }
    return exit;
  },
  verify: (ports, vault) => check(ports, vault, {}),
  repair: (ports, vault, world) => check(ports, vault, { repair: true, source: world.source }),
  cleanup: async (ports, vault) => {
    const before = ports.clock.now() - DAY;
    return (await cleanup(ports, { ...maintain(vault), before, rule: "1d" })).errors === 0 ? 0 : 3;
  },
  prune: async (ports, vault) => {
    const request = { ...maintain(vault), policy: { last: 1 } };
    return (await prune(ports, request)).errors === 0 ? 0 : 3;
  },
  reindex: (ports, vault) => reindex(ports, maintain(vault)).errors === 0 ? 0 : 3,
};

/** Restores a snapshot. */
export async function restoreAt(
  ports: EnginePorts,
  vault: string,
  stamp: string,
  target: string,
): Promise<{ errors: ErrorMessage[] }> {
  Deno.mkdirSync(target, { recursive: true });
  return await restoreHere(vault, target, { at: stamp }, ports);
}

/**
 * Restores each snapshot that the vault lists, by itself, and the state of the newest; gives what is wrong: a file
 * that is not what it was, or one that is missing without a word.
 */
export async function faultsOfRestores(world: DamageWorld, trial: Trial): Promise<string[]> {
  const messages: Message[] = [];
  const ports = portsAt(5, messages);
  list(ports, { root: trial.vault, windows: false });
  const listed = messages.flatMap((m) => m.message_type === "snapshot" ? [String(m.stamp)] : []);
  const faults: string[] = [];
  for (const stamp of listed) {
    const i = world.stamps.indexOf(stamp as Stamp);
    const truth = i < 0 ? world.now : world.states[i] ?? {};
    const target = join(trial.at, "after", stamp);
    messages.length = 0;
    const { errors } = await restoreAt(ports, trial.vault, stamp, target);
    faults.push(...compare(truth, stateOf(target), errors, messages).map((f) => `${stamp}: ${f}`));
  }
  return faults;
}

function compare(
  truth: State,
  got: State,
  errors: readonly ErrorMessage[],
  messages: readonly Message[],
): string[] {
  const faults: string[] = [];
  for (const [path, content] of Object.entries(got)) {
    if (truth[path] !== content) faults.push(`${path} is wrong`);
  }
  // where records are lost, what cannot be told is counted, not named
  const vague = messages.some((m) =>
    m.message_type === "note" && m.message.includes("no record says since when")
  );
  for (const path of Object.keys(truth)) {
    const named = errors.some((e) => e.path === path || path.startsWith(`${e.path}/`));
    if (!(path in got) && !named && !vague) faults.push(`${path} is missing without a word`);
  }
  return faults;
}

function maintain(vault: string): {
  root: string;
  given: string;
  host: string;
  pid: number;
  dryRun: false;
  askPlugins: false;
} {
  return { root: vault, given: vault, host: "test", pid: 1, dryRun: false, askPlugins: false };
}

function check(
  ports: EnginePorts,
  vault: string,
  options: { repair?: boolean; source?: string },
): number {
  const { dryRun: _dryRun, askPlugins: _askPlugins, ...who } = maintain(vault);
  const counts = verify(ports, { ...who, windows: false, repair: false, ...options });
  return counts.errors === 0 ? 0 : 1;
}

/** True when what lies outside the vault is as it was. */
export function outsideIsWhole(trial: Trial): boolean {
  const state = stateOf(trial.outside);
  return JSON.stringify(Object.entries(state).sort()) === JSON.stringify([
    ["dir", "/"],
    ["dir/inside.txt", "inside"],
    ["precious.txt", "precious"],
  ]);
}

/** The restored files of a directory of targets that are not what the snapshot held, by path. */
export function wrongFiles(world: DamageWorld, targets: string): string[] {
  const wrong: string[] = [];
  for (const [i, stamp] of world.stamps.entries()) {
    const target = join(targets, stamp);
    if (!isThere(target)) continue;
    const truth = world.states[i] ?? {};
    for (const [path, content] of Object.entries(stateOf(target))) {
      if (truth[path] !== content) wrong.push(`${stamp} ${path}`);
    }
  }
  return wrong;
}
