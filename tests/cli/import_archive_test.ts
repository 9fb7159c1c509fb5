/** `hikae import` and the archives of other tools. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { makeTree, names, run, tempDir } from "../helpers/cli_helper.ts";

Deno.test("import refuses the archive of another tool and says how to get on", async () => {
  using dir = tempDir();
  const data = { "rdiff-backup-data": { "backup.log": "x" } };
  makeTree(dir.at("mirror"), { "a.txt": "a", ...data });
  makeTree(dir.at("repo"), {
    config: "x",
    data: {},
    index: {},
    keys: { k: "k" },
    snapshots: { s: "s" },
  });
  const vault = dir.at("vault");
  const mirror = await run(["import", dir.at("mirror"), "--to", vault]);
  assertEquals(mirror.code, 1);
  assertStringIncludes(mirror.stderr, "rdiff-backup restore --at TIME");
  const dry = await run(["import", dir.at("repo"), "--to", vault, "--dry-run"]);
  assertEquals(dry.code, 1);
  assertStringIncludes(dry.stderr, "the archive of restic");
  assert(!names(dir.path).includes("vault"));
});
