/** Words in another order, or with more in front of them, than a command wants: what was meant is said. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { makeTree, run, tempDir } from "../helpers/cli_helper.ts";

const CASES: readonly (readonly [string, number, string])[] = [
  ["history notes/todo.txt v", 10, "v is a vault and comes first: hikae history v notes/todo.txt"],
  ["restore notes v --to out", 10, "v is a vault and comes first: hikae restore v notes"],
  ["diff latest v", 10, "v is a vault and comes first: hikae diff v latest"],
  ["restore v s/notes/todo.txt --to out", 1, "did you mean notes/todo.txt?"],
  ["ls v /home/me/s/notes", 1, "did you mean notes?"],
  ["history v s/b.txt", 1, "did you mean b.txt?"],
  ["adopt s --source v", 2, "to back up s into it type hikae backup s v"],
  ["diff v notes/todo.txt", 2, "for one path type hikae diff VAULT --path notes/todo.txt"],
  ["schedule s --daily 21:00", 2, 'hikae schedule: there is no "s", which of install,'],
  ["schedule instal s --daily 21:00", 2, "did you mean hikae schedule install?"],
];

Deno.test("words in the wrong order, or with names above the source, are answered with what was meant", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { notes: { "todo.txt": "1" }, "b.txt": "2" });
  assertEquals((await run(["backup", "s", "v"], { cwd: dir.path })).code, 0);
  for (const [line, code, hint] of CASES) {
    const done = await run(line.split(" "), { cwd: dir.path });
    assertEquals(done.code, code, `${line}: ${done.stderr}`);
    assertStringIncludes(done.stderr, hint, line);
  }
});
