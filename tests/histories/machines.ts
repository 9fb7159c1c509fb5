/**
 * Many runs of the engine in this process, on a disk whose change times are those of a clock that the history sets: what
 * people do between two runs is long ago by then. The source and all above it change places with others, vaults are copied,
 * older copies come back, indexes are lost, runs die, and there are two homes. After each run the mirror is the source.
 */

import { dirname, join } from "@std/path";
import type { Message } from "../../src/base/event.ts";
import type { FileInfo } from "../../src/base/fs.ts";
import { wayTo } from "../../src/cli/places/source_way.ts";
import { backup, type VaultOutcome } from "../../src/engine/backup/backup.ts";
import type { BackupRequest } from "../../src/engine/backup/request.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { Reader } from "../../src/engine/reader.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { type Around, tapFs, tapSql } from "../../src/platform/doubles/tap.ts";
import { openDatabase } from "../../src/platform/sqlite.ts";
import { isThere, removeTree, tempDir } from "../helpers/cli_helper.ts";
import { backupRequest, enginePorts } from "../helpers/engine_helper.ts";
import { indexPlace } from "../helpers/index_helper.ts";
import { type Chance, chance, pick } from "../maintain/days_source.ts";
import { copyTree, digest, readTree } from "./tree.ts";

const MINUTE = 60_000;
const NAMES = ["a", "b", "c", "d"];
const DIRS = ["", "p", "q", "p/r", "q/r"];

/** Files of a snapshot by path, each with its hash. */
interface Past {
  stamp: string;
  files: ReadonlyMap<string, string>;
}

class Died extends Error {}

/** One history. */
export class Machines implements Disposable {
  readonly #dir: ReturnType<typeof tempDir>;
  readonly #chance: Chance;
  readonly #top: string;
  readonly source: string;
  readonly #homes: string[];
  #vaults: string[];
  /** The time of the disk and of the machine, ms. */
  #now = Date.now() + 60 * MINUTE;
  /** When each inode changed last by that clock, and what it was by then. */
  readonly #changed = new Map<string, { told: string; at: number }>();
  #made = 0;
  /** What each vault must give back, the oldest first. */
  readonly #past = new Map<string, Past[]>();
  /** What was done. */
  readonly done: string[] = [];

