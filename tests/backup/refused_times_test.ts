/** Directories of the mirror whose times are not kept, or may not be set. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { FileSystem } from "../../src/base/fs.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { tapFs } from "../../src/platform/doubles/tap.ts";
import { makeTree, read, tempDir } from "../helpers/cli_helper.ts";
import { backUp } from "../helpers/engine_helper.ts";
import { META } from "../helpers/maintain_helper.ts";

const DIRS = Array.from({ length: 6 }, (_, i) => `d${i}`);

/** A disk that keeps no times of directories of `vault`, or refuses that of `refused`; `listed` hears of listings. */
function disk(vault: string, listed: (dir: string) => void, refused?: string): FileSystem {
  return tapFs(denoFs, (call, work) => {
    const isDir = DIRS.some((dir) => call.path === join(vault, dir));
    if (call.op === "list" && isDir) listed(call.path);
    if (call.op !== "utime" || !isDir) return work();
    if (refused === undefined) return undefined as ReturnType<typeof work>;
    if (call.path === join(vault, refused)) {
      throw Object.assign(new Error("not permitted"), { code: "EPERM" });
    }
    return work();
  });
}

Deno.test("backup: where a disk keeps no times of directories, they are not listed in each run", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("s"), dir.at("v")];
  makeTree(source, Object.fromEntries(DIRS.map((name) => [name, { a: "a", b: "b" }])));
  for (const name of DIRS) Deno.utimeSync(join(source, name), 1e9, 1e9);
  for (const hours of [1, 2]) {
    await backUp(source, [vault], {}, { fs: disk(vault, () => {}), hours });
  }
  // one whose time is by chance that of a coarse clock is looked at again
  const clear = DIRS.map((name) => join(vault, name)).filter((path) =>
    denoFs.lstat(path).mtime % 2000 !== 0
  );
  const listed: string[] = [];
  const fs = disk(vault, (path) => void listed.push(path));
  await backUp(source, [vault], {}, { fs, hours: 3 });
  assertEquals(listed.filter((path) => clear.includes(path)), []);
  const gone = clear[0];
  assert(gone !== undefined);
  Deno.removeSync(join(gone, "b"));
  await backUp(source, [vault], {}, { fs, hours: 4 });
  assertEquals(read(join(gone, "b")), "b");
});

Deno.test("backup: a directory whose times may not be set has the hashes of its files beside them all the same", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("s"), dir.at("v")];
  makeTree(source, Object.fromEntries(DIRS.map((name) => [name, { a: "a" }])));
  const fs = disk(vault, () => {}, "d2");
  const { outcomes } = await backUp(source, [vault], {}, { fs, hours: 1 });
  assertEquals(outcomes.map(({ failed }) => failed), [undefined]);
  assertEquals(outcomes.map(({ errors }) => errors), [1]);
  const texts = DIRS.map((name) => read(join(vault, name, META, "metadata.txt")));
  assertEquals(new Set(texts).size, 1);
});
