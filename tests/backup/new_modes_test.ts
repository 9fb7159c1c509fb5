/** What the system takes from the modes of new files is asked by who writes, once, and by nobody else. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { FileSystem } from "../../src/base/fs.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { makeTree, tempDir } from "../helpers/cli_helper.ts";
import { backUp } from "../helpers/engine_helper.ts";
import { Grown } from "../helpers/maintain_helper.ts";

Deno.test("a run asks how new files come to their modes where it writes, and a run without changes does not", async () => {
  using world = new Grown();
  let asked = 0;
  // after the files were made: what changed just before a run is looked at again
  world.now = Date.now();
  const run = async (): Promise<number> => {
    world.now += 60_000;
    asked = 0;
    await world.backup({}, (call, work) => {
      if (call.op === "open" && call.path.endsWith("$TMP@mode")) asked++;
      return work();
    });
    return asked;
  };
  world.put({ a: "a", d: { b: "b" } });
  // modes of Windows tell nothing
  const asks = Deno.build.os === "windows" ? 0 : 1;
  assertEquals(await run(), asks);
  assertEquals(await run(), 0);
  world.put({ d: { c: "c", e: "e" } });
  assertEquals(await run(), asks);
});

Deno.test("new files have the modes of the source under a mask of any kind", async () => {
  const before = Deno.umask(0o077);
  try {
    using world = new Grown();
    world.day(0).put({ a: "a" });
    await world.backup();
    world.day(1).put({ d: { b: "b" }, c: "c" });
    const modes = { a: 0o640, c: 0o604, "d/b": 0o666 };
    for (const [path, mode] of Object.entries(modes)) {
      Deno.chmodSync(join(world.source, path), mode);
    }
    Deno.writeTextFileSync(join(world.source, "a"), "another a");
    await world.backup();
    for (const [path, mode] of Object.entries(modes)) {
      assertEquals((Deno.statSync(world.in(path)).mode ?? 0) & 0o777, mode, path);
    }
  } finally {
    Deno.umask(before);
  }
});

Deno.test({
  name: "of two vaults whose disks take other bits from new files each has the modes of the source",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.at("s"), { a: "a", d: { b: "b" } });
    const vaults = [dir.at("v"), dir.at("w")];
    for (const path of ["a", "d/b"]) Deno.chmodSync(dir.at("s", path), 0o644);
    for (const narrow of vaults) {
      for (const vault of vaults) await removeIfThere(vault);
      const open: FileSystem["open"] = (path, options) =>
        denoFs.open(
          path,
          path.startsWith(narrow) ? { ...options, mode: (options.mode ?? 0o666) & 0o700 } : options,
        );
      await backUp(dir.at("s"), vaults, {}, { fs: { ...denoFs, open } });
      for (const vault of vaults) {
        for (const path of ["a", "d/b"]) {
          assertEquals(
            (Deno.statSync(join(vault, path)).mode ?? 0) & 0o777,
            0o644,
            `${vault} ${path}`,
          );
        }
      }
    }
  },
});

async function removeIfThere(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch(() => {});
}
