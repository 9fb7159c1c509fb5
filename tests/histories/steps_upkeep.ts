/** Steps that remove, mend and look after a vault. */

import { pick } from "../maintain/days_source.ts";
import { holdList, holdLs, holdRestore, holdVerify, lines } from "./holding.ts";
import { isContent, type Kept } from "./kept.ts";
import { copyTree, readTree } from "./tree.ts";
import type { World } from "./world.ts";

/** The rules of a prune, by chance. */
function rules(world: World): string[] {
  const c = world.chance;
  const all = [
    () => [`--keep-last=${1 + c(5)}`],
    () => ["--keep-within=1d"],
    () => ["--keep-daily=1", `--keep-last=${2 + c(4)}`],
    () => ["--keep-hourly=2", "--keep-yearly=1"],
    () => [`--keep-last=${1 + c(4)}`, "--keep-min-versions=2"],
    () => [`--keep-last=${1 + c(4)}`, "--keep-deleted=1d"],
    () => [`--snapshot-number=${2 + c(4)}`],
  ];
  return pick(c, all)();
}

type Decisions = ReturnType<typeof lines>;

const told = (decisions: Decisions): string =>
  JSON.stringify(decisions.map(({ dry_run: _, ...d }) => JSON.stringify(d)).sort());

/** Tells what would go, writes nothing; then does it, and tells the same. */
async function both(world: World, vault: Kept, args: readonly string[]): Promise<Decisions> {
  const before = world.vaultTree(vault);
  const dry = await world.hikae([...args, "--dry-run"]);
  world.same(before, world.vaultTree(vault), `the vault after a dry run of ${args[0]}`);
  const done = await world.hikae(args);
  const [was, is] = [lines(dry, "decision"), lines(done, "decision")];
  // before the repair of a killed run not all is known
  if (vault.killed === 0 && told(was) !== told(is)) {
    throw new Error(`${args[0]} did not do what it told: ${told(was)}\n${told(is)}`);
  }
  return is;
}

const going = (decisions: Decisions): Set<string> =>
  new Set(decisions.filter((d) => "stamp" in d && d.keep === false).map((d) => String(d.stamp)));

/** `prune`, once killed on the way now and then. */
export async function prune(world: World): Promise<void> {
  const vault = world.someVault();
  const args = ["prune", vault.path, ...rules(world), "--json"];
  const last = /^--(?:keep-last|snapshot-number)=(\d+)$/.exec(args[2] ?? "")?.[1];
  if (world.chance(4) === 0) await killed(world, vault, args);
  const kept = await both(world, vault, args);
  vault.forget(going(kept));
  if (last !== undefined && args.length === 4 && vault.living.length > Number(last)) {
    throw new Error(`${args[2]} kept ${vault.living.length}`);
  }
  await holdList(world, vault);
}

/** A removal that is killed: what its rules keep stays whole, and doing it again comes to its end. */
async function killed(world: World, vault: Kept, args: readonly string[]): Promise<void> {
  const plan = going(lines(await world.hikae([...args, "--dry-run"]), "decision"));
  for (const stamp of plan) vault.doubtful.add(stamp);
  vault.forget(plan);
  await world.killed(args, 100 + world.chance(400));
  await holdList(world, vault);
  for (const s of vault.living.slice(-2)) await holdLs(world, vault, s);
}

/** `delete` of one or two snapshots; the newest cannot be. */
export async function deleteSome(world: World): Promise<void> {
  const vault = world.someVault();
  const old = vault.living.slice(0, -1);
  if (old.length === 0 || world.chance(6) === 0) {
    await world.hikae(["delete", vault.path, "latest", "--json"], { codes: [1] });
    return holdList(world, vault);
  }
  const stamps = [...new Set([pick(world.chance, old).stamp, pick(world.chance, old).stamp])];
  const args = ["delete", vault.path, ...stamps, "--json"];
  if (world.chance(4) === 0) {
    await killed(world, vault, args);
    await world.hikae(args, { codes: [0, 1] });
  } else vault.forget(going(await both(world, vault, args)));
  await holdList(world, vault);
}

/** `cleanup` of one run's deletions, or of all that are old enough: none is, or all are. */
export async function cleanup(world: World): Promise<void> {
  const vault = world.someVault();
  const args = ["cleanup", vault.path, ...retention(world, vault), "--json"];
  const decisions = await both(world, vault, args);
  for (const d of decisions) if (d.keep === false) vault.cleaned(String(d.path), String(d.to));
  await holdList(world, vault);
}

