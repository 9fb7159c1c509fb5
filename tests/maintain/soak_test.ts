/** A short life of tools/soak.ts: random changes, cleanups and prunes, all held against a model (issue 6, item 8). */

import { assert } from "@std/assert";
import { soak } from "./soak_life.ts";

Deno.test("soak: 60 runs of random changes with cleanup and prune in between", async () => {
  const tally = await soak({ runs: 60, seed: 20261121 });
  assert(tally.runs === 60 && tally.cleanups === 8 && tally.prunes === 5, JSON.stringify(tally));
  assert(tally.compared > 100, JSON.stringify(tally));
});
