/** A dry run of cleanup, prune and delete counts what the run then counts, the directories that go with the last mark too. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { MaintainOutcome } from "../../src/engine/maintain/request.ts";
import { Grown, growRich, Link, listTree, LONG } from "../helpers/maintain_helper.ts";

type Command = (options: { dryRun: boolean }) => Promise<MaintainOutcome>;

/** The counts of a command's summary, without what tells a dry run from a real one. */
async function countsOf(g: Grown, command: Command, dryRun: boolean): Promise<unknown> {
  await command({ dryRun });
  const summary: Record<string, unknown> = g.messages.find((m) => m.message_type === "summary") ??
    {};
  const { dry_run: _, stamp: _2, total_duration: _3, ...counts } = summary;
  return counts;
}

/** Does it twice; gives how many directories went. */
async function asForetold(g: Grown, command: Command): Promise<number> {
  const before = listTree(g.vault);
  const dry = await countsOf(g, command, true);
  assertEquals(listTree(g.vault), before, "a dry run wrote something");
  assertEquals(dry, await countsOf(g, command, false));
  return Number((dry as Record<string, unknown>).dirs_removed);
}

Deno.test("foretold: a vault with everything, thinned bit by bit", async () => {
  using g = new Grown();
  const stamps = await growRich(g);
  let dirs = 0;
  for (const date of ["2026-05-07", "2026-05-03"]) {
    dirs += await asForetold(g, (o) => g.cleanup({ date, ...o }));
  }
  dirs += await asForetold(g, (o) => g.delete(stamps.slice(3, 5), o));
  dirs += await asForetold(g, (o) => g.prune({ policy: { last: 4 }, ...o }));
  dirs += await asForetold(g, (o) => g.prune({ policy: { last: 1 }, ...o }));
  g.drop("a", "d", "swap", "flip", "stays", "twin").put({ only: "1" });
  await g.day(11).backup();
  dirs += await asForetold(g.day(12), (o) => g.cleanup({ before: g.now, ...o }));
  assert(dirs > 5, String(dirs));
});

Deno.test("foretold: random histories", async () => {
  const path = fc.constantFrom("a", "d", "d/e", "d/e/f", "d/x", `d/${LONG}`, "g/h", "g");
  const what = fc.constantFrom("one", "two", "dir", "link", "drop", "drop");
  const thin = fc.constantFrom("cleanup", "prune", "delete", "none", "none");
  const step = fc.record({ changes: fc.array(fc.tuple(path, what), { maxLength: 4 }), thin });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 9 }), async (steps) => {
      using g = new Grown();
      g.put({ stays: "0" });
      const stamps = [await g.day(0).backup()];
      for (const [i, { changes, thin }] of steps.entries()) {
        for (const [at, to] of changes) change(g, at, to);
        stamps.push(await g.day(i + 1).backup());
        if (thin === "cleanup") {
          await asForetold(g, (o) => g.cleanup({ before: g.now - 86_400_000, ...o }));
        } else if (thin === "prune") {
          await asForetold(g, (o) => g.prune({ policy: { last: 2 }, ...o }));
        } else if (thin === "delete") {
          const [oldest] = g.list();
          if (oldest !== undefined && g.list().length > 1) {
            await asForetold(g, (o) => g.delete([oldest.stamp], o));
          }
        }
      }
      await asForetold(g.day(20), (o) => g.cleanup({ before: g.now, ...o }));
    }),
    { numRuns: 12 },
  );
});

/** Puts a file, a directory or a link at a path, or takes away what is there. */
function change(g: Grown, at: string, to: string): void {
  const names = at.split("/");
  // what is in the way of a directory goes
  for (let n = 1; n < names.length; n++) {
    const above = names.slice(0, n).join("/");
    if (to !== "drop" && !g.isDir(above)) g.drop(above).put({ [above]: {} });
  }
  if (to === "drop") return void g.drop(at);
  g.drop(at).put({ [at]: to === "dir" ? {} : to === "link" ? new Link("stays") : to });
}
