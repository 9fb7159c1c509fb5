/** `delete`: single snapshots, and the versions that only they needed. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { HikaeError } from "../../src/base/errors.ts";
import { run } from "../helpers/cli_helper.ts";
import { Grown, growRich, listTree } from "../helpers/maintain_helper.ts";

Deno.test("delete takes the versions that only the named snapshots needed", async () => {
  using g = new Grown();
  const stamps = await growRich(g);
  g.day(20);
  const [first = "", , third = ""] = stamps;
  const before = Object.fromEntries(stamps.map((s) => [s, g.snapshot(s)]));
  const out = await g.delete([third, first]);
  assertEquals([out.snapshots, out.errors], [2, 0]);
  const left = g.list().map((s) => s.stamp);
  assertEquals(left, stamps.filter((s) => s !== first && s !== third));
  for (const s of left) assertEquals(g.snapshot(s), before[s]);
  g.assertSound();
});

Deno.test("delete leaves what an earlier rule per file held back", async () => {
  using g = new Grown();
  for (let i = 0; i < 4; i++) {
    g.day(i).put({ f: `${i}` });
    await g.backup();
  }
  await g.prune({ policy: { last: 2 }, keepMinVersions: 3 });
  const [older = ""] = g.list().map((s) => s.stamp);
  assertEquals((await g.delete([older])).versions, 1);
  assertEquals((await g.prune({ policy: { last: 1 } })).versions, 1);
});

Deno.test("delete: the newest and an unknown one are refused, nothing is changed", async () => {
  using g = new Grown();
  g.put({ f: "0" });
  const first = await g.backup();
  g.day(1).put({ f: "1" });
  const second = await g.backup();
  const before = listTree(g.vault);
  await assertRejects(() => g.delete([second]), HikaeError, "is the newest");
  await assertRejects(() => g.delete([first, "latest"]), HikaeError, "is the newest");
  await assertRejects(() => g.delete(["20260501_120001"]), HikaeError, "no run has this stamp");
  assertEquals(listTree(g.vault), before);
});

Deno.test("delete on the command line", async () => {
  using g = new Grown();
  g.put({ f: "0" });
  const first = await g.backup();
  g.day(1).put({ f: "1" });
  const second = await g.backup();
  assertEquals((await run(["delete", g.vault])).code, 2);
  assertEquals((await run(["delete", g.vault, "when?"])).code, 2);
  assertEquals((await run(["delete", g.vault, second])).code, 1);
  assertEquals((await run(["delete", g.vault, "20250101_000000"])).code, 1);
  assertEquals((await run(["delete", g.path, first])).code, 10);
  const dry = await run(["delete", g.vault, "latest~1", "--dry-run", "--json"]);
  assertEquals(dry.json.map((m) => [m.message_type, m.stamp ?? m.path, m.keep]), [
    ["decision", first, false],
    ["decision", "f", false],
    ["summary", undefined, undefined],
  ]);
  const done = await run(["delete", g.vault, first]);
  assertEquals(done.code, 0, done.stderr);
  assert(done.stdout.includes("1 snapshot removed, 1 kept"), done.stdout);
  assertEquals(g.list().map((s) => s.stamp), [second]);
});
