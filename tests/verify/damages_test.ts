/**
 * A small part of the damage matrix (tools/damages.ts has the whole): each kind of damage at each place, met by some
 * questions and one writer, with fixed seeds.
 */

import { assertEquals } from "@std/assert";
import { PLACES, runDamages } from "./damages/matrix.ts";
import { KINDS } from "./damages/kinds.ts";

Deno.test("damages of records, metadata, names, index and description: none is silent, nothing is given up", async () => {
  const table = await runDamages({ places: PLACES, times: 1, seed: 14, questions: 4, writers: 1 });
  assertEquals(table.faults, []);
  assertEquals(table.damages > Object.keys(KINDS).length * 3, true);
});
