/** Steps of a restore into what is there, of attributes, of bundles that go on from each other, and of a disk that is full. */

import { join } from "@std/path";
import { pick } from "../maintain/days_source.ts";
import { Changes } from "./changes.ts";
import { holdAll, holdRestore, holdVerify, lines, restored } from "./holding.ts";
import { Kept, type KeptSnapshot } from "./kept.ts";
import { backUp } from "./steps_places.ts";
import { readTree, type Tree, type TreeEntry } from "./tree.ts";
import type { World } from "./world.ts";

/** A snapshot of the main vault about which all is said. */
function whole(world: World): KeptSnapshot | undefined {
  const all = world.main.living.filter((s) =>
    s.unsaid.size === 0 && s.mayGo.size === 0 && s.troubled !== true
  );
  return all.length === 0 ? undefined : pick(world.chance, all);
}

type Rule = "always" | "never" | "if-newer" | "if-changed";

/** Each rule of what is replaced, where another snapshot was and people went on. */
export async function overwrite(world: World): Promise<void> {
  const [s, other] = [whole(world), whole(world)];
  if (s === undefined || other === undefined) return;
  const { path } = world.main;
  const to = world.scratch();
  await world.hikae(["restore", path, "--at", other.stamp, "--to", to, "--json"]);
  const changes = new Changes(to, world.chance);
  for (let n = world.chance(12); n > 0; n--) changes.change();
  const rule: Rule = pick(world.chance, ["always", "never", "if-newer", "if-changed"]);
  const args = ["restore", path, "--at", s.stamp, "--to", to, `--overwrite=${rule}`, "--json"];
  const before = readTree(to);
  const dry = await world.hikae([...args, "--dry-run"], { codes: [0, 3] });
  world.same(before, readTree(to), "the target after a dry run");
  if (world.chance(4) === 0) await world.killed(args, 100 + world.chance(500));
  const done = await world.hikae(args, { codes: [dry.code] });
  const got = readTree(to);
  const wrong = [...new Set([...s.tree.keys(), ...before.keys(), ...got.keys()])].flatMap((p) => {
    const said = follows(rule, { want: s.tree.get(p), had: before.get(p), has: got.get(p) });
    return said === undefined || (done.code === 3 && blocked(p, s.tree, before)) ? [] : [
      `${JSON.stringify(p)}: ${said} ${JSON.stringify([s.tree.get(p), before.get(p), got.get(p)])}`,
    ];
  });
  if (wrong.length > 0) throw new Error(`--overwrite=${rule}: ${wrong.slice(0, 8).join("\n  ")}`);
  const again = await world.hikae([...args, "--dry-run"], { codes: [done.code] });
  const [{ files_restored = 0 } = {}] = lines(again, "summary");
  if (rule !== "never" && done.code === 0 && Number(files_restored) > 0) {
    throw new Error(`--overwrite=${rule} would do more when done again: ${again.stdout}`);
  }
  world.remove(to);
}

interface There {
  want: TreeEntry | undefined;
  had: TreeEntry | undefined;
  has: TreeEntry | undefined;
}

/** What is wrong with an entry after a restore by a rule; undefined when nothing is. */
function follows(rule: Rule, { want, had, has }: There): string | undefined {
  if (want === undefined) return same(had, has) ? undefined : "was not to be touched";
  if (want.type === "dir") {
    if (had === undefined || had.type === "dir" || rule === "always") {
      return has?.type === "dir" ? undefined : "is no directory";
    }
    return undefined;
  }
  if (had === undefined) return same(want, has) ? undefined : "did not come back";
  if (rule === "never") return same(had, has) ? undefined : "was replaced";
  if (rule === "always") return same(want, has) ? undefined : "was not replaced";
  if (had.type !== "file" || want.type !== "file") return undefined;
  const alike = had.size === want.size && had.mtime === want.mtime;
  const replaced = rule === "if-newer" ? want.mtime > had.mtime : !alike;
  if (!replaced) return had.hash === has?.hash ? undefined : "was replaced";
  return want.hash === has?.hash ? undefined : "was not replaced";
}

/** The same content, with the attributes that a restore gives. */
function same(one: TreeEntry | undefined, other: TreeEntry | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  if (one.type !== other.type || one.hash !== other.hash) return false;
  return one.type === "dir" || (one.mtime === other.mtime && one.mode === other.mode);
}

/** A path at which, above which or below which something of another type is in the way. */
function blocked(path: string, wanted: Tree, before: Tree): boolean {
  const parts = path.split("/");
  const above = parts.map((_, i) => parts.slice(0, i + 1).join("/"));
  return above.some((p) => {
    const [want, had] = [wanted.get(p), before.get(p)];
    return want !== undefined && had !== undefined && want.type !== had.type;
  });
}

