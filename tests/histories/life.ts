/**
 * Histories by the program as people run it: changes of a source, and one command after another, each by chance from a
 * seed; after each step the vault is held against a model that keeps every snapshot's whole tree.
 * `deno task test:histories` runs them for long; what a seed does depends on no clock, but for kills after some ms.
 */

import type { Chance } from "../maintain/days_source.ts";
import { holdAll, holdList, holdLs } from "./holding.ts";
import * as back from "./steps_back.ts";
import * as backups from "./steps_backup.ts";
import * as places from "./steps_places.ts";
import * as rules from "./steps_rules.ts";
import * as upkeep from "./steps_upkeep.ts";
import { World } from "./world.ts";

type Step = (world: World) => Promise<void>;

/** Each kind of step, and how often it comes. */
const KINDS: Readonly<Record<string, readonly [number, Step]>> = {
  "backup": [30, backups.backup],
  "generations": [3, backups.generations],
  "dry-run": [4, backups.dryRun],
  "excluded": [5, backups.excluded],
  "guarded": [2, backups.guarded],
  "changing": [4, backups.changing],
  "killed": [8, backups.killedBackup],
  "sources": [2, backups.severalSources],
  "together": [5, backups.together],
  "diff": [4, backups.diff],
  "prune": [5, upkeep.prune],
  "delete": [4, upkeep.deleteSome],
  "cleanup": [5, upkeep.cleanup],
  "dedupe": [3, upkeep.dedupe],
  "rot": [3, upkeep.rot],
  "index": [6, upkeep.indexTrouble],
  "moved": [3, upkeep.moved],
  "restore": [5, back.restore],
  "path": [5, back.onePath],
  "into": [4, back.into],
  "in-place": [3, back.inPlace],
  "record": [4, back.recordTrouble],
  "adopt": [2, back.adopt],
  "import": [2, back.importSeries],
  "bundle": [3, back.bundle],
  "serve": [2, back.serve],
  "older": [3, places.older],
  "copied": [2, places.copied],
  "machine": [4, places.otherMachine],
  "clock": [2, places.otherClock],
  "root": [3, places.otherRoot],
  "lively": [3, places.lively],
  "overwrite": [5, rules.overwrite],
  "attributes": [3, rules.attributes],
  "chain": [4, rules.chain],
  "full": [2, rules.full],
  "home-full": [2, rules.homeFull],
};

/** The names of all kinds. */
export const ALL_KINDS: readonly string[] = Object.keys(KINDS);

/** Which history. */
export interface History {
  seed: number;
  steps: number;
  /** Only these kinds of steps, and backups. */
  only?: readonly string[];
  /** Steps that are left out: what makes a long history a short one that still fails. */
  without?: ReadonlySet<number>;
  /** Where its directory is made; the system's temporary one when not given. */
  parent?: string;
  /** Where its vaults are made, on another disk; in its directory when not given. */
  vaults?: string;
  /** Told each step before it is done. */
  tell?: (text: string) => void;
}

/** What was done: each kind of step, and each command, how often. */
export type Done = ReadonlyMap<string, number>;

/** A history went wrong. */
export class HistoryFault extends Error {
  override name = "HistoryFault";
  /** At which step, and what was called in it. */
  constructor(readonly step: number, readonly called: readonly string[], cause: unknown) {
    super(`${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/** Lives a history; throws a {@link HistoryFault} at the first thing that does not hold. */
export async function live(history: History): Promise<Done> {
  using world = new World(history.seed, history);
  const { seed, steps, without = new Set(), tell = (): void => {} } = history;
  const { only } = history;
  // as often as a plain run
  const often = only?.flatMap((kind) => Array(Math.ceil(30 / (KINDS[kind]?.[0] ?? 30))).fill(kind));
  const kinds: readonly string[] = often === undefined ? ALL_KINDS : [...often, "backup"];
  let at = 0;
  try {
    for (at = 1; at <= steps; at++) {
      if (without.has(at)) continue;
      world.reseed(seed, at);
      const kind = world.main.living.length === 0 ? "backup" : choose(world.chance, kinds);
      tell(`${at} ${kind}`);
      await step(world, kind);
    }
    world.called = [];
    await end(world);
  } catch (cause) {
    throw new HistoryFault(at, world.called, cause);
  }
  return world.tally;
}

async function step(world: World, kind: string): Promise<void> {
  const { chance } = world;
  if (chance(5) > 0) { for (let n = chance(7); n > 0; n--) world.changes.change(); }
  world.count(kind);
  await KINDS[kind]?.[1](world);
  const vault = world.someVault();
  await holdList(world, vault);
  const s = vault.living[chance(vault.living.length)];
  if (s !== undefined) await holdLs(world, vault, s);
}

/** All snapshots of all vaults whole, by the index that there is; and once more as another machine sees them. */
async function end(world: World): Promise<void> {
  const used = world.vaults.filter((v) => v.living.length > 0);
  for (const vault of used) await holdAll(world, vault);
  world.state = world.scratch();
  for (const vault of used) {
    await holdList(world, vault);
    for (const s of vault.living) await holdLs(world, vault, s);
  }
}

function choose(chance: Chance, kinds: readonly string[]): string {
  const weight = (kind: string): number => KINDS[kind]?.[0] ?? 0;
  let n = chance(kinds.reduce((sum, kind) => sum + weight(kind), 0));
  for (const kind of kinds) {
    n -= weight(kind);
    if (n < 0) return kind;
  }
  return "backup";
}
