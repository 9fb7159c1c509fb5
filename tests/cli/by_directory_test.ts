/** Dry runs as people read them: few paths each, many by directory, the biggest first. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ChangeMessage, DecisionMessage } from "../../src/base/event.ts";
import { ByDirectory } from "../../src/report/by_directory.ts";
import { makeTree, run, tempDir } from "../helpers/cli_helper.ts";

function change(path: string, size: number, modifier: "+" | "M" | "-" | "R" = "+"): ChangeMessage {
  return { message_type: "change", path, type: "file", modifier, size };
}

function told(messages: readonly (ChangeMessage | DecisionMessage)[]): string[] {
  const by = new ByDirectory();
  for (const message of messages) by.take(message, `line of ${message.path}`);
  return by.lines();
}

Deno.test("by directory: few paths are named each, and one vault's are not told with the next", () => {
  const by = new ByDirectory();
  by.take(change("b/c", 1), "+ b/c");
  by.take(change("a", 1), "+ a");
  assertEquals(by.lines(), ["+ b/c", "+ a"]);
  assertEquals(by.lines(), []);
});

Deno.test("by directory: many are counted where they lie, the biggest first, and none is left out", () => {
  const lines = told([
    ...Array.from({ length: 30 }, (_, i) => change(`photos/2025/${i}.jpg`, 2_000_000)),
    ...Array.from({ length: 5 }, (_, i) => change(`photos/2024/${i}.jpg`, 1000, "M")),
    change("photos/index.db", 5000, "M"),
    ...Array.from({ length: 3 }, (_, i) => change(`docs/a/b/${i}.txt`, 10, "-")),
    ...Array.from({ length: 2 }, (_, i) => change(`docs/moved/${i}.txt`, 4, "R")),
    change("top.txt", 1),
  ]);
  assertEquals(lines, [
    "photos/2025/  30 new (57.2 MiB)",
    "photos/2024/  5 changed (4.88 KiB)",
    "photos/  1 changed (4.88 KiB)",
    "docs/a/b/  3 deleted (30 B)",
    "docs/moved/  2 moved (8 B)",
    "./  1 new (1 B)",
    "42 paths; add -v to see each of them",
  ]);
});

Deno.test("by directory: thousands of directories stay a screen of lines", () => {
  const lines = told(Array.from({ length: 5000 }, (_, i) => change(`d${i}/x/f`, i)));
  assertEquals(lines.length, 22);
  assertEquals(lines[0], "d4999/  1 new (4.88 KiB)");
  assertStringIncludes(lines[20] ?? "", "and 4,980 more directories");
  const deep = told(Array.from({ length: 30 }, (_, i) => change(`${"d/".repeat(300)}${i}`, 1)));
  assertEquals(deep, [
    `${"d/".repeat(300)}  30 new (30 B)`,
    "30 paths; add -v to see each of them",
  ]);
});

Deno.test("by directory: directories alone are told where nothing else is", () => {
  const dirs = Array.from({ length: 21 }, (_, i): ChangeMessage => ({
    ...change(`a/${i}`, 0),
    type: "dir",
  }));
  assertEquals(told(dirs)[0], "a/  21 directories");
  assertEquals(told([...dirs, change("b/c", 5)]), [
    "b/  1 new (5 B)",
    "22 paths; add -v to see each of them",
  ]);
});

Deno.test("by directory: what a rule removes is counted in versions", () => {
  const gone = (path: string, versions: number): DecisionMessage => ({
    message_type: "decision",
    path,
    keep: false,
    reason: "old",
    versions,
    size: 1024,
  });
  assertEquals(
    told(Array.from({ length: 21 }, (_, i) => gone(`a/${i}`, 2)))[0],
    "a/  remove 42 versions (21.0 KiB)",
  );
});

Deno.test("by directory: dry runs of backup, restore and prune tell it, and -v and --json name every path", async () => {
  using dir = tempDir();
  const many = Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`f${i}`, "x".repeat(i)]));
  makeTree(dir.path, { source: { big: many, "one.txt": "1" } });
  const options = { cwd: dir.path };
  const dry = await run(["backup", "source", "vault", "-n"], options);
  assertStringIncludes(dry.stdout, "big/  25 new");
  assertStringIncludes(dry.stdout, "./  1 new, 1 directory (1 B)\n27 paths; add -v");
  assert(!dry.stdout.includes("f7"), dry.stdout);
  assertStringIncludes(
    (await run(["backup", "source", "vault", "-nv"], options)).stdout,
    "+ big/f7",
  );
  const json = await run(["backup", "source", "vault", "-n", "--json"], options);
  assertEquals(json.json.filter((m) => m.message_type === "change").length, 27);
  // as diff tells it after the run
  assert(!("size" in (json.json.find((m) => m.path === "big/f7") ?? { size: 0 })));
  assertEquals((await run(["backup", "source", "vault", "-q"], options)).code, 0);
  const back = await run(["restore", "vault", "--to", "back", "-n"], options);
  assertStringIncludes(back.stdout, "big/  25 new (300 B)");
  for (let i = 0; i < 25; i++) Deno.removeSync(dir.at(`source/big/f${i}`));
  assertEquals((await run(["backup", "source", "vault", "-q"], options)).code, 0);
  const prune = await run(["prune", "vault", "--keep-last", "1", "-n"], options);
  assertStringIncludes(prune.stdout, "big/  remove 25 versions (300 B)");
  assertStringIncludes(prune.stdout, "would free");
  const pruned = await run(["prune", "vault", "--keep-last", "1"], options);
  assertStringIncludes(pruned.stdout, "big/  remove 25 versions (300 B)");
  assert(!pruned.stdout.includes("f7"), pruned.stdout);
});
