/** How long the way of one changed file is: `deno task walk` has the figures in full. */

import { assert, assertEquals } from "@std/assert";
import { callsOf, filesOf, turnsOf, walkOneChange } from "../../tools/walk.ts";

/** Files of `src/engine` that a backup may meet which finds one file changed. */
const MOST_FILES = 45;
/** How often its way may turn back. */
const MOST_TURNS = 3;

Deno.test("walk: one changed file meets few files of the engine, and its directory is compared once", () => {
  const walk = walkOneChange();
  const files = [...filesOf(walk.engine).keys()].filter((f) => f.startsWith("src/engine/"));
  assert(files.length > 10, "the engine is seen at work");
  assert(files.length <= MOST_FILES, `${files.length} files: ${files.join(", ")}`);
  assertEquals(callsOf(walk, "readSourceDir"), 1);
  assertEquals(callsOf(walk, "compareDirectory"), 1);
  const turns = [...turnsOf(walk)].filter(([, times]) => times > 0);
  assert(turns.reduce((sum, [, times]) => sum + times, 0) <= MOST_TURNS, turns.join("; "));
});
