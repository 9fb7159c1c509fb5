/** `--verbose` tells what a run has cost the disks: the calls of all its threads. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { countedFs } from "../../src/platform/counted_fs.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { makeTree, run, tempDir } from "../helpers/cli_helper.ts";

Deno.test("calls are counted by the path that they are about, those on an open file too", () => {
  using dir = tempDir();
  const counts = new Map<string, number>();
  const fs = countedFs(denoFs, (path) => counts.set(path, (counts.get(path) ?? 0) + 1));
  const [a, b] = [dir.at("a"), dir.at("b")];
  const file = fs.open(a, { write: true, createNew: true });
  file.write(new Uint8Array(3));
  file.seek(0);
  file.close();
  fs.rename(a, b);
  assertEquals(fs.lstat(b).size, 3);
  fs.remove(b);
  assertEquals([...counts], [[a, 4], [b, 2]]);
});

Deno.test("backup and restore --verbose tell how many calls they made below what they write, and elsewhere", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "1", d: { b: "2" } });
  const told = (err: string): number[] => {
    const [, below = "", elsewhere = ""] =
      /calls of the file system, by .*: (\d+) below .*, (\d+) elsewhere/.exec(err) ?? [];
    return [Number(below), Number(elsewhere)];
  };
  const first = await run(["backup", "-v", dir.at("s"), dir.at("v")]);
  // two files: create, write, time, flush, close
  assert(told(first.stderr).every((n) => n >= 10), first.stderr);
  const back = await run(["restore", "-v", dir.at("v"), "--to", dir.at("t")]);
  assert(told(back.stderr).every((n) => n >= 6), back.stderr);
  const quiet = await run(["backup", dir.at("s"), dir.at("v")]);
  assertEquals(/calls of the file system/.test(quiet.stderr), false);
  const json = await run(["backup", "-v", "--json", dir.at("s"), dir.at("v")]);
  assertMatch(json.stdout, /^\{.*\}$/m);
  assertEquals(/calls of the file system/.test(json.stderr + json.stdout), false);
});
