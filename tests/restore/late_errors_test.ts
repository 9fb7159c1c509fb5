/** A restore to a share that is full, which the system tells when a file is closed, and Deno tells nobody. */

import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { HikaeError } from "../../src/base/errors.ts";
import type { Message } from "../../src/base/event.ts";
import type { FileHandle, FileSystem } from "../../src/base/fs.ts";
import { portableRestore } from "../../src/engine/portable.ts";
import { tellsLate } from "../../src/base/late_errors.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { enginePorts } from "../helpers/engine_helper.ts";
import { Grown, listTree } from "../helpers/maintain_helper.ts";
import { restoreHere } from "../helpers/restore_helper.ts";
import { take, testPorts } from "../portable/portable_support.ts";

/** A share below `root` that keeps what is written in memory, and finds no room for it. */
function fullShare(root: string): FileSystem {
  const full = (): never => {
    throw Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" });
  };
  const filled = (file: FileHandle): FileHandle => ({
    read: (buffer) => file.read(buffer),
    write: (buffer) => buffer.length,
    stat: () => file.stat(),
    utime: (a, m) => file.utime(a, m),
    seek: (at) => file.seek(at),
    truncate: (size) => file.truncate(size),
    sync: full,
    syncLater: () => Promise.reject(new Error("nobody asks so")),
    tryLock: (shared) => file.tryLock(shared),
    close: () => file.close(),
  });
  return {
    ...denoFs,
    lstat: (path) =>
      path.startsWith(root) ? { ...denoFs.lstat(path), dev: 45 } : denoFs.lstat(path),
    open: (path, options) => {
      const file = denoFs.open(path, options);
      return path.startsWith(root) && options.write === true ? filled(file) : file;
    },
  };
}

/** A clock of which each look takes so many ms. */
function clock(ms: number): () => number {
  let now = 0;
  return () => now += ms;
}

Deno.test({
  name:
    "restore to a share that turns out to be full when a file is closed: it says so, and no file is there",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using g = new Grown();
    g.put({ a: "content", d: { b: "more of it" } });
    await g.backup();
    const target = join(g.path, "target");
    const ports = { ...g.ports(), fs: fullShare(target), monotonic: clock(0.3) };
    await assertRejects(() => restoreHere(g.vault, target, {}, ports), HikaeError, "full");
    assertEquals(listTree(target).filter((path) => !path.endsWith("/")), []);
  },
});

Deno.test({
  name:
    "snapshot restore to a share that turns out to be full when a file is closed: it says so, and no file is there",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using g = new Grown();
    g.put({ a: "content", d: { b: "more of it" } });
    const taken = await take(testPorts(), g.source, join(g.path, "snapshots"));
    const output = join(g.path, "target");
    const messages: Message[] = [];
    const ports = { ...enginePorts(messages, fullShare(output)), monotonic: clock(0.3) };
    const request = { snapshot: taken.path, name: taken.name, output, dryRun: false };
    await assertRejects(() => portableRestore(ports, request), HikaeError, "space");
    assertEquals(listTree(output).filter((path) => !path.endsWith("/")), []);
  },
});

Deno.test("what may be a share: no drive of the machine, and slow to answer", () => {
  const on = (
    dev: number,
    ms: number,
    separator: "/" | "\\" = "/",
    dir: string = Deno.cwd(),
  ): boolean =>
    tellsLate({
      fs: { ...denoFs, lstat: (path) => ({ ...denoFs.lstat(path), dev }) },
      monotonic: clock(ms),
      newId: () => crypto.randomUUID(),
      separator,
    }, dir);
  assertEquals([on(45, 0.3), on(45, 0.02), on(0x803, 0.3), on(45, 0.3, "\\")], [
    true,
    false,
    false,
    false,
  ]);
  const named = ["\\\\nas\\share\\to", "\\\\?\\UNC\\nas\\share", "\\\\?\\C:\\to", "C:\\to"];
  assertEquals(named.map((dir) => on(0, 0, "\\", dir)), [true, true, false, false]);
});
