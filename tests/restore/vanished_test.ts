/** What was deleted comes back: told where it is asked for by name, listed and restored by --vanished. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Place } from "../conformance/fixture.ts";
import {
  listTree,
  names,
  read,
  run,
  type RunResult,
  stamps,
  tempDir,
} from "../helpers/cli_helper.ts";

function versions(r: RunResult): unknown[] {
  return r.json.filter((m) => m.message_type === "version").map((m) => m.path);
}

Deno.test("restore of a deleted file says when it went, and the command that it names brings it back", async () => {
  using place = new Place({ notes: { "todo.txt": "1", other: "1" } });
  await place.backup();
  place.put({ notes: { "todo.txt": "last words" } });
  const had = (await place.backup()).stamp;
  place.drop("notes/todo.txt");
  const { stamp } = await place.backup();
  await place.backup();
  using to = tempDir();
  const gone = await run(["restore", place.vault, "notes/todo.txt", "--to", to.at("t"), "--json"]);
  const [error] = gone.json.filter((m) => m.message_type === "error");
  assertEquals([gone.code, error?.code], [1, "no_such_path"]);
  assertStringIncludes(String(error?.message), `the run of ${stamp} found it deleted`);
  const point = /"(.*)"/.exec(String(error?.hint))?.[1] ?? "";
  assertEquals(point, `notes/todo.txt@${had}`);
  const back = await run(["restore", place.vault, point, "--to", to.at("t")]);
  assertEquals([back.code, read(to.path, "t", "notes", "todo.txt")], [0, "last words"]);
  // so do those that look
  const cat = await run(["cat", place.vault, "notes/todo.txt", "--json"]);
  const [told] = cat.json.filter((m) => m.message_type === "error");
  assertStringIncludes(String(told?.message), `the run of ${stamp} found it deleted`);
  const [, path = "", at = ""] = /"(.*)" --at (\S+)/.exec(String(told?.hint)) ?? [];
  const seen = await run(["cat", place.vault, path, "--at", at]);
  assertEquals([seen.code, seen.stdout], [0, "last words"]);
  // one that never was has a near name
  for (const line of [["restore", "--to", to.at("u")], ["ls"], ["cat"], ["history"]]) {
    const [command = "", ...more] = line;
    const near = await run([command, place.vault, "notes/ohter", ...more]);
    assertEquals(near.code, 1, command);
    assertStringIncludes(near.stderr, "did you mean notes/other?", command);
  }
});

Deno.test("--vanished lists what was deleted and not what moved or lives again, and brings it back", async () => {
  using place = new Place({
    "a.txt": "aa",
    "b.txt": "b",
    again: "1",
    moved: "the moving content",
    d: { x: "x", y: "y" },
  });
  await place.backup();
  place.put({ "a.txt": "aaa" });
  await place.backup();
  for (const path of ["a.txt", "again", "d/x", "d/y"]) place.drop(path);
  Deno.renameSync(place.src("moved"), place.src("elsewhere"));
  await place.backup("--allow-mass-change");
  place.put({ again: "2" });
  await place.backup();
  const list = async (...words: string[]): Promise<unknown[]> => {
    const r = await run(["restore", place.vault, "--vanished", ...words, "--json"]);
    assertEquals(r.code, 0, r.stderr + r.stdout);
    return versions(r);
  };
  assertEquals(await list(), ["a.txt", "d/x", "d/y"]);
  assertEquals(await list("*.txt"), ["a.txt"]);
  assertEquals(await list("d"), ["d/x", "d/y"]);
  assertEquals(await list("--since", "1h"), ["a.txt", "d/x", "d/y"]);
  assertEquals(await list("b.txt"), []);
  using to = tempDir();
  const dry = await run(["restore", place.vault, "--vanished", "--to", to.at("t"), "-n", "--json"]);
  assertEquals([dry.code, names(to.at("t"))], [0, []]);
  const back = await run(["restore", place.vault, "--vanished", "--to", to.at("t"), "--json"]);
  assertEquals(back.code, 0, back.stderr + back.stdout);
  assertEquals(listTree(to.at("t")), ["a.txt", "d/", "d/x", "d/y"]);
  assertEquals(read(to.path, "t", "a.txt"), "aaa");
  // in place: what is there by now is left alone
  place.put({ "a.txt": "mine" });
  assertEquals((await run(["restore", place.vault, "--vanished", "--in-place"])).code, 0);
  assertEquals([read(place.source, "a.txt"), read(place.source, "d", "x")], ["mine", "x"]);
  assertEquals(stamps(place.vault).length, 4);
});

Deno.test("--since belongs to --vanished, which takes no point and deletes nothing", async () => {
  using place = new Place({ a: "1" });
  await place.backup();
  for (
    const line of [["--since", "7d", "--to", "x"], ["--vanished", "--at", "1d"], [
      "--vanished",
      "--delete",
      "--in-place",
    ]]
  ) {
    const r = await run(["restore", place.vault, ...line]);
    assertEquals(r.code, 2, r.stderr);
    assert(r.stderr.includes("--vanished"), r.stderr);
  }
});
