/** What is believed of a source where the index at home was lost (decision 29). */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Around } from "../../src/platform/doubles/tap.ts";
import { Grown } from "../helpers/maintain_helper.ts";
import { dropIndex } from "../helpers/index_helper.ts";

const HOUR = 3_600_000;

Deno.test("the index lost: what the newest run left out is held against what stored it, and read where it may have changed", async () => {
  using g = new Grown();
  const real = Date.now();
  g.now = real - HOUR;
  g.put({ kept: "one", out: "one" });
  await g.backup();
  const out = join(g.source, "out");
  const { mtime } = Deno.statSync(out);
  Deno.writeTextFileSync(out, "two");
  Deno.utimeSync(out, mtime ?? 0, mtime ?? 0);
  g.put({ later: "1" });
  g.now = real + HOUR;
  const rules = { exclude: ["out"], excludeIfPresent: [], oneFileSystem: false };
  await g.backup({ rules });
  dropIndex(g.vault);
  g.now = real + 2 * HOUR;
  const read: string[] = [];
  const around: Around = (call, work) => {
    if (call.op === "open" && call.path.startsWith(g.source)) {
      read.push(call.path.slice(g.source.length + 1));
    }
    return work();
  };
  const stamp = await g.backup({}, around);
  assertEquals(g.snapshot(stamp), g.sourceState());
  assertEquals(Deno.readTextFileSync(g.in("out")), "two");
  // the newest run stored it, and it is older than that
  assertEquals(read.includes("later"), false, `${read}`);
});
