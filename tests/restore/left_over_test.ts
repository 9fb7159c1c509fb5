/** What a killed restore left in a target goes with the next one, whichever restores there. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { bundle, world } from "../bundle/bundle_support.ts";
import { isThere, Link, LINKS, makeTree, names, run, tempDir } from "../helpers/cli_helper.ts";

/** What restores have left when they were killed, and below it what is somebody's own. */
const LEFT = {
  ".hikae-tmp-0123abcd-4": "of a vault or a bundle, in part",
  ".hikae-tmp-706f7274-0": "of a portable snapshot, in part",
  ".hikae-tmp-706f7274-7": "another",
  ...(LINKS ? { ".hikae-tmp-0123abcd-l12": new Link("a") } : {}),
};
const OWN = { ".hikae-tmp-own": "o", ".hikae-restore-7.tmp": "o", own: "o" };

Deno.test("restore: what a killed one left goes with the next, of a vault, a bundle or a portable snapshot", async () => {
  using dir = tempDir();
  const w = await world(dir);
  makeTree(w.source, {
    a: "a",
    d: { b: "b", e: { f: "f" } },
    ...(LINKS ? { l: new Link("a") } : {}),
  });
  await bundle(w);
  const snapshots = dir.at("snapshots");
  const take = ["snapshot", "take", "--target-directory", w.source];
  const took = await run([...take, "--snapshots-directory", snapshots], { env: w.env });
  assertEquals(took.code, 0, took.stderr);
  const file = join(snapshots, names(snapshots).find((name) => name.endsWith(".json")) ?? "");
  const ways: [string, string[]][] = [
    ["vault", ["restore", w.vault, "--to"]],
    ["part of a vault", ["restore", w.vault, "d/b", "a", "d/e", "--to"]],
    ["bundle", ["bundle", "restore", w.where, "--identity", dir.at("key.txt"), "--to"]],
    [
      "part of a bundle",
      ["bundle", "restore", w.where, "d/b", "a", "d/e", "--identity", dir.at("key.txt"), "--to"],
    ],
    ["portable", ["snapshot", "restore", "--snapshot-file", file, "--output-directory"]],
  ];
  for (const [what, args] of ways) {
    const to = dir.at(`target, ${what}`);
    const tree = { ...LEFT, ...OWN };
    makeTree(to, { ...tree, d: { ...tree, e: tree }, "not of the backup": tree });
    const done = await run([...args, to], { env: w.env });
    assertEquals(done.code, 0, `${what}: ${done.stderr}`);
    const own = Object.keys(OWN);
    const link = LINKS && !what.startsWith("part") ? ["l"] : [];
    const sorted = (list: string[]): string[] => list.sort();
    const root = sorted([...own, ...link, "a", "d", "not of the backup"]);
    assertEquals(sorted(names(to)), root, what);
    assertEquals(sorted(names(join(to, "d"))), sorted([...own, "b", "e"]), what);
    assertEquals(sorted(names(join(to, "d", "e"))), sorted([...own, "f"]), what);
    // where nothing is put nothing is touched
    assertEquals(isThere(join(to, "not of the backup", ".hikae-tmp-706f7274-0")), true, what);
  }
});
