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
import { Kept } from "./kept.ts";
import { differences, readTree, type Tree } from "./tree.ts";

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

/** Where it happens. */
export class World implements Disposable {
  readonly dir: TempDir;
  readonly changes: Changes;
  /** The main vault, and one that some runs have beside it. */
  readonly vaults: Kept[];
  chance: Chance;
  /** The state directory; a history may take another one. */
  state: string;
  /** What was called in this step. */
  called: string[] = [];
  /** How often each kind of step, and each command, was done. */
  readonly tally = new Map<string, number>();
  #made = 0;

  constructor(seed: number, parent?: string) {
    this.dir = tempDir(parent);
    this.chance = chance(seed);
    this.changes = new Changes(this.source, this.chance);
    this.vaults = ["v", "w"].map((name) => new Kept(this.dir.at(name), this.source));
    this.state = this.dir.at("state");
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
    return { env: { HIKAE_STATE_DIR: this.state } };
  }

  #options({ cwd, env }: Manner): NonNullable<Parameters<typeof run>[1]> {
    return { ...(cwd === undefined ? {} : { cwd }), env: { HIKAE_STATE_DIR: this.state, ...env } };
  }

  #note(args: readonly string[]): void {
    this.called.push(`hikae ${args.map((a) => JSON.stringify(a)).join(" ")}`);
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
    this.dir[Symbol.dispose]();
  }
}
