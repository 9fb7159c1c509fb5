/** A vault's long life: random changes, runs, cleanups and prunes, and what must hold after each of them. */

import { assert, assertEquals } from "@std/assert";
import { dirname, join } from "@std/path";
import type { Duration } from "../../src/base/duration.ts";
import { isThere, Link, LINKS, makeTree, removeTree } from "../helpers/cli_helper.ts";
import { Grown, LONG } from "../helpers/maintain_helper.ts";
import { dropIndex, theIndex } from "../helpers/index_helper.ts";

/** How long, from which seed, and who is told of it. */
export interface Life {
  runs: number;
  seed: number;
  /** Told now and then how it stands. */
  tell?: (text: string) => void;
}

/** What happened in it. */
export interface Tally {
  runs: number;
  cleanups: number;
  prunes: number;
  /** Snapshots that were compared with the model, one by one. */
  compared: number;
  /** Of these, how many had lost something to a rule, and said so. */
  partial: number;
  catalogBytes: number;
  heapBytes: number;
}

type State = Record<string, string>;

const ODD = Deno.build.os === "windows" ? "x'y" : "x\ny";
const NAMES = ["a", "b", "c d", ODD, LONG, ".$META$", "$OLD@1"];
const DAY: Duration = { years: 0, months: 0, days: 30, ms: 0 };
const HOUR = 3_600_000;

/** Lives it; throws at the first thing that does not hold. */
export async function soak({ runs, seed, tell = () => {} }: Life): Promise<Tally> {
  using g = new Grown();
  const life = new Soak(g, chance(seed));
  const heaps: number[] = [];
  for (let i = 1; i <= runs; i++) {
    try {
      await life.step(i);
    } catch (cause) {
      throw new Error(`seed ${seed}, run ${i}: ${cause}`, { cause });
    }
    if (i % 100 !== 0) continue;
    heaps.push(Deno.memoryUsage().heapUsed);
    tell(`${i} runs, ${JSON.stringify(life.measure())}`);
  }
  const { tally } = life;
  Object.assign(tally, life.measure());
  // what grows without end is larger in each third of a long life than in the one before
  if (heaps.length >= 9) assert(Math.min(...heaps.slice(-3)) < 4 * Math.min(...heaps.slice(0, 3)));
  return tally;
}

/** A small generator of numbers below `n` that gives the same for the same seed. */
function chance(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

class Soak {
  readonly tally: Tally = {
    runs: 0,
    cleanups: 0,
    prunes: 0,
    compared: 0,
    partial: 0,
    catalogBytes: 0,
    heapBytes: 0,
  };
  readonly #g: Grown;
  readonly #chance: (n: number) => number;
  /** What each snapshot held, by stamp. */
  readonly #states = new Map<string, State>();

  constructor(g: Grown, chance: (n: number) => number) {
    this.#g = g;
    this.#chance = chance;
  }

  async step(i: number): Promise<void> {
    const g = this.#g;
    g.now += HOUR * (1 + this.#chance(30));
    for (let n = this.#chance(6); n > 0; n--) this.#change();
    // now and then the index is lost: the plain files must be enough
    if (this.#chance(25) === 0) dropIndex(g.vault);
    const options = this.#chance(10) === 0 ? { maxGenerations: 3 } : {};
    this.#states.set(await g.backup(options), g.sourceState());
    this.tally.runs++;
    if (i % 7 === 0) await this.#cleanup();
    if (i % 11 === 0) await this.#prune();
    this.#check(i);
  }

  #path(): string {
    const depth = 1 + this.#chance(3);
    return Array.from({ length: depth }, () => NAMES[this.#chance(NAMES.length)]).join("/");
  }

  #change(): void {
    const { source } = this.#g;
    const path = this.#path();
    const at = join(source, path);
    const what = this.#chance(10);
    this.#makeRoom(path);
    if (isThere(at)) removeTree(at);
    if (what < 6) {
      Deno.writeTextFileSync(at, `text ${this.#chance(40)}`.repeat(1 + this.#chance(4)));
    } else if (what === 6) {
      makeTree(dirname(at), { [path.split("/").at(-1) ?? ""]: LINKS ? new Link("a") : "a" });
    } else if (what === 7) Deno.mkdirSync(at);
  }

  /** Directories above a path, whatever is in their place. */
  #makeRoom(path: string): void {
    let at = this.#g.source;
    for (const part of path.split("/").slice(0, -1)) {
      at = join(at, part);
      if (isThere(at) && !Deno.lstatSync(at).isDirectory) Deno.removeSync(at);
      if (!isThere(at)) Deno.mkdirSync(at);
    }
  }

  async #cleanup(): Promise<void> {
    this.#g.now += HOUR;
    await this.#g.cleanupDays(20);
    this.tally.cleanups++;
  }

  async #prune(): Promise<void> {
    this.#g.now += HOUR;
    await this.#g.prune({ policy: { last: 5, daily: 7, weekly: 4, monthly: 3 }, keepDeleted: DAY });
    this.tally.prunes++;
  }

  #check(i: number): void {
    const g = this.#g;
    const snapshots = g.list();
    for (const s of snapshots) assert(this.#states.has(s.stamp), `${s.stamp} was never a run`);
    // the newest each time, all of them now and then
    const some = i % 10 === 0 ? snapshots : snapshots.slice(-1);
    for (const s of some) this.#compare(s.stamp, s.lost > 0);
    const listed = new Set(snapshots.map((s) => s.stamp));
    for (const stamp of [...this.#states.keys()]) {
      if (!listed.has(stamp)) this.#states.delete(stamp);
    }
    if (i % 5 === 0) g.assertSound();
    if (i % 10 !== 0) return;
    const before = g.dump();
    g.reindex();
    assertEquals(g.dump(), before, "a rebuilt catalog is another one");
  }

  #compare(stamp: string, lost: boolean): void {
    const got = this.#g.snapshot(stamp);
    const truth = this.#states.get(stamp) ?? {};
    this.tally.compared++;
    if (lost) this.tally.partial++;
    const told: State = {};
    for (const [path, what] of Object.entries(truth)) {
      told[path] = lost && got[path] === "gone" ? "gone" : what;
    }
    assertEquals(got, told, stamp);
  }

  /** The sizes that must not grow beyond what history needs. */
  measure(): Pick<Tally, "catalogBytes" | "heapBytes"> {
    const catalogBytes = Deno.statSync(theIndex(this.#g.vault)).size;
    const kept = this.#states.size;
    // some hundred paths, some versions each, and a record per snapshot that is kept or had versions that are
    assert(catalogBytes < 4_000_000, `${catalogBytes} bytes of catalog for ${kept} snapshots`);
    return { catalogBytes, heapBytes: Deno.memoryUsage().heapUsed };
  }
}
