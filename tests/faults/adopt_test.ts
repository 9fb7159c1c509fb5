/**
 * `adopt` ends before each of its changes, by a kill or with the power: every file is there with its content, under its
 * name or its mark, and another try finishes. A share of the places; HIKAE_EVERY=1 tries them all.
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { HikaeError } from "../../src/base/errors.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { FAULTS, faulty } from "../../src/platform/doubles/faulty.ts";
import { powerLoss } from "../../src/platform/doubles/power_loss.ts";
import { type Unmounting, unmounting } from "../../src/platform/doubles/unmounted.ts";
import { stepping } from "../../src/platform/doubles/stepping.ts";
import { tapFs } from "../../src/platform/doubles/tap.ts";
import { Link, LINKS, makeTree, names, stamps, tempDir } from "../helpers/cli_helper.ts";
import { forgetIndex } from "../helpers/index_helper.ts";
import { adoptHere, unsound } from "../movein/helper.ts";
import { isTemporary, type State, stateOf, tell } from "./tell.ts";
import { chanceFrom } from "./suites.ts";

const EVERY = Number(Deno.env.get("HIKAE_EVERY") ?? 17);

/** Whether an inode tells that a file of the copy is the source's own. */
const OWN = Deno.build.os !== "windows";

/** A copy and its source, which differ in every way; the copy is made with times of long ago. */
function grow(root: string): { source: string; copy: string } {
  const [source, copy] = [join(root, "source"), join(root, "copy")];
  const same = { "a.txt": "a", dir: { "b.txt": "b".repeat(5000), sub: { "c.txt": "c" } } };
  makeTree(source, { ...same, "changed.txt": "by now", "new.txt": "new" });
  makeTree(copy, {
    ...same,
    "changed.txt": "what was before",
    "gone.txt": "gone",
    old: { "d.txt": "d" },
  });
  if (LINKS) {
    makeTree(source, { links: { same: new Link("x"), other: new Link("y") } });
    makeTree(copy, { links: { same: new Link("x"), other: new Link("z") } });
  }
  if (OWN) {
    makeTree(source, { "own.txt": "the source's own" });
    Deno.linkSync(join(source, "own.txt"), join(copy, "own.txt"));
  }
  for (const at of [source, copy]) age(at);
  return { source, copy };
}

function age(path: string): void {
  const info = Deno.lstatSync(path);
  if (info.isSymlink) return;
  if (info.isDirectory) { for (const name of names(path)) age(join(path, name)); }
  Deno.utimeSync(path, 1_600_000_000, 1_600_000_000);
}

/** Without the root, and without the times of links and of directories, which a cut may leave as they are. */
function plain(state: State | undefined): Map<string, string> {
  return new Map(
    [...state ?? []].filter(([path]) => path !== "").map(([path, what]) => [
      path,
      what.startsWith("file") ? what : what.replace(/ \d+$/, ""),
    ]),
  );
}

/** What a tree holds, targets of links too: content → one path. */
function contentsIn(root: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const path of walk(root)) {
    const info = Deno.lstatSync(path);
    if (info.isSymlink) found.set(Deno.readLinkSync(path), path);
    else if (info.isFile && !isTemporary(path)) found.set(Deno.readTextFileSync(path), path);
  }
  return found;
}

/** What is not in the copy any more, under its own name or a mark. */
function lost(copy: string, before: ReadonlyMap<string, string>): string[] {
  const there = contentsIn(copy);
  return [...before].filter(([content]) => !there.has(content)).map(([, path]) => path);
}

/** One life: an adoption that `fs` ends, what is true then, and the try that finishes. */
async function life(
  where: string,
  disk: FileSystem | ((copy: string) => NonNullable<Parameters<typeof adoptHere>[3]>),
  cut: () => void = () => {},
): Promise<void> {
  using dir = tempDir();
  const { source, copy } = grow(dir.path);
  const on = typeof disk === "function" ? disk(copy) : { fs: disk };
  const found = plain(stateOf(copy));
  const files = contentsIn(copy);
  await adoptHere(source, copy, { flush: true }, on);
  cut();
  assertEquals(lost(copy, files), [], where);
  // a vault is not being made one: nobody would take the name of that away any more
  const meta = names(join(copy, ".$META$"));
  assert(!meta.includes("vault.json") || !meta.includes("$TMP@adopt"), where);
  const again = await adoptHere(source, copy, { flush: true }, { hours: 2 });
  assertEquals([again.thrown, again.errors], [undefined, []], where);
  assertEquals(lost(copy, files), [], where);
  const { states } = tell(copy);
  const [first, ...later] = stamps(copy).filter((stamp) => states.has(stamp));
  assertEquals(plain(states.get(first ?? "")), found, where);
  assertEquals(plain(states.get(later.at(-1) ?? "")), plain(stateOf(source)), where);
  assertEquals(await unsound(copy), [], where);
  if (OWN) {
    const [one, other] = [source, copy].map((at) => Deno.lstatSync(join(at, "own.txt")).ino);
    assert(one !== other, where);
  }
  const left = [...walk(copy)].filter((path) => isTemporary(path));
  assertEquals(left, [], where);
  forgetIndex(copy);
}

