/** Steps that back up. */

import { join } from "@std/path";
import type { RunResult } from "../helpers/cli_helper.ts";
import { pick } from "../maintain/days_source.ts";
import { holdDiff, holdList, holdLs, holdRestore, lines } from "./holding.ts";
import type { Kept } from "./kept.ts";
import { differences, readTree, type Tree } from "./tree.ts";
import type { World } from "./world.ts";

/** Notes the snapshots that a run made. */
function finished(
  world: World,
  done: RunResult,
  vaults: readonly Kept[],
  leftOut?: (path: string) => boolean,
): void {
  const source = readTree(world.source);
  for (const vault of vaults) {
    const summary = lines(done, "summary").find((m) => m.vault === vault.path);
    if (summary === undefined) throw new Error(`no summary of ${vault.path}: ${done.stdout}`);
    vault.finished(String(summary.stamp), source, leftOut);
  }
}

/** A run with some of what a run may be told. */
export async function backup(world: World): Promise<void> {
  const c = world.chance;
  const vaults = c(5) === 0 ? world.vaults : [world.main];
  const some = ["--checksum", "--check-mirror", "--verify-share=20%"].filter(() => c(8) === 0);
  const share = c(4) === 0 ? [`--share=${pick(c, ["link", "never", "auto"])}`] : [];
  const args = [
    "backup",
    world.source,
    ...vaults.map((v) => v.path),
    "--json",
    "--allow-mass-change",
  ];
  finished(world, await world.hikae([...args, ...some, ...share]), vaults);
}

/** A run that keeps only so many generations. */
export async function generations(world: World): Promise<void> {
  const n = world.chance(4);
  const args = ["backup", world.source, world.main.path, "--json", "--allow-mass-change"];
  const done = await world.hikae([...args, `--max-generations=${n}`]);
  finished(world, done, [world.main]);
  world.main.limited(n);
}

/** A dry run: it writes nothing, and tells what the run after it does. */
export async function dryRun(world: World): Promise<void> {
  const vault = world.main;
  const args = ["backup", world.source, vault.path, "--json", "--allow-mass-change"];
  const before = world.vaultTree(vault);
  const dry = await world.hikae([...args, "--dry-run"]);
  world.same(before, world.vaultTree(vault), "the vault after a dry run");
  const done = await world.hikae(args);
  finished(world, done, [vault]);
  const [told = {}, was = {}] = [lines(dry, "summary")[0], lines(done, "summary")[0]];
  for (const key of ["files_new", "files_changed", "files_deleted", "dirs_new", "dirs_deleted"]) {
    if (told[key] === was[key]) continue;
    throw new Error(`${key}: ${told[key]} in the dry run, then ${was[key]}`);
  }
}

/** Two ways to leave out `*.tmp` and what is called A: a rule, and a plugin that filters. */
export async function excluded(world: World): Promise<void> {
  const out = (path: string): boolean => /(^|\/)[^/]*\.tmp$|(^|\/)A$/.test(path);
  const vault = world.main;
  const rules = ["--exclude=*.tmp", "--exclude=A"];
  let args = ["backup", world.source, vault.path, ...rules];
  let manner = {};
  if (world.chance(2) === 0) {
    const config = world.at("hikae.jsonc");
    const plugins = [{ path: "hikae:skip_rules", options: { patterns: ["*.tmp", "A"] } }];
    const jobs = { life: { source: world.source, vaults: [vault.path], plugins } };
    Deno.writeTextFileSync(config, JSON.stringify({ jobs }));
    args = ["backup", "life", "--config", config];
    manner = { cwd: world.dir.path };
  }
  const done = await world.hikae([...args, "--json", "--allow-mass-change"], manner);
  finished(world, done, [vault], out);
}

/** A source that is suddenly empty, and one whose files are all others: the run stops before it writes. */
export async function guarded(world: World): Promise<void> {
  const vault = world.main;
  const args = ["backup", world.source, vault.path, "--json"];
  const before = world.vaultTree(vault);
  if (world.chance(2) === 0) {
    const aside = world.scratch();
    const { mtime } = Deno.lstatSync(world.source);
    Deno.mkdirSync(aside);
    const all = [...Deno.readDirSync(world.source)];
    for (const { name } of all) Deno.renameSync(join(world.source, name), join(aside, name));
    if ((vault.newest?.tree.size ?? 0) > 1) await world.hikae(args, { codes: [4] });
    for (const { name } of all) Deno.renameSync(join(aside, name), join(world.source, name));
    if (mtime !== null) Deno.utimeSync(world.source, mtime, mtime);
    world.remove(aside);
    world.same(before, world.vaultTree(vault), "the vault after a stopped run");
    return;
  }
  for (let i = 0; i < 110; i++) Deno.writeTextFileSync(world.at("s", `mass ${i}`), `mass ${i}`);
  finished(world, await world.hikae([...args, "--allow-mass-change"]), [vault]);
  world.changes.changeAll();
  const full = world.vaultTree(vault);
  await world.hikae(args, { codes: [4] });
  world.same(full, world.vaultTree(vault), "the vault after a stopped run");
  finished(world, await world.hikae([...args, "--allow-mass-change"]), [vault]);
  for (let i = 0; i < 110; i++) world.remove(world.at("s", `mass ${i}`));
}

