/** Steps that ask, bring back, and move in and out. */

import { join } from "@std/path";
import { spawn } from "../helpers/cli_helper.ts";
import { enter, serving } from "../serve/serving.ts";
import { pick } from "../maintain/days_source.ts";
import { covers, holdCat, holdHistory, holdRestore, lines, lsAgrees, restored } from "./holding.ts";
import { isContent, Kept, type KeptSnapshot } from "./kept.ts";
import { flip } from "./steps_upkeep.ts";
import { copyTree, digest, readTree, type Tree } from "./tree.ts";
import type { World } from "./world.ts";

/** A snapshot of the main vault about which all is said. */
function whole(world: World): KeptSnapshot | undefined {
  const all = world.main.living.filter((s) =>
    s.unsaid.size === 0 && s.mayGo.size === 0 && s.troubled !== true
  );
  return all.length === 0 ? undefined : pick(world.chance, all);
}

/** Some snapshot, whole. */
export async function restore(world: World): Promise<void> {
  const vault = world.someVault();
  await holdRestore(world, vault, pick(world.chance, vault.living));
}

/** A path that some snapshot has. */
function somePath(world: World, vault: Kept): [KeptSnapshot, string] | undefined {
  const s = pick(world.chance, vault.living);
  const paths = [...s.tree].filter(([, e]) => isContent(e)).map(([p]) => p);
  return paths.length === 0 ? undefined : [s, pick(world.chance, paths)];
}

