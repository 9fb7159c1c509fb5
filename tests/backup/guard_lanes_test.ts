import { assertEquals } from "@std/assert";
import { makeTree, run, tempDir, type TreeSpec } from "../helpers/cli_helper.ts";

/** Enough directories that the lanes share them, and a catalog large enough that there are lanes. */
function wide(text: string): TreeSpec {
  const tree: Record<string, TreeSpec> = {};
  for (let d = 0; d < 60; d++) {
    const dir: Record<string, string> = {};
    for (let f = 0; f < 60; f++) dir[`f${f}`] = `${d} ${f}${text}`;
    tree[`d${d}`] = dir;
  }
  return tree;
}

Deno.test("a guard stops every lane: nothing is written, whatever thread it is in", async () => {
  using place = tempDir();
  const [source, vault] = [place.at("source"), place.at("vault")];
  makeTree(source, wide(""));
  assertEquals((await run(["backup", source, vault])).code, 0);
  makeTree(source, wide(" scrambled"));
  assertEquals((await run(["backup", source, vault])).code, 4);
  for (let d = 0; d < 60; d++) {
    assertEquals(Deno.readTextFileSync(place.at("vault", `d${d}`, "f0")), `${d} 0`);
    const marks = [...Deno.readDirSync(place.at("vault", `d${d}`, ".$META$"))];
    assertEquals(marks.map((e) => e.name), ["metadata.txt"]);
  }
});
