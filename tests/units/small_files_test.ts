/** Small files: read to their end, replaced whole or not at all. */

import { assertEquals, assertThrows } from "@std/assert";
import type { FileHandle, FileSystem } from "../../src/base/fs.ts";
import { smallFiles } from "../../src/base/small_files.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { tempDir } from "../helpers/cli_helper.ts";

/** A disk whose n-th read of each file says that it is at its end. */
function ending(n: number): FileSystem {
  return {
    ...denoFs,
    open: (path, how) => {
      const file = denoFs.open(path, how);
      let reads = 0;
      const read = (buffer: Uint8Array): number => reads++ === n ? 0 : file.read(buffer);
      return Object.assign(Object.create(file) as FileHandle, {
        read,
        stat: () => file.stat(),
        close: () => file.close(),
      });
    },
  };
}

Deno.test("small files are read to their end, which a share may tell too early once", () => {
  using dir = tempDir();
  const text = "of many vaults\n".repeat(10_000);
  for (const content of ["", "one", text]) {
    const path = dir.at("f");
    Deno.writeTextFileSync(path, content);
    for (const n of [0, 1, 2, 9]) {
      assertEquals(smallFiles(ending(n)).read(path)?.length, content.length, `${n}`);
    }
  }
});

/** A disk whose handles fail one call with `code`; a rename too. */
function failing(call: "write" | "sync" | "rename", code: string): FileSystem {
  const fail = (): never => {
    throw Object.assign(new Error(code), { code });
  };
  return {
    ...denoFs,
    rename: call === "rename" ? fail : denoFs.rename,
    open: (path, how) => {
      const file = denoFs.open(path, how);
      return {
        ...file,
        write: (data) => call === "write" ? fail() : file.write(data),
        sync: () => call === "sync" ? fail() : file.sync(),
        close: () => file.close(),
      };
    },
  };
}

const names = (path: string): string[] => Array.from(Deno.readDirSync(path), (e) => e.name).sort();

Deno.test("a small file that cannot be replaced stays as it was, and nothing stays beside it", () => {
  using dir = tempDir();
  const path = dir.at("d/f");
  smallFiles(denoFs).write(path, "old");
  for (const [call, code] of [["write", "ENOSPC"], ["sync", "EIO"], ["rename", "EIO"]] as const) {
    assertThrows(() => smallFiles(failing(call, code)).write(path, "new"), Error, code);
    assertEquals([names(dir.at("d")), Deno.readTextFileSync(path)], [["f"], "old"]);
  }
  // a disk that flushes nothing keeps it all the same
  smallFiles(failing("sync", "EINVAL")).write(path, "new");
  assertEquals([names(dir.at("d")), Deno.readTextFileSync(path)], [["f"], "new"]);
});

Deno.test("a small file is written beside its place by a name of its own, whatever lies there", () => {
  using dir = tempDir();
  const path = dir.at("f");
  Deno.mkdirSync(`${path}.part`);
  // two programs at once: the second writes while the first has not put its file in place
  let other = true;
  const fs: FileSystem = {
    ...denoFs,
    rename: (from, to) => {
      if (other) {
        other = false;
        smallFiles(fs).write(path, "second");
        assertEquals(Deno.readTextFileSync(path), "second");
      }
      denoFs.rename(from, to);
    },
  };
  smallFiles(fs).write(path, "first");
  assertEquals([names(dir.at(".")), Deno.readTextFileSync(path)], [["f", "f.part"], "first"]);
});
