/** Small files of a disk that calls a file at its end before it is. */

import { assertEquals } from "@std/assert";
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
