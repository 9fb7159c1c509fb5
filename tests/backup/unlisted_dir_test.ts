/** A directory that a run met and could not list: no snapshot has it, whatever becomes of it. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Around } from "../../src/platform/doubles/tap.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { backupRequest } from "../helpers/engine_helper.ts";
import { Grown, Link } from "../helpers/maintain_helper.ts";

/** A run that may not list `path`, or what one of its calls finds there. */
async function withoutListing(g: Grown, path: string): Promise<void> {
  const around: Around = (call, work) => {
    if (call.op === "list" && call.path === path) {
      throw Object.assign(new Error("it may not be listed"), { code: "EACCES" });
    }
    return work();
  };
  const request = backupRequest(g.source, [g.vault], { allowMassChange: true });
  const [outcome] = await backup(g.ports(around), request);
  assertEquals([outcome?.failed, outcome?.errors], [undefined, 1]);
}

for (const [what, after] of Object.entries({ "a file": "file", "a link": new Link("f") })) {
  Deno.test(`backup: a directory that could not be listed, lay there before and becomes ${what}: every snapshot is proven`, async () => {
    using g = new Grown();
    g.put({ d: { f: "one" }, f: "f" });
    const first = await g.day(1).backup();
    const before = g.sourceState();
    g.drop("d");
    await g.day(2).backup();
    g.put({ d: { g: "two" } });
    await withoutListing(g.day(3), join(g.source, "d"));
    g.drop("d").put({ d: after });
    const last = await g.day(4).backup();
    g.assertSound();
    assertEquals(g.snapshot(last), g.sourceState());
    assertEquals(g.snapshot(first), before);
    assertEquals(g.day(5).reindex().errors, 0);
    g.assertSound();
  });
}
