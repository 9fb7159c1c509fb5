/**
 * In a directory that a run makes, files are written under their own names at once. A run that is killed in the middle of
 * one leaves no version of a torn file behind, and none of a whole one is lost.
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { backup } from "../../src/engine/backup/backup.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { powerLoss } from "../../src/platform/doubles/power_loss.ts";
import { Killed, stepping } from "../../src/platform/doubles/stepping.ts";
import { tapFs } from "../../src/platform/doubles/tap.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import { makeTree, read, tempDir } from "../helpers/cli_helper.ts";
import { backupRequest, enginePorts } from "../helpers/engine_helper.ts";
import { lanesWith, soon } from "../helpers/lanes_helper.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { chanceFrom } from "./suites.ts";
import { contentsOf, filesOf, isTemporary } from "./tell.ts";
import { BEGUN_NAMES, parseBegun } from "../../src/vault/begun_names.ts";
import { META } from "../../src/vault/names.ts";

/** More than are named as begun at once. */
const FILES = 20;

function contentOf(i: number): string {
  return `file ${i} of the new directory\n`.repeat(40);
}

/** A first run, a new directory, a run that `fs` ends, and the next one. */
async function life(fs: FileSystem, where: string): Promise<void> {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeTree(source, { a: "1" });
  const request = { ...backupRequest(source, [vault]), flush: true, share: "never" as const };
  const run = async (fs: FileSystem): Promise<unknown> =>
    (await backup(enginePorts([], fs), request))[0]?.failed;
  assertEquals(await run(denoFs), undefined);
  const files = Object.fromEntries(
    Array.from({ length: FILES }, (_, i) => [`f${String(i).padStart(2, "0")}\n"`, contentOf(i)]),
  );
  makeTree(source, { new: { ...files, below: { deep: "2" } } });
  const known = new Set(contentsOf(source).keys());
  try {
    await run(fs);
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
  assertEquals(await run(denoFs), undefined, where);
  for (const [hash, path] of contentsOf(vault)) {
    assert(known.has(hash), `${where}: ${path} is torn`);
  }
  for (const [name, text] of Object.entries(files)) {
    assertEquals(read(join(vault, "new", name)), text, `${where}: ${name}`);
  }
  assertEquals(filesOf(vault).filter(isTemporary), [], where);
}

/** So many that other lanes are given some of them. */
const MANY = 180;

/** The same, of a directory that three lanes share, each with calls of `fs`. */
async function sharedLife(
  fs: FileSystem,
  where: string,
  cut?: () => void,
  slow = false,
): Promise<{ wrote: boolean[]; untold: string[] }> {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  const files = Object.fromEntries(
    Array.from({ length: MANY }, (_, i) => [`f${i}`, contentOf(i)]),
  );
  makeTree(source, { d: files });
  const known = new Set(contentsOf(source).keys());
  // which lanes wrote files under their own names
  const wrote = [false, false, false];
  const untold: string[] = [];
  const ports = [0, 1, 2].map((lane) =>
    enginePorts(
      [],
      tapFs(fs, (call, work) => {
        const isOwn = /\/vault\/d\/f\d+$/.test(call.path);
        if (call.op === "open" && call.options?.createNew === true && isOwn) {
          const told = parseBegun(read(join(vault, "d", META, BEGUN_NAMES)));
          const name = call.path.slice(call.path.lastIndexOf("/") + 1);
          if (!told.includes(name)) untold.push(name);
          wrote[lane] = true;
        }
        return work();
      }),
    )
  ) as [EnginePorts, EnginePorts, EnginePorts];
  const request = { ...backupRequest(source, [vault]), flush: true };
  // each flush seems to take long, so they go in bunches
  let now = 0;
  if (slow) { for (const lane of ports) lane.monotonic = () => now += 1; }
  const [own, ...others] = ports;
  const run = backup({ ...own, lanes: lanesWith(others) }, request).then(() => {}, () => {});
  assertEquals(await soon(run.then(() => "over")), "over", `${where}: hangs`);
  cut?.();
  const [next] = await backup(enginePorts(), request);
  assertEquals([next?.failed, next?.errors], [undefined, 0], where);
  for (const [hash, path] of contentsOf(vault)) {
    // when the power goes, nothing may be left that tells a torn file from somebody's own, which is never removed
    if (cut !== undefined && path.startsWith(`d/${META}/$OLD@`)) continue;
    assert(known.has(hash), `${where}: ${path} is torn`);
  }
  for (const [name, text] of Object.entries(files)) {
    assertEquals(read(join(vault, "d", name)), text, `${where}: ${name}`);
  }
  assertEquals(filesOf(vault).filter(isTemporary), [], where);
  return { wrote, untold };
}

Deno.test("own names: several lanes write files of a directory, each is named before, and none is renamed", async () => {
  const renamed: string[] = [];
  const fs = tapFs(denoFs, (call, work) => {
    if (call.op === "rename" && /\/d\/f\d+$/.test(call.to ?? "")) renamed.push(call.to ?? "");
    return work();
  });
  const { wrote, untold } = await sharedLife(fs, "whole");
  assertEquals(untold, []);
  assert(wrote.filter(Boolean).length > 1, wrote.join());
  assertEquals(renamed, []);
});

for (const torn of [false, true]) {
  Deno.test(`own names: killed ${torn ? "in" : "before"} any change of lanes that share a directory, no torn file becomes a version`, async () => {
    let deaths = 0;
    for (let at = torn ? 3 : 1;; at += 53) {
      const double = stepping(at, torn);
      await sharedLife(tapFs(denoFs, double.around), `killed at change ${at}`);
      if (!double.dead) break;
      deaths++;
    }
    assert(deaths > 6, `${deaths}`);
  });
}

for (const slow of [false, true]) {
  Deno.test(`own names: the power goes at any change of lanes that share a directory, and the next run has every file whole, with ${slow ? "slow" : "quick"} flushes`, async () => {
    let cuts = 0;
    for (let at = 2;; at += 71) {
      const disk = powerLoss(denoFs, at);
      await sharedLife(disk.fs, `cut before ${at}`, () => disk.cut(chanceFrom(at)), slow);
      if (disk.steps < at) break;
      cuts++;
    }
    assert(cuts > 5, `${cuts}`);
  });
}

/** Lives that are cut at every `step`-th change, `torn` in the middle of its write. */
async function cutEverywhere(torn: boolean, step: number): Promise<void> {
  for (let at = step;; at += step) {
    const double = stepping(at, torn);
    const where = `killed ${torn ? "in" : "before"} change ${at}`;
    await life(tapFs(denoFs, double.around), where);
    if (!double.dead) return assert(at > FILES, `${at} changes`);
  }
}

// a file takes four changes or five: steps that are prime meet each of them
Deno.test("own names: killed before a change, no torn file becomes a version", () =>
  cutEverywhere(false, 7));

Deno.test("own names: killed in the middle of a write, no torn file becomes a version", () =>
  cutEverywhere(true, 3));

Deno.test("own names: files of a new directory are neither renamed nor looked for", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeTree(source, {
    d: Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`f${i}`, `${i}`])),
  });
  const renamed: string[] = [];
  let lines = 0;
  const fs = tapFs(denoFs, (call, work) => {
    if (call.op === "rename") renamed.push(call.to ?? "");
    if (call.op === "file.write" && call.path.endsWith("$TMP@fresh")) lines++;
    return work();
  });
  const [outcome] = await backup(enginePorts([], fs), backupRequest(source, [vault]));
  assertEquals([outcome?.failed, outcome?.errors], [undefined, 0]);
  assertEquals(renamed.filter((to) => /\/d\/f\d+$/.test(to)), []);
  // two lines of names, and the metadata file that this one becomes
  assertEquals(lines, 3);
  for (let i = 0; i < 30; i++) assertEquals(read(join(vault, "d", `f${i}`)), `${i}`);
});

