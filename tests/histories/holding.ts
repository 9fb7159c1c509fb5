/** Whether a vault gives back what it must: each question by the command that a person would ask with. */

import { join } from "@std/path";
import type { RunResult } from "../helpers/cli_helper.ts";
import { isContent, type Kept, type KeptSnapshot, restoreCodes } from "./kept.ts";
import { readTree, type Tree, within } from "./tree.ts";
import type { World } from "./world.ts";

/** The messages of one type. */
export function lines(done: RunResult, type: string): Record<string, unknown>[] {
  return done.json.filter((m) => m.message_type === type);
}

/** `list`: the finished runs that no rule removed, and no others. */
export async function holdList(world: World, vault: Kept): Promise<void> {
  const done = await world.hikae(["list", vault.path, "--json"]);
  const listed = lines(done, "snapshot").filter((s) => s.state !== "interrupted");
  const stamps = listed.map((s) => String(s.stamp)).filter((s) => !vault.doubtful.has(s));
  const wanted = vault.living.map((s) => s.stamp);
  if (JSON.stringify(stamps) !== JSON.stringify(wanted)) {
    throw new Error(`list has ${stamps.join(" ")} instead of ${wanted.join(" ")}`);
  }
  for (const s of listed) {
    const known = vault.living.find(({ stamp }) => stamp === s.stamp);
    if (known === undefined) continue;
    if (s.proven === false) throw new Error(`${s.stamp} is not proven`);
    if (s.state === "partial" && known.mayGo.size === 0 && known.troubled !== true) {
      throw new Error(`${s.stamp} is partial, and no rule took anything: ${JSON.stringify(s)}`);
    }
  }
}

/** `ls`: every entry with its content, size and time; gives the files whose content is gone. */
export async function holdLs(world: World, vault: Kept, s: KeptSnapshot): Promise<Set<string>> {
  const done = await world.hikae(["ls", vault.path, "--at", s.stamp, "--json"]);
  return lsAgrees(done, s);
}

/** Holds the answer of `ls` against the model. */
export function lsAgrees(done: RunResult, s: KeptSnapshot): Set<string> {
  const gone = new Set<string>();
  const got: Tree = new Map();
  for (const e of lines(done, "entry")) {
    const path = String(e.path);
    const want = s.tree.get(path);
    if (e.gone === true) gone.add(path);
    const mtime = e.type === "link" ? 0 : Date.parse(String(e.mtime));
    got.set(path, {
      type: e.type as "file",
      hash: String(e.hash ?? ""),
      size: Number(e.size ?? 0),
      mode: want?.mode ?? 0,
      mtime,
      inode: "",
    });
  }
  const wanted = new Map([...s.tree].filter(([path]) => path !== ""));
  const said = differencesOf(wanted, got, s);
  if (said.length > 0) throw new Error(`ls --at ${s.stamp}: ${said.slice(0, 12).join("\n  ")}`);
  for (const path of gone) mayBeGone(s, path);
  return gone;
}

function differencesOf(wanted: Tree, got: Tree, s: KeptSnapshot): string[] {
  const said: string[] = [];
  for (const path of new Set([...wanted.keys(), ...got.keys()])) {
    if (within(s.unsaid, path)) continue;
    const [want, have] = [wanted.get(path), got.get(path)];
    if (want === undefined || have === undefined) {
      said.push(`${JSON.stringify(path)} is ${want === undefined ? "told" : "not told"}`);
    } else if (want.type === "dir") {
      if (have.type !== "dir" || (s.unsaid.size === 0 && have.mtime !== want.mtime)) {
        said.push(`${JSON.stringify(path)}: ${JSON.stringify([want, have])}`);
      }
    } else if (JSON.stringify({ ...want, inode: "" }) !== JSON.stringify(have)) {
      said.push(`${JSON.stringify(path)}: ${JSON.stringify([want, have])}`);
    }
  }
  return said;
}

function mayBeGone(s: KeptSnapshot, path: string): void {
  if (!s.mayGo.has(path) && !within(s.unsaid, path)) {
    throw new Error(`${s.stamp}: ${JSON.stringify(path)} is gone, and no rule took it`);
  }
}

/** `restore`: the whole tree comes back as it was, but for what a rule took. */
export async function holdRestore(world: World, vault: Kept, s: KeptSnapshot): Promise<void> {
  const gone = await holdLs(world, vault, s);
  const to = world.scratch();
  const verify = world.chance(3) === 0 ? ["--verify"] : [];
  const args = ["restore", vault.path, "--at", s.stamp, "--to", to, ...verify, "--json"];
  await world.hikae(args, { codes: gone.size > 0 ? [3] : restoreCodes(s) });
  restored(world, s, readTree(to), gone);
  world.remove(to);
}

