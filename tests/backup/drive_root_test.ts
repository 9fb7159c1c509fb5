/** A fresh drive's root takes a vault, and what the system keeps there stays the system's (design, *Commands*). */

import { assertEquals } from "@std/assert";
import { isThere, listTree, makeTree, read, run, tempDir } from "../helpers/cli_helper.ts";
import { backUp } from "../helpers/engine_helper.ts";
import { restoreHere } from "../helpers/restore_helper.ts";

const DRIVE = {
  "System Volume Information": { "IndexerVolumeGuid": "{1}", "WPSettings.dat": "w" },
  "$RECYCLE.BIN": { "S-1-5-21": { "$R1.txt": "thrown away" } },
  "lost+found": {},
  ".Trashes": { "501": { "a": "a" } },
  ".Trash-1000": { files: { b: "b" } },
  ".DS_Store": "ds",
};

const OWN = Object.keys(DRIVE);

const ownOf = (root: string): string[] =>
  listTree(root).filter((path) => OWN.some((name) => path === name || path.startsWith(`${name}/`)));

Deno.test("a vault in a drive's root: no run, cleanup, prune, verify or rebuilt index touches or counts what is the drive's", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "a", d: { b: "b" } });
  makeTree(dir.at("v"), DRIVE);
  const before = ownOf(dir.at("v"));
  const code = async (...args: string[]): Promise<number> => {
    const { code } = await run(args);
    assertEquals(ownOf(dir.at("v")), before, args.join(" "));
    return code;
  };
  assertEquals(await code("backup", dir.at("s"), dir.at("v")), 0);
  Deno.removeSync(dir.at("s", "d"), { recursive: true });
  assertEquals(await code("backup", dir.at("s"), dir.at("v")), 0);
  assertEquals(await code("verify", dir.at("v")), 0);
  assertEquals(await code("cleanup", dir.at("v"), "--max-retention", "0d"), 0);
  assertEquals(await code("prune", dir.at("v"), "--keep-last", "1"), 0);
  for (const name of Deno.readDirSync(dir.at("v", ".$META$", "runs"))) {
    Deno.removeSync(dir.at("v", ".$META$", "runs", name.name));
  }
  // records lost: names alone tell the history, and the drive's are none
  assertEquals(await code("reindex", dir.at("v")), 3);
  assertEquals(await code("backup", dir.at("s"), dir.at("v")), 0);
  assertEquals(await code("verify", dir.at("v")), 0);
  const found = await run(["find", dir.at("v"), "*", "--json"]);
  assertEquals(
    found.json.map((m) => m.path).filter((p) => OWN.some((n) => `${p}`.startsWith(n))),
    [],
  );
});

Deno.test("a source with a directory that the vault's drive keeps for itself: it is reported, the drive's stays as it is", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "a", "lost+found": { x: "of the source" } });
  makeTree(dir.at("v"), { "lost+found": { y: "of the drive" } });
  const { outcomes } = await backUp(dir.at("s"), [dir.at("v")]);
  assertEquals(outcomes[0]?.errors, 1);
  assertEquals([read(dir.at("v"), "a"), listTree(dir.at("v", "lost+found"))], ["a", ["y"]]);
  // elsewhere it is a directory like any other
  assertEquals((await backUp(dir.at("s"), [dir.at("w")])).outcomes[0]?.errors, 0);
  assertEquals(read(dir.at("w"), "lost+found/x"), "of the source");
  await restoreHere(dir.at("w"), dir.at("t"));
  assertEquals(read(dir.at("t"), "lost+found/x"), "of the source");
});

Deno.test("restore --delete into a drive's root leaves what is the drive's", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "a" });
  await backUp(dir.at("s"), [dir.at("v")]);
  makeTree(dir.at("t"), { ...DRIVE, old: "old" });
  await restoreHere(dir.at("v"), dir.at("t"), { delete: true });
  assertEquals([isThere(dir.at("t", "old")), ownOf(dir.at("t")).length > 5], [false, true]);
});
