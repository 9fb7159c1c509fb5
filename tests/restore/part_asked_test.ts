/** `restore` of a part of a snapshot: what the run could not back up elsewhere is none of it. */

import { assertEquals } from "@std/assert";
import type { FileSystem } from "../../src/base/fs.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { makeTree, tempDir } from "../helpers/cli_helper.ts";
import { backUp } from "../helpers/engine_helper.ts";
import { restoreHere } from "../helpers/restore_helper.ts";

/** A disk that keeps these paths closed. */
function closed(...paths: string[]): FileSystem {
  const denied = (path: string): void => {
    if (!paths.includes(path)) return;
    const error = new Error(`Permission denied (os error 13): ${path}`);
    throw Object.assign(error, { code: "EACCES", name: "PermissionDenied" });
  };
  return {
    ...denoFs,
    open: (path, options) => (denied(path), denoFs.open(path, options)),
    list: (path) => (denied(path), denoFs.list(path)),
  };
}

Deno.test("restore: what the run could not read is told where it is asked for, and nowhere else", async () => {
  using dir = tempDir();
  const source = dir.at("s");
  makeTree(source, {
    "a.txt": "a",
    "secret.bin": "s",
    docs: { "b.txt": "b", locked: { "c.txt": "c" }, open: { "d.txt": "d" } },
  });
  await backUp(source, [dir.at("v")]);
  const { outcomes } = await backUp(source, [dir.at("v")], { checksum: true }, {
    fs: closed(dir.at("s", "secret.bin"), dir.at("s", "docs", "locked")),
    hours: 1,
  });
  assertEquals(outcomes.length, 1);
  const cases: [paths: string[], told: string[]][] = [
    [[], ["docs/locked", "secret.bin"]],
    [["a.txt"], []],
    [["docs/open"], []],
    [["docs/open", "secret.bin"], ["secret.bin"]],
    [["docs"], ["docs/locked"]],
    [["docs/locked/c.txt"], ["docs/locked"]],
    [["a.*"], ["docs/locked"]],
    [["secret.*"], ["docs/locked", "secret.bin"]],
  ];
  for (const [paths, told] of cases) {
    const { errors } = await restoreHere(dir.at("v"), dir.at("t"), { paths });
    assertEquals([paths, errors.map((e) => e.path).sort()], [paths, told]);
  }
});
