/** Times at the ends of what systems know: stored and restored as near as they take them. */

import { assertEquals } from "@std/assert";
import type { FileInfo, FileSystem } from "../../src/base/fs.ts";
import { denoFs, timeOf } from "../../src/platform/deno_fs.ts";
import { Link, makeTree, read, run, tempDir } from "../helpers/cli_helper.ts";
import { backUp, enginePorts } from "../helpers/engine_helper.ts";
import { restoreHere } from "../helpers/restore_helper.ts";

const LAST = 8.64e15;

Deno.test("times: one that no date can say is the nearest that one can, and none is 0", () => {
  assertEquals([timeOf(new Date(Number.NaN)), timeOf(null), timeOf(new Date(-5))], [LAST, 0, -5]);
});

Deno.test("times: the year 10000 and the last of all go through a backup, a second look, ls and a restore", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { far: "far", last: "last", old: "old" });
  const times: Record<string, number> = {
    far: Date.UTC(10000, 0, 1),
    last: LAST,
    old: Date.UTC(-1, 0, 1),
  };
  // not every disk keeps such times: this one says so
  const told = (path: string, info: FileInfo): FileInfo => {
    const name = path.startsWith(dir.at("s")) ? path.slice(dir.at("s").length + 1) : "";
    return { ...info, mtime: times[name] ?? info.mtime };
  };
  const set: Record<string, number> = {};
  const fs: FileSystem = {
    ...denoFs,
    lstat: (path) => told(path, denoFs.lstat(path)),
    open: (path, options) => {
      const file = denoFs.open(path, options);
      const utime = (a: number, m: number): void => {
        set[path] = m;
        file.utime(a, m);
      };
      return {
        read: (b) => file.read(b),
        write: (b) => file.write(b),
        stat: () => told(path, file.stat()),
        utime,
        seek: (p) => file.seek(p),
        truncate: (n) => file.truncate(n),
        sync: () => file.sync(),
        syncLater: () => file.syncLater(),
        tryLock: (s) => file.tryLock(s),
        close: () => file.close(),
      };
    },
  };
  for (const hours of [1, 2]) {
    const { outcomes, messages } = await backUp(dir.at("s"), [dir.at("v")], {}, { fs, hours });
    assertEquals(outcomes[0]?.errors, 0);
    const summary = messages.find((m) => m.message_type === "summary");
    if (hours === 2) assertEquals({ ...summary }.files_unmodified, 3);
  }
  const { stdout } = await run(["ls", dir.at("v")], { env: { TZ: "UTC" } });
  assertEquals(
    stdout.split("\n").map((line) => line.slice(0, 20).trim()).filter((t) => /^1/.test(t)),
    [
      "10000-01-01 00:00:00",
    ],
  );
  await restoreHere(dir.at("v"), dir.at("t"), {}, enginePorts([], fs));
  assertEquals(read(dir.at("t"), "last"), "last");
  assertEquals(Object.values(set).slice(-3).sort(), Object.values(times).sort());
});

Deno.test({
  name: "times: of links before 1970 come back",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.at("s"), { a: "a", l: new Link("a") });
    denoFs.lutime(dir.at("s", "l"), -86_400_000, -86_400_000);
    assertEquals(denoFs.lstat(dir.at("s", "l")).mtime, -86_400_000);
    await backUp(dir.at("s"), [dir.at("v")]);
    await restoreHere(dir.at("v"), dir.at("t"));
    assertEquals(denoFs.lstat(dir.at("t", "l")).mtime, -86_400_000);
    // the nearest whole second
    denoFs.lutime(dir.at("t", "l"), -500, -500);
    assertEquals(denoFs.lstat(dir.at("t", "l")).mtime, -1000);
  },
});
