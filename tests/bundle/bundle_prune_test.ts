/** `bundle prune --plan`: whole chains go by the rules, only what was opened counts, and nothing is removed. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { parseStamp } from "../../src/base/stamp.ts";
import type { FoundBundle } from "../../src/engine/bundle/look.ts";
import { planBundlePrune } from "../../src/engine/bundle/prune_plan.ts";
import { bundle, idOf, objects, world } from "./bundle_support.ts";
import { makeTree, run as hikae, tempDir } from "../helpers/cli_helper.ts";

function found(stamp: string, before: string | null, more: Partial<FoundBundle> = {}): FoundBundle {
  const counts = { entries: 1, volumes: 2, names: [], bytes: 10, missing: [], damaged: [] };
  return {
    ...{ vault: "v", stamp: `${stamp}_000000`, manifest: stamp, full: before === null, before },
    ...counts,
    whole: true,
    ...more,
  };
}

const NOW = parseStamp("20260701_000000")!;

/** The stamps of the full bundles that could go. */
function gone(
  bundles: FoundBundle[],
  last: number,
  wrong: { manifest: string; path: string; message: string }[] = [],
): string[] {
  return planBundlePrune({ bundles, wrong }, { last }, NOW)
    .filter((c) => !c.keep).map((c) => c.stamp.slice(0, 8));
}

Deno.test("bundle prune: a full bundle goes with all that goes on from it, when no rule keeps any of them", () => {
  const all = [
    found("20260101", null),
    found("20260115", "20260101"),
    found("20260201", null),
    found("20260215", "20260201"),
    found("20260301", null),
  ];
  assertEquals(gone(all, 1), ["20260101", "20260201"]);
  assertEquals(gone(all, 2), ["20260101"]);
  // the last one of a chain is enough to keep it
  assertEquals(gone(all, 3), ["20260101"]);
  assertEquals(gone(all, 4), []);
});

Deno.test("bundle prune: what is not right does not count as kept, and is not proposed", () => {
  const all = [
    found("20260101", null),
    found("20260201", null),
    found("20260301", null, { whole: false }),
    found("20260401", null),
  ];
  // two are to stay: the damaged one is none of them
  assertEquals(gone(all, 2), ["20260101"]);
  const wrong = [{ manifest: "20260201", path: "a", message: "" }];
  assertEquals(gone(all, 2, wrong), []);
  assertEquals(gone(all, 1, wrong), ["20260101"]);
  // the newest stays, also when it is damaged
  assertEquals(gone([found("20260101", null), found("20260201", null, { whole: false })], 1), []);
});

Deno.test("bundle prune: bundles of each vault have their own rules' count", () => {
  const all = [
    found("20260101", null),
    found("20260201", null),
    found("20260103", null, { vault: "w", manifest: "w" }),
  ];
  assertEquals(gone(all, 1), ["20260101"]);
});

Deno.test("bundle prune: the names to remove are printed, a manifest first, and nothing is removed", async () => {
  using dir = tempDir();
  const w = await world(dir);
  const made: string[][] = [];
  for (const [i, full] of [true, false, true].entries()) {
    const before = i === 0 ? [] : objects(w);
    makeTree(w.source, { a: `${i}` });
    await bundle(w, ...(full ? ["--full"] : []));
    made.push(objects(w).filter((name) => !before.includes(name)));
  }
  const all = objects(w);
  const key = dir.at("key.txt");
  const args = ["bundle", "prune", w.where, "--keep-last", "1"];
  assertEquals((await hikae([...args, "-i", key], { env: w.env })).code, 2);
  assertEquals((await hikae([...args, "--plan"], { env: w.env })).code, 2);
  const plan = await hikae([...args, "--plan", "-i", key], { env: w.env });
  assertEquals(plan.code, 0, plan.stderr);
  const names = plan.stdout.trim().split("\n");
  const expected = [...made[0] ?? [], ...made[1] ?? []].map((name) => `${idOf(w)}/${name}`);
  assertEquals(names.toSorted(), expected.toSorted());
  assert(names[0]?.endsWith(".sha256"), names[0]);
  assertEquals(objects(w), all);
  const json = await hikae([...args, "--plan", "-i", key, "--json"], { env: w.env });
  const decisions = json.json.filter((m) => m.message_type === "decision");
  assertEquals(decisions.map((d) => d.keep), [false, true]);
  assertEquals(json.json.at(-1)?.chains_removable, 1);
  // what is done by its list leaves the rest whole
  for (const name of names) Deno.removeSync(join(w.where, name));
  assertEquals((await hikae(["bundle", "verify", w.where, "-i", key], { env: w.env })).code, 0);
});
