/** Directories that a disk lists in part, or not at all: what is told of them without a backup is what the run would do. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { FileSystem } from "../../src/base/fs.ts";
import { adopt } from "../../src/engine/adopt/adopt.ts";
import { planAdoption } from "../../src/engine/adopt/plan.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { planBackup } from "../../src/engine/backup/dry_run.ts";
import { diff } from "../helpers/ask.ts";
import { cutting, MANY } from "../helpers/cut_listing.ts";
import { copyTree } from "../faults/world.ts";
import { backupRequest, enginePorts } from "../helpers/engine_helper.ts";
import { Grown, listTree, META } from "../helpers/maintain_helper.ts";

/** What was told: changes, and paths of errors. */
function told(g: Grown): { changes: string[]; errors: string[] } {
  const changes: string[] = [];
  const errors: string[] = [];
  for (const m of g.messages) {
    if (m.message_type === "change") changes.push(`${m.modifier} ${m.path}`);
    if (m.message_type === "error") errors.push(m.path);
  }
  return { changes: changes.sort(), errors };
}

const ways = [
  ["a dry run", async (g: Grown, fs: FileSystem) => {
    const request = backupRequest(g.source, [g.vault], { allowMassChange: true, dryRun: true });
    await planBackup({ ...g.ports(), fs }, request);
  }],
  ["a dry run with a filter", async (g: Grown, fs: FileSystem) => {
    const how = { allowMassChange: true, dryRun: true, filtered: true };
    const ask = () => Promise.resolve({ leaveOut: [[], [], [], []] });
    const ports = { ...g.ports(), fs, ask: ask as never };
    await planBackup(ports, backupRequest(g.source, [g.vault], how));
  }],
  ["diff --source", async (g: Grown, fs: FileSystem) => {
    const request = {
      root: g.vault,
      given: g.vault,
      a: "latest",
      source: g.source,
      windows: false,
    };
    await diff({ ...g.ports(), fs }, request);
  }],
] as const;

for (const [way, ask] of ways) {
  for (const [what, names] of [["nothing", 0], ["a half", 50]] as const) {
    Deno.test(`${way} of a directory of which the disk lists ${what}: an error, and nothing is gone`, async () => {
      using g = new Grown();
      g.put({ other: "o", d: MANY, few: { f: "f", g: "g" } });
      await g.day(1).backup();
      g.put({ other: "changed" }).day(2);
      for (const [dir, n] of [["d", names], ["few", Math.min(names, 1)]] as const) {
        await ask(g, cutting(join(g.source, dir), n));
        assertEquals(told(g), { changes: ["M other"], errors: [dir] });
      }
      // what came since may be in the part that is missing
      g.put({ d: { "z new": "z" } });
      await ask(g, cutting(join(g.source, "d"), 100));
      assertEquals(told(g), { changes: ["M other"], errors: ["d"] });
    });
  }
}

for (const [what, names] of [["nothing", 0], ["a half", 50]] as const) {
  Deno.test(`a dry run of adopt where the disk lists ${what} of a directory of the source: nothing is gone`, async () => {
    using g = new Grown();
    g.put({ other: "o", d: MANY });
    copyTree(g.source, g.vault);
    g.put({ other: "changed", new: "n" });
    const fs = cutting(join(g.source, "d"), names);
    const request = backupRequest(g.source, [g.vault], { dryRun: true, adopt: true });
    await planAdoption({ ...g.ports(), fs }, request);
    assertEquals(told(g), { changes: ["+ new", "M other"], errors: ["d"] });
  });

  Deno.test(`adopt where the disk lists ${what} of a directory of the copy: an error, and every file is there afterwards`, async () => {
    using g = new Grown();
    g.put({ other: "o", d: MANY });
    copyTree(g.source, g.vault);
    const fs = cutting(g.in("d"), names);
    const request = backupRequest(g.source, [g.vault], { adopt: true, allowMassChange: true });
    await adopt({ ...g.ports(), fs }, request);
    assertEquals(told(g).errors.includes("d"), true);
    const [outcome] = await backup(
      g.day(2).ports(),
      backupRequest(g.source, [g.vault], { allowMassChange: true }),
    );
    assertEquals(outcome?.errors, 0);
    assertEquals(g.snapshot(outcome?.stamp ?? ""), g.sourceState());
    g.assertSound();
  });
}

Deno.test("adopt refuses a copy that has somebody's past versions, also where the disk does not list them", async () => {
  using g = new Grown();
  g.put({ f: "f", d: { g: "g" } });
  copyTree(g.source, g.vault);
  const kept = `.$DEL@20250101_000000$old`;
  Deno.mkdirSync(g.in("d", META));
  Deno.writeTextFileSync(g.in("d", META, kept), "the only one");
  // as a try leaves it that broke off
  Deno.mkdirSync(g.in(META));
  Deno.writeTextFileSync(g.in(META, "lock"), "");
  const before = listTree(g.vault);
  const request = backupRequest(g.source, [g.vault], { adopt: true, allowMassChange: true });
  const ports = { ...enginePorts([], cutting(g.in("d", META), 0)) };
  const refused = await adopt(ports, request).then(() => false, () => true);
  assertEquals([refused, listTree(g.vault)], [true, before]);
});