function* walk(path: string): Generator<string> {
  for (const name of names(path)) {
    const at = join(path, name);
    yield at;
    if (Deno.lstatSync(at).isDirectory) yield* walk(at);
  }
}

/** Every how many calls the copy's disk is unmounted once, and for how many. */
const [UNMOUNTED, AWAY] = [EVERY, [20, 60, Infinity]];

/** One life: an adoption in whose middle the disk of the copy goes, and is back later; gives whether it came to that. */
async function lifeUnmounted(from: number, calls: number): Promise<boolean> {
  using point = tempDir();
  // a call takes a ms
  const start = Date.now() + 3_600_000;
  let n = 0;
  let disk: Unmounting | undefined;
  const on = (copy: string): NonNullable<Parameters<typeof adoptHere>[3]> => {
    const own = disk = unmounting(denoFs, copy, point.path);
    const fs = tapFs(own.fs, (call, work) => {
      if (call.path.startsWith(copy)) own.away(++n >= from && n < from + calls);
      return work();
    });
    return { fs, ports: { clock: { now: () => start + n } } };
  };
  await life(`unmounted at call ${from} for ${calls}`, on, () => disk?.away(false));
  return n >= from;
}

/** One life: an adoption in which one call of the disk fails, and the try that finishes. */
async function lifeWithFault(at: number): Promise<boolean> {
  const fault = FAULTS[at % FAULTS.length] ?? "EIO";
  const double = faulty(at, fault);
  using dir = tempDir();
  const { source, copy } = grow(dir.path);
  const files = contentsIn(copy);
  const first = await adoptHere(source, copy, { flush: true }, {
    fs: tapFs(denoFs, double.around),
  });
  const where = `call ${at}, ${double.hit?.op} ${double.hit?.path}, ${fault}`;
  assertEquals(lost(copy, files), [], where);
  const again = await adoptHere(source, copy, { flush: true }, { hours: 2 });
  assertEquals([again.thrown, again.errors], [undefined, []], where);
  assertEquals(lost(copy, files), [], where);
  const { states } = tell(copy);
  const newest = states.get(stamps(copy).at(-1) ?? "");
  assertEquals(plain(newest), plain(stateOf(source)), where);
  // a disk that says that something is not there is believed where the copy was only looked at
  if (fault !== "ENOENT") assertEquals(await unsound(copy), [], where);
  if (first.thrown !== undefined) {
    assert(first.thrown instanceof HikaeError, `${where}: ${first.thrown}`);
  }
  forgetIndex(copy);
  return double.hit !== undefined;
}

/** How many changes, or changes and flushes, an adoption makes. */
async function stepsOf(fs: FileSystem): Promise<void> {
  using dir = tempDir();
  const { source, copy } = grow(dir.path);
  const done = await adoptHere(source, copy, { flush: true }, { fs });
  assertEquals([done.thrown, done.errors], [undefined, []]);
}

Deno.test("kill: an adoption that ends before any of its changes loses nothing, and another finishes it", async () => {
  const whole = stepping(Number.MAX_SAFE_INTEGER);
  // the copy becomes a vault: each change near it is tried
  let vault = -1;
  await stepsOf(tapFs(denoFs, (call, work) => {
    if (call.to?.endsWith("vault.json") === true) vault = whole.steps;
    return whole.around(call, work);
  }));
  assert(whole.steps > 60 && vault > 0, `${whole.steps} changes, ${vault}`);
  for (let at = 0; at < whole.steps; at++) {
    if (at % EVERY !== 0 && Math.abs(at - vault) > 2) continue;
    const double = stepping(at, at % 2 === 1);
    await life(`killed before change ${at}`, tapFs(denoFs, double.around));
    assert(double.dead, `change ${at}`);
  }
});

Deno.test("power: an adoption that the power ends loses nothing, and another finishes it", async () => {
  const whole = powerLoss(denoFs, Number.MAX_SAFE_INTEGER);
  await stepsOf(whole.fs);
  for (let at = 3; at < whole.steps; at += 3 * EVERY) {
    const disk = powerLoss(denoFs, at);
    const chance = chanceFrom(at);
    await life(`power cut before step ${at}`, disk.fs, () => void disk.cut(chance));
  }
});

Deno.test("fault: an adoption in which any one call of the disk fails loses nothing, and another finishes it", async () => {
  let calls = 0;
  await stepsOf(tapFs(denoFs, (_call, work) => (calls++, work())));
  let hit = 0;
  for (let at = 1; at < calls; at += 2 * EVERY - 1) if (await lifeWithFault(at)) hit++;
  assert(hit > 3, `${hit} of ${calls}`);
});

Deno.test({
  name:
    "adopt, of a copy whose disk is unmounted in the middle, loses nothing and records nothing that is not so",
  // no drive goes there while a file on it is open
  ignore: Deno.build.os === "windows",
  fn: async () => {
    for (const calls of AWAY) {
      for (let from = 3; await lifeUnmounted(from, calls); from += UNMOUNTED);
    }
  },
});
