/** Directories that come and go while a backup runs, and vaults that know less than others: no file is left out. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { backup } from "../src/engine/backup/backup.ts";
import { lookedTasks } from "../src/engine/backup/looked_tasks.ts";
import type { Around } from "../src/platform/doubles/tap.ts";
import { makeTree, run, tempDir, type TreeSpec } from "./cli_helper.ts";
import { backupRequest } from "./engine_helper.ts";
import { Grown, META } from "./maintain_helper.ts";

/** Takes `d` away between the look and the writing of the root, and brings it back before its own turn. */
function flicker(g: Grown, between: () => void, after: () => void): Around {
  // once whether it is there, once to look, once to write
  let looks = 0;
  const root = g.in(META, "metadata.txt");
  return (call, work) => {
    if (call.op === "list" && call.path === g.source && ++looks === 3) between();
    const result = work();
    if (call.op === "rename" && call.to === root) after();
    return result;
  };
}

/** A backup that may meet trouble with what moves. */
async function backUpAround(g: Grown, around: Around): Promise<string> {
  const request = backupRequest(g.source, [g.vault], { allowMassChange: true });
  const [outcome] = await backup(g.ports(around), request);
  assertEquals(outcome?.failed, undefined);
  return outcome?.stamp ?? "";
}

for (const instead of ["nothing", "a file"]) {
  Deno.test(`a directory that goes between look and writing, ${instead} in its place, and comes back`, async () => {
    using g = new Grown();
    g.put({ d: { a: "a", b: "b", e: { f: "f" } }, g: "g" });
    await g.backup();
    g.day(1).put({ g: "g2" });
    makeTree(g.source, { d: { a: "a2" } });
    const [d, away] = [join(g.source, "d"), join(g.path, "away")];
    const around = flicker(g, () => {
      Deno.renameSync(d, away);
      if (instead !== "nothing") Deno.writeTextFileSync(d, instead);
    }, () => {
      if (instead !== "nothing") Deno.removeSync(d);
      Deno.renameSync(away, d);
    });
    await backUpAround(g, around);
    const stamp = await g.day(2).backup();
    assertEquals(g.snapshot(stamp), g.sourceState());
    g.assertSound();
    g.reindex();
    assertEquals(g.snapshot(stamp), g.sourceState());
  });
}

Deno.test("what went after the look is found gone by the next run", async () => {
  using g = new Grown();
  g.put({ d: { a: "a", e: { f: "f" } }, g: "g" });
  await g.backup();
  g.day(1).put({ g: "g2" });
  const around = flicker(
    g,
    () => Deno.removeSync(join(g.source, "d"), { recursive: true }),
    () => {},
  );
  const first = await backUpAround(g, around);
  assertEquals(Object.keys(g.snapshot(first)).sort(), ["d", "d/a", "d/e", "d/e/f", "g"]);
  const second = await g.day(2).backup();
  assertEquals(g.snapshot(second), g.sourceState());
});

Deno.test("a directory that a vault lacks is written after the one that it lies in", () => {
  const tasks = lookedTasks({
    totals: [],
    changed: ["p/q/r", "", "p", "p/q", "s", "s/t"],
    told: ["s/t/x"],
    gone: ["s/u"],
    late: ["p", "p/q", "p/q/r"],
    hashed: [],
    counted: [],
  });
  assertEquals(tasks.map((t) => t.path), ["", "s", "s/t"]);
  assertEquals(tasks[1]?.gone, ["u"]);
  assertEquals(tasks[2]?.told, ["s/t/x"]);
  const p = tasks[0]?.then?.[0];
  assertEquals([p?.path, p?.then?.[0]?.path, p?.then?.[0]?.then?.[0]?.path], ["p", "p/q", "p/q/r"]);
});

Deno.test("a vault that missed runs gets whole new trees, whichever lane takes them", async () => {
  using place = tempDir();
  const [source, first, second] = [place.at("source"), place.at("first"), place.at("second")];
  // long names make a catalog that is worth a second lane of few files
  const long: TreeSpec = {};
  for (let i = 0; i < 600; i++) long[`${i}`.padEnd(250, "-")] = "";
  makeTree(source, long);
  assertEquals((await run(["backup", source, first, second])).code, 0);
  for (let i = 0; i < 60; i++) makeTree(source, { p: { q: { [`d${i}`]: { e: { f: `${i}` } } } } });
  assertEquals((await run(["backup", source, first])).code, 0);
  const { code, stderr } = await run(["backup", source, first, second]);
  assertEquals([code, stderr], [0, ""]);
  for (let i = 0; i < 60; i++) {
    assert(Deno.lstatSync(join(second, "p", "q", `d${i}`, "e", "f")).isFile);
  }
});
