/** Design, *Commands*: what the commands answer, held against each other. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { Link, Place, run } from "./fixture.ts";

Deno.test("--dry-run tells each path once, by path, and as diff tells it after the run", async () => {
  using p = new Place({
    a: { x: "1", z: { y: "2" } },
    "a-b": "3",
    dir: { below: { f: "4" } },
    file: "5",
    gone: { deep: { f: "6" }, f: "7" },
    link: new Link("a"),
  });
  await p.backup();
  for (const name of ["dir", "file", "gone", "link"]) p.drop(name);
  p.put({
    a: { x: "other" },
    "a!": "8",
    dir: "9",
    file: { in: "10" },
    link: "11",
    new: { f: "12" },
  });
  const dry = await p.try(["--dry-run"]);
  await p.backup();
  const diff = await run(["diff", p.vault, "latest~1", "--json"]);
  const changes = (all: Record<string, unknown>[]): unknown[] =>
    all.filter((m) => m.message_type === "change");
  assertEquals(changes(dry.json), changes(diff.json));
  assertEquals(changes(dry.json).length, 14);
});

/** The texts of a result's notes. */
function notes(result: { json: Record<string, unknown>[] }): string[] {
  return result.json.filter((m) => m.message_type === "note").map((m) => String(m.message));
}

Deno.test("--dry-run says when a guard would stop the run", async () => {
  using p = new Place({ a: "1" });
  await p.backup();
  p.drop("a");
  const dry = await p.try(["--dry-run"]);
  assertEquals(dry.code, 0);
  assertStringIncludes(notes(dry).join(), "the source is empty, and the last snapshot had 1 file;");
  assertStringIncludes(notes(dry).join(), "--allow-mass-change");
  assertEquals(notes(await p.try(["--dry-run", "--allow-mass-change"])), []);
  assertEquals((await p.try()).code, 4);
});
