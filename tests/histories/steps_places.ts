/** Steps with several places: copies of a vault that both go on, an older copy in its place, two machines, other clocks. */

import { join } from "@std/path";
import { isThere } from "../helpers/cli_helper.ts";
import { pick } from "../maintain/days_source.ts";
import { holdAll, holdList, holdLs, holdRestore, holdVerify, lines } from "./holding.ts";
import { Changes } from "./changes.ts";
import type { Kept } from "./kept.ts";
import { copyTree, readTree, type Tree } from "./tree.ts";
import type { World } from "./world.ts";

/** A run of some vault, noted. */
export async function backUp(world: World, vault: Kept, ...more: string[]): Promise<void> {
  const args = ["backup", world.source, vault.path, "--json", "--allow-mass-change", ...more];
  const done = await world.hikae(args);
  vault.finished(String(lines(done, "summary")[0]?.stamp), readTree(world.source));
}

/** A copy of the vault is put away; later it stands in its place again, and is used. */
export async function older(world: World): Promise<void> {
  const vault = world.main;
  const away = world.putAway;
  world.knowsLess();
  if (away === undefined) {
    const copy = vault.copyAt(world.scratchVault());
    copyTree(vault.path, copy.path);
    world.putAway = copy;
    return;
  }
  world.putAway = undefined;
  world.wentBack = true;
  world.remove(vault.path);
  if (world.chance(2) === 0) Deno.renameSync(away.path, vault.path);
  else {
    copyTree(away.path, vault.path);
    world.remove(away.path);
  }
  vault.takeOver(away);
  if (world.chance(2) === 0) await holdRestore(world, vault, pick(world.chance, vault.living));
  await backUp(world, vault);
  if (world.chance(3) === 0) await holdAll(world, vault);
}

/** A copy of the vault is used beside it: each goes on by itself. */
export async function copied(world: World): Promise<void> {
  const vault = world.main;
  const copy = vault.copyAt(world.scratchVault());
  world.knowsLess();
  world.wentBack = true;
  copyTree(vault.path, copy.path);
  for (let n = 2 + world.chance(3); n > 0; n--) {
    const one = pick(world.chance, [vault, copy]);
    if (world.chance(3) > 0) { for (let i = world.chance(4); i > 0; i--) world.changes.change(); }
    if (world.chance(4) > 0) await backUp(world, one);
    else await holdLs(world, one, pick(world.chance, one.living));
  }
  await holdList(world, copy);
  await holdRestore(world, copy, pick(world.chance, copy.living));
  await holdVerify(world, copy);
  // the copy may be the one that stays, at its own path or at that of the first
  if (world.chance(2) === 0) return world.remove(copy.path);
  world.remove(vault.path);
  vault.takeOver(copy);
  if (world.chance(2) === 0) Deno.renameSync(copy.path, vault.path);
  else vault.path = copy.path;
  await holdLs(world, vault, pick(world.chance, vault.living));
}

/** Another machine has the same source and vaults from here on, and what it knows of them is old. */
export async function otherMachine(world: World): Promise<void> {
  world.knowsLess();
  [world.state, world.otherHome] = [world.otherHome, world.state];
  const what = world.chance(3);
  if (what === 0) await backUp(world, world.main);
  else if (what === 1) await holdVerify(world, world.main);
  else await holdRestore(world, world.main, pick(world.chance, world.main.living));
}

/** The clock of the machine is another one. */
export async function otherClock(world: World): Promise<void> {
  const past = [0, 0, -7, -3600, -40 * 86_400];
  // the times of the disk stay: a clock ahead of them is as if each change was long ago
  const ahead = world.lessKnown ? [] : [3600, 3 * 86_400];
  world.clock = pick(world.chance, [...past, ...ahead]);
  if (world.chance(2) === 0) world.changes.change();
  await backUp(world, world.main);
}

/** Another directory stands in the place of the source: a copy of it that went its own way, with the times that it had. */
export async function otherRoot(world: World): Promise<void> {
  const other = world.scratch();
  copyTree(world.source, other);
  const changes = new Changes(other, world.chance);
  for (let n = 1 + world.chance(3); n > 0; n--) changes.sameSizeAndTime();
  const aside = world.scratch();
  Deno.renameSync(world.source, aside);
  Deno.renameSync(other, world.source);
  const came = join(world.source, "came");
  if (world.chance(2) === 0 && !isThere(came)) Deno.writeTextFileSync(came, "later");
  world.remove(aside);
  if (world.chance(2) === 0) {
    world.knowsLess();
    world.remove(`${world.state}/index`);
  }
  await backUp(world, world.main);
}

/** The source goes on changing by all that can happen while it is read: the next run is right, and what was there stays. */
export async function lively(world: World): Promise<void> {
  const vault = world.main;
  const args = ["backup", world.source, vault.path, "--json", "--allow-mass-change"];
  let ended = false;
  const live = async (): Promise<void> => {
    await new Promise((done) => setTimeout(done, 150 + world.chance(200)));
    for (let n = 0; !ended && n < 40; n++) {
      world.changes.change();
      await new Promise((done) => setTimeout(done, 4));
    }
  };
  const living = live();
  const done = await world.hikae(args, { codes: [0, 3], writesSource: true });
  ended = true;
  await living;
  const stamp = String(lines(done, "summary").at(-1)?.stamp);
  vault.finished(stamp, await told(world, vault, stamp)).troubled = done.code === 3;
  await backUp(world, vault);
  await holdRestore(world, vault, pick(world.chance, vault.living));
  await holdVerify(world, vault);
}

/** What a snapshot gives back, by itself: it must stay so. */
async function told(world: World, vault: Kept, stamp: string): Promise<Tree> {
  const to = world.scratch();
  const args = ["restore", vault.path, "--at", stamp, "--to", to, "--json"];
  await world.hikae(args, { codes: [0, 3] });
  const tree: Tree = isThere(to) ? readTree(to) : new Map();
  world.remove(to);
  return tree;
}