  constructor(seed: number, parent?: string) {
    this.#dir = tempDir(parent);
    this.#chance = chance(seed);
    this.#top = this.#dir.at("top");
    this.source = join(this.#top, "up", "over", "s");
    this.#homes = ["h0", "h1"].map((name) => this.#dir.at(name));
    this.#vaults = ["v", "w"].map((name) => this.#dir.at(name));
    Deno.mkdirSync(this.source, { recursive: true });
    for (let i = 0; i < 14; i++) this.#write();
  }

  /** So many steps, a run after each. */
  async live(steps: number): Promise<void> {
    for (let n = 0; n < steps; n++) {
      for (let i = this.#chance(4); i > 0; i--) this.#step();
      await this.#run();
    }
  }

  #tell(text: string): void {
    this.done.push(text);
  }

  #step(): void {
    this.#pass();
    const c = this.#chance;
    const kinds: readonly (readonly [number, () => void])[] = [
      [10, (): void => this.#write()],
      [14, (): void => this.#sameButContent(this.source)],
      [5, (): void => this.#remove()],
      [6, (): void => this.#move()],
      [8, (): void => this.#swap()],
      [3, (): void => this.#link()],
      [3, (): void => this.#copy()],
      [6, (): void => this.#otherAbove()],
      [8, (): void => this.#loseIndex()],
      [4, (): void => this.#copyVault()],
      [4, (): void => this.#older()],
    ];
    let n = c(kinds.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, doIt] of kinds) {
      n -= weight;
      if (n < 0) {
        doIt();
        this.#pass();
        return;
      }
    }
  }

  /** Time passes; what changed until now has changed before that. */
  #pass(): void {
    this.#see();
    this.#now += (1 + this.#chance(90)) * MINUTE;
  }

  /** Which inodes changed since it was asked last: by name, by content, by what is in them. */
  #see(): void {
    const now = new Map<string, string[]>();
    const look = (path: string, as: string): string => {
      const { dev, ino, nlink, mtime, isDirectory } = Deno.lstatSync(path);
      const key = `${dev}:${ino}`;
      const facts = now.get(key) ?? [`${nlink} ${mtime?.getTime()}`];
      now.set(key, facts);
      facts.push(as);
      if (!isDirectory) facts.push(digest(Deno.readFileSync(path)));
      else {
        const names = [...Deno.readDirSync(path)].map((e) => e.name).sort();
        facts.push(...names.map((name) => `${name} ${look(join(path, name), `${key}/${name}`)}`));
      }
      return key;
    };
    look(this.#top, "");
    for (const [key, facts] of now) {
      const told = facts.sort().join("\n");
      if (this.#changed.get(key)?.told === told) continue;
      this.#changed.set(key, { told, at: Math.floor(this.#now / 1000) * 1000 });
    }
  }

  #ctime({ dev, ino }: { dev: number; ino: number | null }): number {
    return this.#changed.get(`${dev}:${ino}`)?.at ?? Math.floor(this.#now / 1000) * 1000;
  }

  #paths(): string[] {
    return [...readTree(this.source).keys()].filter((p) => p !== "").sort();
  }

  #somewhere(): string {
    const dir = pick(this.#chance, DIRS);
    return join(dir, pick(this.#chance, NAMES));
  }

  #room(path: string): string {
    let at = this.source;
    for (const part of path.split("/").slice(0, -1)) {
      at = join(at, part);
      if (isThere(at) && !Deno.lstatSync(at).isDirectory) removeTree(at);
      if (!isThere(at)) Deno.mkdirSync(at);
    }
    const full = join(this.source, path);
    if (isThere(full)) removeTree(full);
    return full;
  }

  #write(): void {
    const path = this.#somewhere();
    this.#tell(`write ${path}`);
    const full = this.#room(path);
    Deno.writeTextFileSync(full, `${this.#chance(10)}`.repeat(3));
    if (this.#chance(3) > 0) Deno.utimeSync(full, 1_600_000_000, 1_600_000_000);
  }

  #file(root: string): string | undefined {
    const files = [...readTree(root)].filter(([, e]) => e.type === "file").map(([p]) => p).sort();
    return files.length === 0 ? undefined : join(root, pick(this.#chance, files));
  }

  /** Other content, and nothing but the change time tells it. */
  #sameButContent(root: string): void {
    const at = this.#file(root);
    if (at === undefined) return;
    this.#tell(`same but content ${at}`);
    const { mtime, size } = Deno.lstatSync(at);
    Deno.writeTextFileSync(at, `${this.#chance(10)}`.repeat(size));
    if (mtime !== null) Deno.utimeSync(at, mtime, mtime);
  }

  #any(): string | undefined {
    const paths = this.#paths();
    return paths.length === 0 ? undefined : pick(this.#chance, paths);
  }

  #remove(): void {
    const path = this.#any();
    if (path === undefined) return;
    this.#tell(`remove ${path}`);
    removeTree(join(this.source, path));
  }

  #move(): void {
    const [from, to] = [this.#any(), this.#somewhere()];
    if (from === undefined || nested(from, to)) return;
    this.#tell(`move ${from} ${to}`);
    const full = this.#room(to);
    if (isThere(join(this.source, from))) Deno.renameSync(join(this.source, from), full);
  }

  #swap(): void {
    const [one, other] = [this.#any(), this.#any()];
    if (one === undefined || other === undefined || nested(one, other)) return;
    this.#tell(`swap ${one} ${other}`);
    this.#exchange(join(this.source, one), join(this.source, other));
  }

  #exchange(a: string, b: string): void {
    const aside = this.#dir.at("aside");
    Deno.renameSync(a, aside);
    Deno.renameSync(b, a);
    Deno.renameSync(aside, b);
  }

  #link(): void {
    const at = this.#file(this.source);
    const to = this.#somewhere();
    const aside = this.#dir.at("aside");
    if (at === undefined) return;
    this.#tell(`link ${at} ${to}`);
    Deno.linkSync(at, aside);
    Deno.renameSync(aside, this.#room(to));
    if (isThere(aside)) Deno.removeSync(aside);
  }

  #copy(): void {
    const at = this.#file(this.source);
    const to = this.#somewhere();
    if (at === undefined) return;
    this.#tell(`copy ${at} ${to}`);
    const aside = this.#dir.at("aside");
    copyTree(at, aside);
    Deno.renameSync(aside, this.#room(to));
  }

  /** The source, or a directory above it, changes places with a copy that was made long ago and went its own way. */
  #otherAbove(): void {
    const which = pick(this.#chance, [
      this.source,
      dirname(this.source),
      dirname(dirname(this.source)),
    ]);
    const rel = this.source.slice(which.length + 1);
    const twin = `${which} twin`;
    this.#tell(`twin of ${which}`);
    if (!isThere(twin)) {
      copyTree(which, twin);
      for (let n = 1 + this.#chance(4); n > 0; n--) this.#sameButContent(join(twin, rel));
      return;
    }
    this.#exchange(which, twin);
    if (!isThere(this.source)) this.#exchange(which, twin);
    else if (this.#chance(2) === 0) {
      this.#pass();
      const came = join(this.source, "came");
      if (isThere(came)) removeTree(came);
      Deno.writeTextFileSync(came, `${this.#made++}`);
    }
    if (this.#chance(3) === 0) Deno.writeTextFileSync(join(dirname(this.source), "beside"), "");
  }

  #loseIndex(): void {
    const home = pick(this.#chance, this.#homes);
    this.#tell(`index lost in ${home}`);
    if (isThere(home)) removeTree(home);
  }

  #copyVault(): void {
    const from = pick(this.#chance, this.#vaults);
    if (!isThere(from)) return;
    const to = this.#dir.at(`copy-${++this.#made}`);
    this.#tell(`copy vault ${from} ${to}`);
    copyTree(from, to);
    this.#past.set(to, [...this.#past.get(from) ?? []]);
    this.#vaults.push(to);
    if (this.#vaults.length > 4) {
      const [gone] = this.#vaults.splice(this.#chance(4), 1);
      if (gone !== undefined && isThere(gone)) removeTree(gone);
    }
  }

  /** A copy, which may be older, comes in a vault's place. */
  #older(): void {
    const [one, other] = [pick(this.#chance, this.#vaults), pick(this.#chance, this.#vaults)];
    if (one === other || !isThere(one) || !isThere(other)) return;
    this.#tell(`vault ${other} in the place of ${one}`);
    const [ofOne = [], ofOther = []] = [this.#past.get(one), this.#past.get(other)];
    this.#past.set(one, [...ofOther]);
    if (this.#chance(2) === 0) {
      this.#past.set(other, ofOne);
      return this.#exchange(one, other);
    }
    removeTree(one);
    copyTree(other, one);
  }

  /** The engine's ports on the disk with another clock. */
  #ports(home: string, dies: number): EnginePorts {
    let left = dies;
    const around: Around = (call, work) => {
      if (call.effect !== "read" && left-- <= 0) throw new Died("died");
      const done = work();
      return call.path.startsWith(this.source) ? this.#dated(done) : done;
    };
    const own = enginePorts(this.#messages);
    return {
      ...own,
      clock: { now: () => this.#now },
      fs: tapFs(denoFs, around),
      openDatabase: tapSql(openDatabase, around),
      index: (root) => indexPlace(root, home),
    };
  }

  readonly #messages: Message[] = [];

  #dated<T>(done: T): T {
    return isInfo(done) ? { ...done, ctime: this.#ctime(done) } : done;
  }

  async #run(): Promise<void> {
    const c = this.#chance;
    this.#pass();
    const vaults = c(5) === 0 ? [...new Set([pick(c, this.#vaults), pick(c, this.#vaults)])] : [
      pick(c, this.#vaults),
    ];
    const home = pick(c, [this.#homes[0] ?? "", ...this.#homes]);
    const dies = c(8) === 0 ? c(60) : Infinity;
    const way = wayTo(this.source, (path) => {
      const info = Deno.lstatSync(path);
      if (path.length < this.#top.length) return { ...info, ctime: new Date(1000) };
      return { ...info, ctime: new Date(this.#ctime(info)) };
    });
    if (way === undefined) throw new Error("no way");
    const rules = c(8) === 0 ? { exclude: ["a"] } : {};
    this.#tell(`run ${vaults.join(" ")} home ${home} dies ${dies} ${JSON.stringify(rules)}`);
    const request = backupRequest(this.source, vaults, { allowMassChange: true, way, rules });
    const outcomes = await this.#outcomes(home, dies, request);
    for (const [i, { failed, stamp }] of outcomes.entries()) {
      const vault = request.vaults[i]?.root ?? "";
      if (failed !== undefined) throw new Error(vault, { cause: failed });
      this.#hold(vault, rules.exclude !== undefined);
      const files = rules.exclude === undefined ? filesOf(this.source) : new Map();
      this.#past.set(vault, [...this.#past.get(vault) ?? [], { stamp: stamp ?? "", files }]);
      this.#holdPast(vault, home);
    }
  }

  /** What became of each vault; nothing where the run died. */
  async #outcomes(home: string, dies: number, request: BackupRequest): Promise<VaultOutcome[]> {
    this.#messages.length = 0;
    try {
      const outcomes = await backup(this.#ports(home, dies), request);
      return dies === Infinity ? outcomes : [];
    } catch (error) {
      if (dies === Infinity) throw error;
      return [];
    }
  }

  /** A snapshot of before is as it was. */
  #holdPast(vault: string, home: string): void {
    const past = pick(this.#chance, this.#past.get(vault) ?? []);
    const reader = Reader.open(this.#ports(home, Infinity), vault);
    try {
      const got = new Map<string, string>();
      for (const v of reader.at(past.stamp as never)) {
        const path = v.dir === "" ? v.name : `${v.dir}/${v.name}`;
        const file = v.type === "file" ? reader.contents.find(v)?.file : undefined;
        if (v.type === "file") {
          got.set(path, file === undefined ? "" : digest(Deno.readFileSync(file)));
        }
      }
      for (
        const path of past.files.size === 0 ? [] : new Set([...past.files.keys(), ...got.keys()])
      ) {
        if (past.files.get(path) === got.get(path)) continue;
        throw new Error(
          `${vault} at ${past.stamp}: ${path} ${got.get(path)} not ${past.files.get(path)}`,
        );
      }
    } finally {
      reader.close();
    }
  }

  /** The mirror is the source. */
  #hold(vault: string, excluded: boolean): void {
    const [source, mirror] = [readTree(this.source), readTree(vault)];
    const said: string[] = [];
    const own = (path: string): boolean =>
      path.split("/").some((part) => part.includes("$") || part.includes("@"));
    const out = (path: string): boolean => excluded && path.split("/").includes("a");
    for (const [path, entry] of source) {
      if (out(path)) continue;
      const there = mirror.get(path);
      if (there?.type !== entry.type || there.hash !== entry.hash) {
        said.push(`${path}: ${JSON.stringify([entry, there])}`);
      }
    }
    for (const [path, entry] of mirror) {
      // a directory stays for the marks in it
      if (entry.type === "dir") continue;
      if (!own(path) && !out(path) && !source.has(path)) said.push(`${path} is there`);
    }
    if (said.length > 0) throw new Error(`${vault}: ${said.join("\n  ")}`);
  }

  [Symbol.dispose](): void {
    this.#dir[Symbol.dispose]();
  }
}

function filesOf(root: string): Map<string, string> {
  const files = [...readTree(root)].filter(([, e]) => e.type === "file");
  return new Map(files.map(([path, e]) => [path, e.hash]));
}

function isInfo(value: unknown): value is FileInfo {
  return typeof value === "object" && value !== null && "ctime" in value && "ino" in value;
}

function nested(one: string, other: string): boolean {
  return `${one}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${one}/`);
}