/** Holds a restored tree against the model. */
export function restored(
  world: World,
  s: KeptSnapshot,
  got: Tree,
  gone: ReadonlySet<string> = new Set(),
  loose: { extra?: boolean; inodes?: boolean } = {},
): void {
  const wanted = new Map([...s.tree].filter(([path]) => !gone.has(path)));
  const inodes = loose.inodes === true || gone.size > 0;
  world.same(wanted, got, `restored ${s.stamp}`, { ...loose, inodes, paths: s.unsaid });
}

/** `verify`: all that is there is sound. */
export async function holdVerify(world: World, vault: Kept): Promise<void> {
  const codes = world.wentBack ? [0, 1] : [0];
  const done = await world.hikae(["verify", vault.path, "--json"], { codes });
  const [{ damaged, missing, unknown, strangers, errors } = {}] = lines(done, "summary");
  // who knew the vault before an older copy of it came back misses what that has not
  const missed = world.wentBack
    ? lines(done, "error").filter((e) => / is missing: its file went/.test(String(e.message)))
      .length
    : 0;
  const bad = { damaged, missing, unknown, strangers, errors: Number(errors) - missed };
  if (Object.values(bad).some((n) => n !== 0)) {
    throw new Error(`verify: ${JSON.stringify(bad)}\n${done.stdout.slice(-2000)}`);
  }
}

/** `history`: at each snapshot the version of then, and none where the path was not there. */
export async function holdHistory(world: World, vault: Kept, path: string): Promise<void> {
  const done = await world.hikae(["history", vault.path, path, "--json"], { codes: [0, 1] });
  const versions = lines(done, "version").filter((v) => v.path === path);
  covers(vault, path, versions, "history");
}

/** Holds versions of one path against all snapshots. */
export function covers(
  vault: Kept,
  path: string,
  versions: readonly Record<string, unknown>[],
  asked: string,
): void {
  for (const s of vault.living) {
    if (within(s.unsaid, path)) continue;
    const entry = s.tree.get(path);
    const then = versions.filter((v) =>
      v.type !== "dir" && v.from !== "unknown" && String(v.from) <= s.stamp &&
      (v.to === null || String(v.to) > s.stamp)
    );
    const wanted = isContent(entry) ? [`${entry?.type} ${entry?.hash}`] : [];
    const told = then.map((v) => `${v.type} ${v.hash}`);
    if (JSON.stringify(told) !== JSON.stringify(wanted)) {
      const all = versions.map((v) => JSON.stringify(v)).join("\n  ");
      throw new Error(
        `${asked} ${JSON.stringify(path)} at ${s.stamp}: ${told} not ${wanted}\n  ${all}`,
      );
    }
  }
}

/** `diff`: what was added, removed, changed or changed its type between two snapshots. */
export async function holdDiff(
  world: World,
  vault: Kept,
  [a, b]: readonly [KeptSnapshot, KeptSnapshot],
): Promise<void> {
  if (a.unsaid.size > 0 || b.unsaid.size > 0) return;
  const done = await world.hikae(["diff", vault.path, a.stamp, b.stamp, "--json"]);
  const got = lines(done, "change").flatMap((c) =>
    c.modifier === "R" ? [`+ ${c.path}`, `- ${c.from}`] : [`${c.modifier} ${c.path}`]
  ).sort();
  const wanted: string[] = [];
  for (const path of new Set([...a.tree.keys(), ...b.tree.keys()])) {
    const [one, other] = [a.tree.get(path), b.tree.get(path)];
    if (one === undefined) wanted.push(`+ ${path}`);
    else if (other === undefined) wanted.push(`- ${path}`);
    else if (one.type !== other.type) wanted.push(`T ${path}`);
    else if (one.hash !== other.hash) wanted.push(`M ${path}`);
  }
  const [x, y] = [got, wanted.sort()].map((l) => JSON.stringify(l));
  if (x !== y) throw new Error(`diff ${a.stamp} ${b.stamp}: ${x}\n instead of ${y}`);
}

/** `cat`: the bytes of then. */
export async function holdCat(
  world: World,
  vault: Kept,
  s: KeptSnapshot,
  path: string,
): Promise<void> {
  const to = world.scratch();
  const codes = s.mayGo.has(path) ? [0, 1, 3] : [0];
  const args = ["restore", vault.path, path, "--at", s.stamp, "--to", to, "--json"];
  await world.hikae(args, { codes });
  const got = readTree(to);
  const [want, have] = [s.tree.get(path), got.get(path)];
  if (have === undefined && s.mayGo.has(path)) return;
  const keys = ["type", "hash", "size", "mode", "mtime"] as const;
  const wrong = keys.filter((k) => want?.[k] !== have?.[k]);
  if (wrong.length > 0) {
    throw new Error(
      `restore of ${JSON.stringify(path)} at ${s.stamp}: ${wrong} of ${join(to, path)}`,
    );
  }
  world.remove(to);
}

/** All that can be asked of a vault. */
export async function holdAll(world: World, vault: Kept): Promise<void> {
  await holdList(world, vault);
  for (const s of vault.living) await holdRestore(world, vault, s);
  await holdVerify(world, vault);
}
