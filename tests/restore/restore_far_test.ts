/** What a restore asks the vault's disk, which may be far away: as little as it can, and in the threads that have time. */

import { assert, assertEquals } from "@std/assert";
import { serveRestoreLane } from "../../src/engine/restore/lane.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { tapFs } from "../../src/platform/doubles/tap.ts";
import { listTree, makeTree, tempDir, type TreeSpec } from "../helpers/cli_helper.ts";
import { backUp, enginePorts } from "../helpers/engine_helper.ts";
import { lanesOf } from "../helpers/lanes_helper.ts";
import { restoreHere } from "../helpers/restore_helper.ts";

function tree(dirs: number): TreeSpec {
  const files = (d: number): TreeSpec =>
    Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`f${i}`, `${d} ${i}`]));
  return Object.fromEntries(Array.from({ length: dirs }, (_, d) => [`d${d}`, files(d)]));
}

Deno.test("restore: a new directory's files cost the vault's disk two calls each, and its directories none", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), tree(20));
  await backUp(dir.at("s"), [dir.at("v")]);
  const calls = new Map<string, number>();
  const mirror = dir.at("v", "d");
  const fs = tapFs(denoFs, (call, work) => {
    if (call.path.startsWith(mirror) && !call.op.startsWith("file.")) {
      calls.set(call.op, (calls.get(call.op) ?? 0) + 1);
    }
    return work();
  });
  const ports = enginePorts([], fs);
  ports.lanes = lanesOf([enginePorts([], fs), enginePorts([], fs)], serveRestoreLane);
  const { errors } = await restoreHere(dir.at("v"), dir.at("t"), {}, ports);
  assertEquals(errors, []);
  assertEquals(listTree(dir.at("t")), listTree(dir.at("s")));
  assertEquals([...calls].sort(), [["lstat", 200], ["open", 200]]);
});

Deno.test({
  name:
    "restore: where content should be and something else or nothing is, it is told, with lanes and without",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.at("s"), tree(2));
    await backUp(dir.at("s"), [dir.at("v")]);
    for (const name of ["f1", "f2", "f3", "f4"]) Deno.removeSync(dir.at("v", "d0", name));
    // nobody writes into it: who opened it would wait for ever
    await new Deno.Command("mkfifo", { args: [dir.at("v", "d0", "f1")] }).output();
    Deno.symlinkSync("f5", dir.at("v", "d0", "f2"));
    Deno.mkdirSync(dir.at("v", "d0", "f3"));
    for (const lanes of [0, 2]) {
      const ports = enginePorts();
      const others = Array.from({ length: lanes }, () => enginePorts());
      if (lanes > 0) ports.lanes = lanesOf(others, serveRestoreLane);
      const { errors, result } = await restoreHere(dir.at("v"), dir.at(`t${lanes}`), {}, ports);
      assertEquals(
        errors.map((e) => [e.path, e.code, e.hint !== undefined]).sort(),
        ["f1", "f2", "f3", "f4"].map((name) => [`d0/${name}`, "unreadable", true]),
      );
      assertEquals(result.counts.files_restored, 16);
    }
  },
});

Deno.test("restore: threads begin as the files are worth them, and none for one file", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), tree(30));
  await backUp(dir.at("s"), [dir.at("v")]);
  const threadsFor = async (target: string, path?: string): Promise<number> => {
    const begun = new Set<number>();
    const all = lanesOf(Array.from({ length: 15 }, () => enginePorts()), serveRestoreLane);
    const ports = enginePorts();
    ports.lanes = {
      ...all,
      begun: 0,
      line: (seat) => {
        begun.add(seat);
        const line = all.line(seat);
        // a thread that works at something, as one does on a disk that is far away
        return { ...line, send: (message) => void setTimeout(() => line.send(message), 0) };
      },
    };
    const paths = path === undefined ? [] : [path];
    const { errors } = await restoreHere(dir.at("v"), dir.at(target), { paths }, ports);
    assertEquals(errors, []);
    return begun.size;
  };
  assertEquals(await threadsFor("one", "d3/f4"), 0);
  assertEquals(await threadsFor("few", "d3"), 1);
  const many = await threadsFor("all");
  assert(many > 3 && many < 15, `${many} threads for 300 files`);
  assertEquals(listTree(dir.at("all")), listTree(dir.at("s")));
});
