/** A state directory that lies in a vault. */

import { assertEquals } from "@std/assert";
import { isThere, listTree, makeTree, read, run, tempDir, write } from "../helpers/cli_helper.ts";

Deno.test("a state directory in a vault, there or not: no backup begins, nothing is written there, questions are answered", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "1" });
  const at = (state: string): { env: Record<string, string> } => ({
    env: { HIKAE_STATE_DIR: state },
  });
  const home = at(dir.at("home"));
  const first = await run(["backup", dir.at("s"), dir.at("v")], at(dir.at("v", "state")));
  assertEquals([first.code, isThere(dir.at("v"))], [2, false], first.stderr);
  assertEquals((await run(["backup", dir.at("s"), dir.at("v")], home)).code, 0);
  const before = listTree(dir.at("v"));
  write(dir.at("s", "a"), "2");
  for (const vault of ["v", "v2"]) {
    const refused = await run(
      ["backup", dir.at("s"), dir.at(vault)],
      at(dir.at("v", "d", "state")),
    );
    assertEquals([refused.code, refused.stderr.includes("HIKAE_STATE_DIR")], [2, true]);
  }
  const asked = await run(["restore", dir.at("v"), "--to", dir.at("t")], at(dir.at("v", "state")));
  assertEquals([asked.code, read(dir.at("t", "a"))], [0, "1"], asked.stderr);
  assertEquals(listTree(dir.at("v")), before);
});