Deno.test("own names: each file of a wide new directory is named before it is made", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  const names = Array.from({ length: 1100 }, (_, i) => i % 7 === 3 ? `x${i}.out` : `f${i}`);
  makeTree(source, { d: Object.fromEntries(names.map((name, i) => [name, `${i % 50}`])) });
  const begun = new Set<string>();
  let made = 0;
  const fs = tapFs(denoFs, (call, work) => {
    const name = /\/d\/([fx]\d+[^/]*)$/.exec(call.path)?.[1];
    if (call.op === "open" && call.options?.createNew === true && name !== undefined) {
      const told = parseBegun(read(join(vault, "d", META, BEGUN_NAMES)));
      assert(told.includes(name), name);
      assert(told.length <= 16 && told.every((one) => one.startsWith("f")), told.join());
      for (const one of told) begun.add(one);
      made++;
    }
    return work();
  });
  const rules = { ...backupRequest(source, [vault]).rules, exclude: ["*.out"] };
  const [outcome] = await backup(enginePorts([], fs), { ...backupRequest(source, [vault]), rules });
  assertEquals([outcome?.failed, outcome?.errors], [undefined, 0]);
  const stored = names.filter((name) => name.startsWith("f"));
  assertEquals([made, begun.size], [stored.length, stored.length]);
});

Deno.test("own names: of the lines of begun names the last whole one counts, and no other text is one", () => {
  assertEquals(parseBegun(""), []);
  assertEquals(parseBegun('["a"'), []);
  assertEquals(parseBegun('["a","b\\n"]\n'), ["a", "b\n"]);
  assertEquals(parseBegun('["a"]\n["b"]\n["c'), ["b"]);
  for (const odd of ["abc\n", "{}\n", '"a"\n', "[1,null]\n", "\0\0\0\n"]) {
    assertEquals(parseBegun(odd), []);
  }
});

Deno.test("own names: the power goes at any change, and the next run has every file whole", async () => {
  for (let at = 0;; at += 7) {
    const disk = powerLoss(denoFs, at);
    using dir = tempDir();
    const [source, vault] = [dir.at("source"), dir.at("vault")];
    makeTree(source, {
      d: Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`f${i}`, contentOf(i)])),
    });
    const request = { ...backupRequest(source, [vault]), flush: true };
    try {
      await backup(enginePorts([], disk.fs), request);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
    const over = disk.steps < at;
    disk.cut(chanceFrom(at));
    const [outcome] = await backup(enginePorts([]), request);
    assertEquals([outcome?.failed, outcome?.errors], [undefined, 0], `cut before ${at}`);
    for (let i = 0; i < 5; i++) {
      assertEquals(read(join(vault, "d", `f${i}`)), contentOf(i), `${at}`);
    }
    if (over) return;
  }
});