function retention(world: World, vault: Kept): string[] {
  const c = world.chance;
  if (c(4) === 0) return ["--max-retention=90d"];
  if (c(4) === 0) return ["--max-retention=0s"];
  const found = vault.living.flatMap((s, i) => {
    const before = vault.living[i - 1];
    const has = [...before?.tree ?? []].some(([p, e]) => isContent(e) && !s.tree.has(p));
    return has ? [s.stamp] : [];
  });
  if (found.length === 0) return ["--max-retention=90d"];
  const [, y, mo, d, h, m, s] = /^(....)(..)(..)_(..)(..)(..)$/.exec(pick(c, found)) ?? [];
  return [`--date=${y}-${mo}-${d} ${h}:${m}:${s}`];
}

/** `dedupe`: nothing that can be asked changes. */
export async function dedupe(world: World): Promise<void> {
  const vault = world.someVault();
  const mode = pick(world.chance, ["auto", "link"]);
  const args = ["dedupe", vault.path, `--share=${mode}`, "--json"];
  if (world.chance(4) === 0) await world.killed(args, 100 + world.chance(500));
  await both(world, vault, args);
  await holdVerify(world, vault);
}

/** Rot in the vault: `verify` finds it, `--repair` mends what the source still has. */
export async function rot(world: World): Promise<void> {
  const vault = world.main;
  const args = ["backup", world.source, vault.path, "--json", "--allow-mass-change"];
  const done = await world.hikae(args);
  const stamp = String(lines(done, "summary")[0]?.stamp);
  vault.finished(stamp, readTree(world.source));
  const files = [...vault.newest?.tree ?? []].filter(([path, e]) =>
    e.type === "file" && e.size > 0 && e.inode === "" && !path.includes("$META$")
  );
  if (files.length === 0) return;
  const [path] = pick(world.chance, files);
  flip(`${vault.path}/${path}`, world.chance);
  await world.hikae(["verify", vault.path, "--json"], { codes: [1] });
  await world.hikae(["verify", vault.path, "--repair", "--json"], { codes: [0, 1] });
  await holdVerify(world, vault);
}

/** Turns one bit of a file, and leaves its times as they were. */
export function flip(path: string, chance: World["chance"]): void {
  const { mtime, size } = Deno.lstatSync(path);
  using file = Deno.openSync(path, { read: true, write: true });
  const at = chance(size);
  const one = new Uint8Array(1);
  file.seekSync(at, Deno.SeekMode.Start);
  file.readSync(one);
  one[0] = (one[0] ?? 0) ^ (1 << chance(8));
  file.seekSync(at, Deno.SeekMode.Start);
  file.writeSync(one);
  if (mtime !== null) file.utimeSync(mtime, mtime);
}

/** The index at home is lost, damaged, cut off, or made again; or there is another home. */
export async function indexTrouble(world: World): Promise<void> {
  const vault = world.main;
  const what = world.chance(5);
  world.knowsLess();
  if (what === 0) world.remove(`${world.state}/index`);
  else if (what === 1) world.state = world.scratch();
  else if (what === 2) await world.hikae(["reindex", vault.path, "--json"]);
  else {
    for (const path of databases(`${world.state}/index`)) {
      if (world.chance(3) === 0) {
        Deno.truncateSync(path, world.chance(Deno.lstatSync(path).size + 1));
      } else for (let n = 1 + world.chance(80); n > 0; n--) flip(path, world.chance);
    }
  }
  const s = pick(world.chance, vault.living);
  await holdLs(world, vault, s);
  await holdList(world, vault);
}

function databases(dir: string): string[] {
  return [...Deno.readDirSync(dir)].sort((a, b) => a.name < b.name ? -1 : 1).flatMap((e) => {
    const path = `${dir}/${e.name}`;
    if (e.isDirectory) return databases(path);
    return e.isFile && Deno.lstatSync(path).size > 0 ? [path] : [];
  });
}

/** A vault that was moved to another path, or whose copy goes on in its place. */
export async function moved(world: World): Promise<void> {
  const vault = world.main;
  world.knowsLess();
  const to = world.scratchVault();
  if (world.chance(2) === 0) Deno.renameSync(vault.path, to);
  else {
    copyTree(vault.path, to);
    world.remove(vault.path);
  }
  vault.path = to;
  await holdRestore(world, vault, pick(world.chance, vault.living));
}
