/** The place of a history: a source, its vaults, the program as a process, and what always holds. */

import { join } from "@std/path";
import {
  isThere,
  removeTree,
  result,
  run,
  type RunResult,
  spawn,
  type TempDir,
  tempDir,
} from "../helpers/cli_helper.ts";
import { type Chance, chance } from "../maintain/days_source.ts";
import { Changes } from "./changes.ts";
import { Kept, type KeptSnapshot } from "./kept.ts";
import { differences, readTree, type Tree } from "./tree.ts";

/** What gives a program another clock than the system's, where it is there. */
const OTHER_CLOCK = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

/** No command may take longer, however busy the machine: what takes longer hangs. */
const HANGS_AFTER = 300_000;

/** How a command may end, and what it may touch. */
export interface Manner {
  /** The exit codes that are right; 0 alone when not given. */
  codes?: readonly number[];
  /** It may write the source. */
  writesSource?: boolean;
  cwd?: string;
  env?: Record<string, string>;
}

/** Where directories are made; the system's temporary one when not given. */
export interface Places {
  parent?: string;
  /** Vaults lie on another disk. */
  vaults?: string;
}

/** Bundles of the main vault that go on from each other. */
export interface Chain {
  to?: string;
  key?: string;
  recipient?: string;
  snapshots: KeptSnapshot[];
}

/** Where it happens. */
export class World implements Disposable {
  readonly dir: TempDir;
  readonly changes: Changes;
  /** The main vault, and one that some runs have beside it. */
  readonly vaults: Kept[];
  chance: Chance;
  /** The state directory; a history may take another one. */
  state: string;
  /** How far the clock of the program is from the system's, in seconds. */
  clock = 0;
  /** Some run did not have the index of the one before, or may come to not have it. */
  lessKnown = false;
  /** An older copy of a vault came in its place. */
  wentBack = false;
  /** The state directory of another machine that has the same vaults. */
  otherHome: string;
  /** A copy of the main vault that was put away: where it lies, and what it has. */
  putAway: Kept | undefined;
  /** What `getfattr` tells of the source of some runs. */
  readonly attributes: { stamp: string; wanted: string }[] = [];
  /** Bundles that go on from each other, and the newest snapshot of each. */
  readonly chain: Chain = { snapshots: [] };
  /** What was called in this step. */
  called: string[] = [];
  /** How often each kind of step, and each command, was done. */
  readonly tally = new Map<string, number>();
  readonly #vaults: TempDir;
  readonly #mounts: string[] = [];
  #made = 0;

