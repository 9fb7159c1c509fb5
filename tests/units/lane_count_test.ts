/** How many threads share a run, by a table. */

import { assertEquals } from "@std/assert";
import { threadsFor } from "../../src/cli/places/lane_count.ts";

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
