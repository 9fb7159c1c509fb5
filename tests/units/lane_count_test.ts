/** How many threads share a run, by a table. */

import { assertEquals } from "@std/assert";
import { lanesFor, threadsFor } from "../../src/cli/places/lane_count.ts";

Deno.test("threads: one per core, none for little, many for a disk far away", () => {
  const table: [string, Parameters<typeof threadsFor>[0], number][] = [
    ["a new vault", { far: false, indexSizes: [0], cores: 2 }, 1],
    ["many cores", { far: false, indexSizes: [0], cores: 64 }, 7],
    ["a small vault", { far: false, indexSizes: [100_000], cores: 8 }, 0],
    ["a small one beside a new one", { far: false, indexSizes: [100_000, 0], cores: 2 }, 1],
    ["a large vault", { far: false, indexSizes: [5_000_000], cores: 4 }, 3],
    ["a new vault far away", { far: true, indexSizes: [0], cores: 2 }, 14],
    ["a small vault far away", { far: true, indexSizes: [100_000], cores: 2 }, 14],
    ["next to nothing far away", { far: true, indexSizes: [9_000], cores: 2 }, 0],
  ];
  for (const [what, found, threads] of table) assertEquals(threadsFor(found), threads, what);
});

Deno.test("threads: a restore from a disk far away begins none for an index that is not there yet, a first run all", () => {
  const far = { far: true, cores: 2 };
  const table: [string, Parameters<typeof lanesFor>[0], { lanes: number; spare: number }][] = [
    ["a first run", { ...far, indexSizes: [0] }, { lanes: 14, spare: 0 }],
    ["a later one", { ...far, indexSizes: [5_000_000] }, { lanes: 1, spare: 13 }],
    ["one with filters", { ...far, indexSizes: [5_000_000], filtered: true }, {
      lanes: 14,
      spare: 0,
    }],
    ["a restore", { ...far, indexSizes: [5_000_000], restores: true }, { lanes: 1, spare: 13 }],
    ["on a new machine", { ...far, indexSizes: [0], restores: true }, { lanes: 0, spare: 14 }],
    ["there and near", { far: false, cores: 2, indexSizes: [0], restores: true }, {
      lanes: 1,
      spare: 0,
    }],
  ];
  for (const [what, found, lanes] of table) assertEquals(lanesFor(found), lanes, what);
});
