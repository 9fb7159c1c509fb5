/** What the system takes from the modes of new files is asked by who writes, once, and by nobody else. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
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