/** Extended attributes, kept and given back. */
export async function attributes(world: World): Promise<void> {
  const files = [...readTree(world.source)].filter(([, e]) => e.type !== "link").map(([p]) => p);
  for (let n = 1 + world.chance(6); n > 0; n--) {
    const at = join(world.source, pick(world.chance, files));
    const value = `0x${Math.floor(world.chance(1e9)).toString(16).padStart(8, "0")}00`;
    const name = pick(world.chance, ["user.a", "user.b", "user.a.b", "user.=x"]);
    if (!setAttribute(at, name, value)) return;
  }
  await backUp(world, world.main, "--attributes");
  const stamp = world.main.newest?.stamp ?? "";
  const wanted = dump(world.source);
  world.attributes.push({ stamp, wanted });
  const asked = pick(world.chance, world.attributes);
  const there = world.main.living.find((s) => s.stamp === asked.stamp);
  if (there === undefined || there.mayGo.size > 0 || there.unsaid.size > 0) return;
  const to = world.scratch();
  await world.hikae(
    ["restore", world.main.path, "--at", asked.stamp, "--to", to, "--attributes", "--json"],
  );
  restored(world, there, readTree(to));
  const got = dump(to);
  if (got !== asked.wanted) {
    throw new Error(`attributes at ${asked.stamp}: ${got}\n  instead of ${asked.wanted}`);
  }
  world.remove(to);
}