/** `cat`, `history` and `find` of one path, and it alone restored. */
export async function onePath(world: World): Promise<void> {
  const vault = world.main;
  const [s, path] = somePath(world, vault) ?? [];
  if (s === undefined || path === undefined) return;
  if (s.tree.get(path)?.type === "file" && !s.mayGo.has(path)) {
    const done = await catBytes(world, vault, [s.stamp, path]);
    if (digest(done) !== s.tree.get(path)?.hash) throw new Error(`cat ${path} at ${s.stamp}`);
  }
  await holdHistory(world, vault, path);
  await holdCat(world, vault, s, path);
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (/[*?[\]{}\\!#]|^\s|\s$/.test(name)) return;
  const found = lines(await world.hikae(["find", vault.path, "--json", "--", name]), "version");
  covers(vault, path, found.filter((v) => v.path === path), "find");
}

async function catBytes(
  world: World,
  vault: Kept,
  [stamp, path]: readonly [string, string],
): Promise<Uint8Array> {
  world.called.push(`hikae cat ${vault.path} ${JSON.stringify(path)} --at ${stamp}`);
  const child = spawn(["cat", vault.path, "--at", stamp, "--", path], world.options());
  const { code, stdout, stderr } = await child.output();
  if (code !== 0) throw new Error(`cat ended with ${code}: ${new TextDecoder().decode(stderr)}`);
  return stdout;
}

/** Into a directory that holds something else already, by each rule for what is there. */
export async function into(world: World): Promise<void> {
  const [s, other] = [whole(world), whole(world)];
  if (s === undefined || other === undefined) return;
  const { path } = world.main;
  const to = world.scratch();
  await world.hikae(["restore", path, "--at", other.stamp, "--to", to, "--json"]);
  const mode = pick(world.chance, ["always", "always", "if-changed"]);
  const more = world.chance(2) === 0 ? ["--delete"] : [];
  const args = ["restore", path, "--at", s.stamp, "--to", to, `--overwrite=${mode}`, ...more];
  const before = readTree(to);
  // without --delete a directory with more in it may stand where a file belongs: told, exit 3
  const codes = more.length > 0 ? [0] : [0, 3];
  await world.hikae([...args, "--dry-run", "--json"], { codes });
  world.same(before, readTree(to), "the target after a dry run");
  if (world.chance(3) === 0) await world.killed([...args, "--json"], 100 + world.chance(500));
  const done = await world.hikae([...args, "--json"], { codes });
  // two names that are there with the content of then are left as they are, one file or two
  const loose = { extra: more.length === 0, inodes: true };
  const asWas = mode === "if-changed" ? new Set(alike(before, s.tree)) : new Set<string>();
  const got = readTree(to);
  for (const path of asWas) got.delete(path);
  if (done.code === 0) restored(world, s, got, asWas, loose);
  world.remove(to);
}

/** In place: the source is as it was then. */
export async function inPlace(world: World): Promise<void> {
  const s = whole(world);
  if (s === undefined) return;
  const args = ["restore", world.main.path, "--at", s.stamp, "--in-place", "--delete", "--json"];
  await world.hikae(args, { writesSource: true });
  restored(world, s, readTree(world.source), new Set(), { inodes: true });
}

/** A byte of a record is another: what is answered is right, or it is said that it may not be. */
export async function recordTrouble(world: World): Promise<void> {
  const copy = world.scratch();
  copyTree(world.main.path, copy);
  const runs = join(copy, ".$META$", "runs");
  const records = [...Deno.readDirSync(runs)].map((e) => e.name).filter((n) =>
    n.endsWith(".jsonl")
  );
  flip(join(runs, pick(world.chance, records.sort())), world.chance);
  const some = [world.main.newest, pick(world.chance, world.main.living)];
  if (world.chance(2) === 0) {
    const to = ["backup", world.source, copy, "--json", "--allow-mass-change"];
    await world.hikae(to, { codes: [0, 1, 3] });
  }
  for (const s of some) {
    if (s === undefined) continue;
    const to = world.scratch();
    const codes = [0, 1, 3];
    const ls = await world.hikae(["ls", copy, "--at", s.stamp, "--json"], { codes });
    const gone = ls.code === 0 ? lsAgrees(ls, s) : new Set<string>();
    const done = await world.hikae(["restore", copy, "--at", s.stamp, "--to", to, "--json"], {
      codes,
    });
    if (done.code === 0) restored(world, s, readTree(to), gone);
    world.remove(to);
  }
  world.remove(copy);
}

/** A copy of the source becomes a vault. */
export async function adopt(world: World): Promise<void> {
  const copy = world.scratch();
  copyTree(world.source, copy);
  for (let n = pick(world.chance, [0, 1, 3, 12]); n > 0; n--) world.changes.change();
  const args = ["adopt", copy, "--source", world.source, "--allow-mass-change", "--json"];
  const before = readTree(copy);
  if ([...before.keys()].some((path) => path.split("/").includes(".$META$"))) {
    // one with a file of the name of a vault's is a damaged vault, as every command says
    await world.hikae(args, { codes: [1, 13] });
    world.same(before, readTree(copy), "a copy that was refused");
    return world.remove(copy);
  }
  if (world.chance(3) === 0) await world.killed(args, 150 + world.chance(900));
  await world.hikae(args);
  const vault = new Kept(copy, world.source);
  const list = lines(await world.hikae(["list", copy, "--json"]), "snapshot");
  if (list.length !== 2) throw new Error(`${list.length} snapshots of an adopted copy`);
  vault.finished(String(list[0]?.stamp), before);
  vault.finished(String(list[1]?.stamp), readTree(world.source));
  for (const s of vault.living) await holdRestore(world, vault, s);
  world.remove(copy);
}

/** A series of copies becomes the runs of a new vault. */
export async function importSeries(world: World): Promise<void> {
  const [dir, to] = [world.scratch(), world.scratch()];
  Deno.mkdirSync(dir);
  const copies = ["2026-01-01_120000", "2026-01-02_120000", "2026-01-03_120000"];
  const trees = copies.map((name) => {
    copyTree(world.source, join(dir, name));
    const tree = readTree(join(dir, name));
    for (let n = world.chance(4); n > 0; n--) world.changes.change();
    return tree;
  });
  const args = ["import", ...copies.map((n) => join(dir, n)), "--to", to, "--init", "--json"];
  // a copy that has such a file is taken for a vault, and refused
  if (trees.some((tree) => tree.has(".$META$/vault.json"))) {
    await world.hikae(args, { codes: [1] });
    return world.remove(dir, to);
  }
  await world.hikae(args);
  const vault = new Kept(to, world.source);
  const list = lines(await world.hikae(["list", to, "--json"]), "snapshot");
  trees.forEach((tree, i) => vault.finished(String(list[i]?.stamp), tree));
  await holdRestore(world, vault, pick(world.chance, vault.living));
  world.remove(dir, to);
}

/** An encrypted bundle of what is new, and a state of it back. */
export async function bundle(world: World): Promise<void> {
  const [to, key] = [world.at("bundles"), world.at("key.txt")];
  const keygen = await world.hikae(["bundle", "keygen", "--json"]);
  const [{ recipient = "", identity = "" } = {}] = lines(keygen, "answer");
  Deno.writeTextFileSync(key, String(identity), { mode: 0o600 });
  const create = [
    "bundle",
    "create",
    world.main.path,
    "--to",
    to,
    "--recipient",
    String(recipient),
  ];
  const full = world.chance(4) === 0 ? ["--full"] : [];
  // each time another key, so each time all of it, or what is new under the new one
  world.remove(to);
  Deno.mkdirSync(to);
  await world.hikae([...create, ...full, "--json"]);
  const first = world.main.newest;
  world.changes.change();
  const run = await world.hikae([
    "backup",
    world.source,
    world.main.path,
    "--json",
    "--allow-mass-change",
  ]);
  world.main.finished(String(lines(run, "summary")[0]?.stamp), readTree(world.source));
  await world.hikae([...create, "--json"]);
  const s = world.chance(2) === 0 ? first : world.main.newest;
  if (s === undefined) return;
  const back = world.scratch();
  const args = [
    "bundle",
    "restore",
    to,
    "--to",
    back,
    "--identity",
    key,
    "--at",
    s.stamp,
    "--json",
  ];
  await world.hikae(args, { codes: s.mayGo.size > 0 ? [0, 3] : [0] });
  const got = readTree(back);
  restored(world, s, got, new Set([...s.mayGo].filter((path) => !got.has(path))));
  world.remove(back);
}

/** A file by the page of `serve`, and by its WebDAV. */
export async function serve(world: World): Promise<void> {
  const vault = world.main;
  const [s, path] = somePath(world, vault) ?? [];
  if (s === undefined || path === undefined || s.mayGo.has(path)) return;
  if (s.tree.get(path)?.type !== "file") return;
  world.called.push(`hikae serve ${vault.path} # ${JSON.stringify(path)} at ${s.stamp}`);
  world.count("hikae serve");
  await using server = await serving([vault.path], world.options());
  const site = await enter(server);
  const page = await (await site.visit("/v/0/")).text();
  const dav = /http:\/\/[^<]*\/dav\//.exec(page)?.[0];
  if (dav === undefined) throw new Error(`no page tells where WebDAV is: ${page.slice(0, 2000)}`);
  const at = `${dav}${s.stamp}/${path.split("/").map(encodeURIComponent).join("/")}`;
  const answer = await fetch(at);
  const content = new Uint8Array(await answer.arrayBuffer());
  if (answer.status !== 200 || digest(content) !== s.tree.get(path)?.hash) {
    throw new Error(`serve gives ${answer.status} and ${content.length} bytes for ${at}`);
  }
}

/** Files that have the same size and time in both trees, and other content: by these nothing has changed. */
function* alike(one: Tree, other: Tree): Generator<string> {
  for (const [path, { type, size, mtime, hash }] of one) {
    const there = other.get(path);
    const same = type === "file" && there?.type === "file" && there.size === size;
    if (same && there.mtime === mtime && there.hash !== hash) yield path;
  }
}