/** Files that change while the run reads them: each comes as it was at some moment, the rest as it is. */
export async function changing(world: World): Promise<void> {
  const vault = world.main;
  const args = ["backup", world.source, vault.path, "--json", "--allow-mass-change"];
  const files = [...readTree(world.source)].filter(([, e]) => e.type === "file" && e.inode === "");
  const moving = Array.from(
    { length: Math.min(5, files.length) },
    () => pick(world.chance, files)[0],
  );
  let ended = false;
  const write = async (): Promise<void> => {
    for (let n = 0; !ended; n++) {
      const path = moving[n % moving.length];
      if (path !== undefined) Deno.writeTextFileSync(world.at("s", path), `now ${n}\n`.repeat(20));
      await new Promise((done) => setTimeout(done, 7));
    }
  };
  const before = readTree(world.source);
  const writing = write();
  const done = await world.hikae(args, { codes: [0, 3], writesSource: true });
  ended = true;
  await writing;
  const stamp = String(lines(done, "summary").at(-1)?.stamp);
  vault.finished(stamp, await settled(world, vault, stamp, { before, moving }));
  // what was read while it changed must be seen by the next run
  finished(world, await world.hikae(args), [vault]);
}

/** What a run has of files that moved: whatever came back of those, the rest as it was. */
async function settled(
  world: World,
  vault: Kept,
  stamp: string,
  { before, moving }: { before: Tree; moving: readonly string[] },
): Promise<Tree> {
  const to = world.scratch();
  await world.hikae(["restore", vault.path, "--at", stamp, "--to", to, "--json"], {
    codes: [0, 3],
  });
  const got = readTree(to);
  world.remove(to);
  const loose = { paths: new Set(moving) };
  const said = differences(before, got, loose).filter((line) => !line.includes(" 0 instead"));
  if (said.length > 0) throw new Error(`a run beside a writer: ${said.slice(0, 9).join("\n  ")}`);
  const tree = new Map(before);
  for (const path of moving) {
    const entry = got.get(path);
    if (entry === undefined) tree.delete(path);
    else tree.set(path, entry);
  }
  for (const [path, entry] of got) if (entry.type === "dir") tree.set(path, entry);
  return tree;
}

/** A run that is killed, and the next, which mends. */
export async function killedBackup(world: World): Promise<void> {
  const vault = world.main;
  const args = ["backup", world.source, vault.path, "--json", "--allow-mass-change"];
  for (let n = 1 + world.chance(2); n > 0; n--) {
    await world.killed(args, 150 + world.chance(900));
    vault.killed++;
    await noteKilled(world, vault);
    if (vault.living.length > 0) await holdRestore(world, vault, pick(world.chance, vault.living));
    if (world.chance(2) === 0) world.changes.change();
  }
  finished(world, await world.hikae(args), [vault]);
}

/** A killed run may have come to its end. */
export async function noteKilled(world: World, vault: Kept): Promise<void> {
  const done = await world.hikae(["list", vault.path, "--json"], { codes: [0, 10] });
  const known = new Set(vault.ever.map((s) => s.stamp));
  for (const s of lines(done, "snapshot")) {
    if (s.state === "interrupted" || known.has(String(s.stamp))) continue;
    vault.finished(String(s.stamp), readTree(world.source));
  }
}

/** Two sources at once, each into a vault of its own name. */
export async function severalSources(world: World): Promise<void> {
  const [to, other] = [world.scratch(), world.scratch()];
  Deno.mkdirSync(other);
  Deno.writeTextFileSync(join(other, "only"), "one file");
  await world.hikae(["backup", world.source, other, "--to", to, "--json", "--init"]);
  for (const source of [world.source, other]) {
    const vault = join(to, source.slice(source.lastIndexOf("/") + 1));
    const back = world.scratch();
    await world.hikae(["restore", vault, "--to", back, "--json"]);
    world.same(readTree(source), readTree(back), `${source} by --to`);
    world.remove(back);
  }
  world.remove(to, other);
}

/** Two commands at once: a writer waits or is refused, who reads is answered as of a finished run. */
export async function together(world: World): Promise<void> {
  const vault = world.main;
  const s = pick(world.chance, vault.living);
  const to = world.scratch();
  const write = ["backup", world.source, vault.path, "--json", "--allow-mass-change"];
  const others = [
    write,
    ["restore", vault.path, "--at", s.stamp, "--to", to, "--json"],
    ["verify", vault.path, "--json"],
    ["reindex", vault.path, "--json"],
    ["dedupe", vault.path, "--json"],
    ["ls", vault.path, "--at", s.stamp, "--json"],
  ];
  const other = pick(world.chance, others);
  const lacks = s.mayGo.size > 0 || s.troubled === true;
  const codes = other[0] === "restore" && lacks ? [0, 3] : [0, 11];
  const both = [
    world.hikae(write, { codes: [0, 11] }),
    world.hikae(other, { codes }),
  ];
  const [one, two] = await Promise.all(both);
  const runs = [one, two].filter((d) =>
    d !== undefined && d.code === 0 && lines(d, "summary")
      .some((m) => m.files_unmodified !== undefined)
  );
  const stamps = runs.map((d) => String(lines(d as RunResult, "summary").at(-1)?.stamp)).sort();
  for (const stamp of stamps) vault.finished(stamp, readTree(world.source));
  if (one?.code !== 0 && two?.code !== 0) throw new Error("both were refused");
  world.remove(to);
  await holdLs(world, vault, s);
  await holdList(world, vault);
}

/** What two snapshots differ in. */
export async function diff(world: World): Promise<void> {
  const { living } = world.main;
  const a = world.chance(living.length);
  const b = a + world.chance(living.length - a);
  const [one, other] = [living[a], living[b]];
  if (one !== undefined && other !== undefined && one !== other) {
    await holdDiff(world, world.main, [one, other]);
  }
}