/** False where there is no program for it, or the disk has none. */
function setAttribute(at: string, name: string, value: string): boolean {
  try {
    const args = ["-n", name, "-v", value, at];
    return new Deno.Command("setfattr", { args, stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

/** All attributes of users below a directory, as text. */
function dump(root: string): string {
  const { stdout } = new Deno.Command("getfattr", {
    args: ["-R", "-P", "-h", "-d", "-e", "hex", "-m", "^user\\.", "."],
    cwd: root,
    stderr: "null",
  }).outputSync();
  const blocks = new TextDecoder().decode(stdout).split("\n\n").filter((b) => b !== "");
  return JSON.stringify(blocks.map((b) => b.split("\n").sort().join("\n")).sort());
}

/** One more bundle of a chain, and what it must give back. */
export async function chain(world: World): Promise<void> {
  const { chain, main } = world;
  const to = chain.to ??= world.scratch();
  if (chain.recipient === undefined) {
    const keygen = await world.hikae(["bundle", "keygen", "--json"]);
    const [{ recipient = "", identity = "" } = {}] = lines(keygen, "answer");
    chain.key = world.scratch();
    chain.recipient = String(recipient);
    Deno.writeTextFileSync(chain.key, String(identity), { mode: 0o600 });
    Deno.mkdirSync(to);
  }
  const key = ["--identity", chain.key ?? ""];
  const some = [["--full"], ["--full-when", "50%"], ["--volume-size", "1M"], [], [], []];
  const more = pick(world.chance, some);
  const create = ["bundle", "create", main.path, "--to", to, "--recipient", chain.recipient];
  if (world.chance(4) === 0) {
    await world.killed([...create, ...more, "--json"], 200 + world.chance(900));
  }
  await world.hikae([...create, ...more, "--json"]);
  const { newest } = main;
  if (newest !== undefined) chain.snapshots.push(newest);
  if (world.chance(3) === 0) await world.hikae(["bundle", "verify", to, "--json"]);
  if (world.chance(3) === 0) await world.hikae(["bundle", "verify", to, ...key, "--json"]);
  if (world.chance(3) === 0) {
    const rules = ["--keep-last", `${1 + world.chance(3)}`];
    const plan = await world.hikae(["bundle", "prune", "--plan", to, ...key, ...rules, "--json"]);
    removePlanned(world, lines(plan, "decision"));
  }
  const s = world.chance(3) === 0 ? newest : pick(world.chance, chain.snapshots);
  if (s !== undefined) await fromBundles(world, s, key);
}

/** Whoever may removes what the plan names; what is younger than the oldest that stays is still there. */
function removePlanned({ chain }: World, decisions: readonly Record<string, unknown>[]): void {
  for (const { keep, objects } of decisions) {
    if (keep !== false || !Array.isArray(objects)) continue;
    for (const name of objects) Deno.removeSync(join(chain.to ?? "", String(name)));
  }
  const oldest = decisions.filter((d) => d.keep === true).map((d) => String(d.stamp)).sort()[0];
  chain.snapshots = chain.snapshots.filter((s) => s.stamp >= (oldest ?? ""));
}

/** A snapshot from the bundles: whole, or it is said that it is not there. */
async function fromBundles(world: World, s: KeptSnapshot, key: string[]): Promise<void> {
  const back = world.scratch();
  const to = world.chain.to ?? "";
  const args = ["bundle", "restore", to, "--to", back, ...key, "--at", s.stamp, "--json"];
  await world.hikae(args);
  // what an exclude rule left out is not said
  const got = readTree(back);
  const gone = s.unsaid.size > 0 ? [] : [...s.mayGo].filter((path) => !got.has(path));
  restored(world, s, got, new Set(gone));
  world.remove(back);
}

/** A disk that is full: what was there stays whole, and when there is room the next run has all. */
export async function full(world: World): Promise<void> {
  const bytes = [...readTree(world.source).values()].reduce((sum, e) => sum + e.size + 4096, 0);
  const at = world.disk(Math.ceil(bytes / 1024) * 4 + 2048);
  if (at === undefined) return;
  const vault = new Kept(join(at, "v"), world.source);
  await backUp(world, vault, "--init");
  if (world.chance(2) === 0) {
    for (let n = 6; n > 0; n--) world.changes.change();
    await backUp(world, vault);
  }
  for (let n = 6 + world.chance(20); n > 0; n--) world.changes.change();
  const filler = join(at, "filler");
  fill(filler, world.chance(3) * 40_000);
  for (let n = 1 + world.chance(3); n > 0; n--) {
    if (world.chance(3) === 0) await pruneFull(world, vault);
    else await backUpFull(world, vault);
    await holdRestore(world, vault, pick(world.chance, vault.living));
    if (world.chance(2) === 0) world.changes.change();
  }
  world.remove(filler);
  await backUp(world, vault);
  await holdAll(world, vault);
  world.unmount(at);
}

/** A run on a full disk, now and then with another vault beside it that has room. */
async function backUpFull(world: World, vault: Kept): Promise<void> {
  const others = world.chance(3) === 0 ? [world.main] : [];
  const places = [vault, ...others].map((v) => v.path);
  const args = ["backup", world.source, ...places, "--json", "--allow-mass-change"];
  const done = await world.hikae(args, { codes: [0, 1, 3] });
  const summaries = lines(done, "summary");
  for (const other of others) {
    const stamp = summaries.find((m) => m.vault === other.path)?.stamp;
    other.finished(String(stamp), readTree(world.source));
  }
  if (done.code === 0) {
    const stamp = summaries.find((m) => m.vault === vault.path)?.stamp;
    vault.finished(String(stamp), readTree(world.source));
    return;
  }
  const known = new Set(vault.ever.map((s) => s.stamp));
  const list = await world.hikae(["list", vault.path, "--json"]);
  for (const s of lines(list, "snapshot")) {
    if (!known.has(String(s.stamp)) && s.state !== "interrupted") {
      vault.doubtful.add(String(s.stamp));
    }
  }
}

/** Thinning on a full disk: what stays is whole, whether it came to its end or not. */
async function pruneFull(world: World, vault: Kept): Promise<void> {
  const args = ["prune", vault.path, `--keep-last=${1 + world.chance(2)}`, "--json"];
  const plan = lines(await world.hikae([...args, "--dry-run"]), "decision");
  const going = plan.filter((d) => "stamp" in d && d.keep === false).map((d) => String(d.stamp));
  const done = await world.hikae(args, { codes: [0, 1, 3] });
  if (done.code !== 0) { for (const stamp of going) vault.doubtful.add(stamp); }
  vault.forget(new Set(going));
}

/** Fills a disk but for so many bytes. */
function fill(filler: string, free: number): void {
  const piece = new Uint8Array(1 << 16);
  using file = Deno.openSync(filler, { write: true, create: true });
  let size = 0;
  try {
    for (;;) size += file.writeSync(piece);
  } catch {
    // it is full
  }
  file.truncateSync(Math.max(0, size - free));
}

/** The disk of the index at home is full: backups are whole all the same. */
export async function homeFull(world: World): Promise<void> {
  const at = world.disk(1500 + world.chance(1500));
  if (at === undefined) return;
  const before = world.state;
  world.knowsLess();
  const filler = join(at, "filler");
  world.state = join(at, "state");
  if (world.chance(2) === 0) await backUp(world, world.main);
  fill(filler, world.chance(4) * 20_000);
  const args = ["backup", world.source, world.main.path, "--json", "--allow-mass-change"];
  const done = await world.hikae(args, { codes: [0, 1, 3] });
  const stamp = lines(done, "summary")[0]?.stamp;
  if (done.code === 0) world.main.finished(String(stamp), readTree(world.source));
  else world.main.doubtful.add(String(stamp));
  await holdRestore(world, world.main, pick(world.chance, world.main.living));
  world.remove(filler);
  await backUp(world, world.main);
  await holdVerify(world, world.main);
  world.state = before;
  world.unmount(at);
}