  constructor(seed: number, { parent, vaults }: Places = {}) {
    this.dir = tempDir(parent);
    this.#vaults = vaults === undefined ? this.dir : tempDir(vaults);
    this.chance = chance(seed);
    this.changes = new Changes(this.source, this.chance);
    this.vaults = ["v", "w"].map((name) => new Kept(this.#vaults.at(name), this.source));
    this.state = this.dir.at("state");
    this.otherHome = this.dir.at("other-home");
    this.changes.begin();
  }

  get source(): string {
    return this.dir.at("s");
  }

  get main(): Kept {
    const [vault] = this.vaults;
    if (vault === undefined) throw new Error("no vault");
    return vault;
  }

  /** A vault that has a snapshot. */
  someVault(): Kept {
    const used = this.vaults.filter((v) => v.living.length > 0);
    return used[this.chance(used.length)] ?? this.main;
  }

  /** A path that nothing is at yet. */
  scratch(): string {
    return this.dir.at(`scratch-${++this.#made}`);
  }

  /** The same where vaults lie. */
  scratchVault(): string {
    return this.#vaults.at(`scratch-${++this.#made}`);
  }

  /** A disk of its own of so many KiB; undefined where nobody may mount one. */
  disk(size: number): string | undefined {
    if (Deno.uid() !== 0) return undefined;
    const at = this.scratch();
    Deno.mkdirSync(at);
    this.stock("mount", "-t", "tmpfs", "-o", `size=${size}k`, "tmpfs", at);
    this.#mounts.push(at);
    return at;
  }

  /** The disk goes. */
  unmount(at: string): void {
    this.stock("umount", at);
    this.#mounts.splice(this.#mounts.indexOf(at), 1);
    this.remove(at);
  }

  /** From here on the index may know less than the vault; the clock is not ahead of the disk's any more. */
  knowsLess(): void {
    this.lessKnown = true;
    this.clock = Math.min(0, this.clock);
  }

  /** Chance of step `n` of a seed, so that leaving a step out changes no other. */
  reseed(seed: number, n: number): void {
    this.chance = chance((seed * 1_000_003 + n * 7919) >>> 0);
    this.changes.reseed(this.chance);
    this.called = [];
  }

  count(what: string): void {
    this.tally.set(what, (this.tally.get(what) ?? 0) + 1);
  }

  /** Runs a command to its end and holds it against what is always so. */
  async hikae(args: readonly string[], manner: Manner = {}): Promise<RunResult> {
    this.#note(args);
    const before = manner.writesSource ? undefined : readTree(this.source);
    const child = spawn(args, this.#options(manner));
    const late = setTimeout(() => child.kill("SIGKILL"), HANGS_AFTER);
    const done = result(await child.output());
    clearTimeout(late);
    if (before !== undefined) this.sourceStands(before, args);
    this.judge(args, done, manner);
    return done;
  }

  /** Runs a command and kills it after some ms, unless it has ended; gives what it left. */
  async killed(args: readonly string[], ms: number, manner: Manner = {}): Promise<RunResult> {
    this.#note([...args, `# killed after ${ms} ms`]);
    const before = manner.writesSource ? undefined : readTree(this.source);
    const child = spawn(args, this.#options(manner));
    const end = setTimeout(() => {
      try {
        child.kill("SIGKILL");
      } catch {
        // it has ended
      }
    }, ms);
    const done = result(await child.output());
    clearTimeout(end);
    if (before !== undefined) this.sourceStands(before, args);
    return done;
  }

  /** Runs a stock program. */
  stock(program: string, ...args: string[]): void {
    const { success, stderr } = new Deno.Command(program, { args }).outputSync();
    if (!success) throw new Error(`${program}: ${new TextDecoder().decode(stderr)}`);
  }

  /** A server, or another child that is not waited for, runs with these. */
  options(): { env: Record<string, string> } {
    return { env: { HIKAE_STATE_DIR: this.state, ...this.#clockEnv } };
  }

  get #clockEnv(): Record<string, string> {
    if (this.clock === 0 || !isThere(OTHER_CLOCK)) return {};
    return { LD_PRELOAD: OTHER_CLOCK, FAKETIME: `${this.clock < 0 ? "" : "+"}${this.clock}s` };
  }

  #options({ cwd, env }: Manner): NonNullable<Parameters<typeof run>[1]> {
    return {
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...this.options().env, ...env },
    };
  }

  #note(args: readonly string[]): void {
    const when = this.clock === 0 ? "" : ` # clock ${this.clock} s`;
    this.called.push(`hikae ${args.map((a) => JSON.stringify(a)).join(" ")}${when}`);
    this.count(`hikae ${args[0]}`);
  }

  /** Throws unless a command ended as it should. */
  judge(args: readonly string[], done: RunResult, { codes = [0] }: Manner): void {
    const trouble = done.stderr.match(/panicked|Uncaught|internal error|TypeError|\bat file:/);
    if (codes.includes(done.code) && trouble === null) return;
    const said = `${done.stdout.slice(-3000)}\n${done.stderr.slice(-3000)}`;
    throw new Error(`${args[0]} ended with ${done.code}, not ${codes.join(" or ")}:\n${said}`);
  }

  /** Throws when the source is not as it was. */
  sourceStands(before: Tree, args: readonly string[]): void {
    this.same(before, readTree(this.source), `the source after ${args[0]}`);
  }

  /** Throws when a tree is not as it should be. */
  same(
    wanted: Tree,
    got: Tree,
    about: string,
    loose: Parameters<typeof differences>[2] = {},
  ): void {
    const said = differences(wanted, got, loose);
    if (said.length > 0) throw new Error(`${about}: ${said.slice(0, 12).join("\n  ")}`);
  }

  /** All that a vault holds but lock and records of who holds it, to see that nothing wrote. */
  vaultTree(vault: Kept): Tree {
    const tree = readTree(vault.path);
    for (const name of ["", ".$META$", ".$META$/lock", ".$META$/lock.json"]) tree.delete(name);
    return tree;
  }

  remove(...paths: string[]): void {
    for (const path of paths) if (isThere(path)) removeTree(path);
  }

  at(...names: string[]): string {
    return join(this.dir.path, ...names);
  }

  [Symbol.dispose](): void {
    for (const at of [...this.#mounts]) this.unmount(at);
    if (this.#vaults !== this.dir) this.#vaults[Symbol.dispose]();
    this.dir[Symbol.dispose]();
  }
}
