/** Runs after all records of a vault were lost. */

import { assertEquals } from "@std/assert";
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
