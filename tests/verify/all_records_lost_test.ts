/** Runs after all records of a vault were lost. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { record } from "../helpers/cli_helper.ts";
import { Grown, META } from "../helpers/maintain_helper.ts";

Deno.test("verify: where all records are lost, what the next run finds is on record again and proven", async () => {
  using g = new Grown();
  g.put({ changed: "1", stays: "s", d: { changed: "1", stays: "s" } });
  await g.backup();
  g.day(1).put({ changed: "two", d: { changed: "two" } });
  await g.backup();
  Deno.removeSync(g.in(META, "runs"), { recursive: true });
  for (const day of [2, 3]) {
    const stamp = await g.day(day).backup();
    const { errors } = g.verify();
    assertEquals([errors, g.messages.filter((m) => m.message_type === "error")], [0, []]);
    assertEquals(g.snapshot(stamp), g.sourceState());
  }
});

Deno.test("verify: what is on record again with other attributes has one line that tells of both", async () => {
  using g = new Grown();
  g.put({ a: "1", b: "1" });
  await g.backup();
  await g.day(1).put({ a: "two" }).backup();
  Deno.removeSync(g.in(META, "runs"), { recursive: true });
  const times = [1_600_000_000, 1_600_000_001] as const;
  for (const name of ["a", "b"]) Deno.utimeSync(join(g.source, name), ...times);
  const stamp = await g.day(2).backup();
  const lines = record(g.vault, stamp).filter((l) => l.path === "a" || l.path === "b");
  assertEquals(lines.map((l) => `${l.path} ${l.kind} ${l.why}`).sort(), [
    "a version seen",
    "b version seen",
  ]);
  assertEquals(g.snapshot(stamp), g.sourceState());
  assertEquals(g.verify().errors, 0);
});
