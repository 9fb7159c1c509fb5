/** Whether two names are one file goes by inodes where a disk tells them, and by nothing where it does not. */

import { assertEquals } from "@std/assert";
import type { FileInfo } from "../../src/base/fs.ts";
import { hasNames, isSameFile, isTold } from "../../src/base/inode.ts";
import { isOneEntry } from "../../src/engine/backup/compare/compare.ts";
import { ReadFiles } from "../../src/engine/verify/content.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { tempDir } from "../helpers/cli_helper.ts";
import { enginePorts } from "../helpers/engine_helper.ts";

/** Inodes that tell nothing: none, and two that are others on the disk. */
const UNTOLD = [0, 2 ** 53, 2 ** 63];

function file(ino: number, more: Partial<FileInfo> = {}): FileInfo {
  const times = { mtime: 1, ctime: 1, birthtime: 1 };
  return { ...denoFs.lstat("."), type: "file", size: 1, dev: 1, nlink: 1, ino, ...times, ...more };
}

Deno.test("inodes: one file is what the disk tells to the last bit", () => {
  assertEquals([1, 2 ** 53 - 1, ...UNTOLD].map((ino) => isTold({ ino })), [
    true,
    true,
    false,
    false,
    false,
  ]);
  assertEquals(isSameFile(file(7), file(7)), true);
  assertEquals(isSameFile(file(7), file(7, { dev: 2 })), false);
  assertEquals(isSameFile(file(7), file(8)), false);
  assertEquals(isSameFile(file(7), undefined), false);
  assertEquals(hasNames(file(7, { nlink: 2 })), true);
  assertEquals(hasNames(file(7)), false);
  for (const ino of UNTOLD) {
    assertEquals(isSameFile(file(ino), file(ino)), false);
    assertEquals(hasNames(file(ino, { nlink: 2 })), false);
  }
});

Deno.test("inodes: a name that a listing lacks is not taken for renamed by an inode that tells nothing", () => {
  assertEquals(isOneEntry(file(7), file(7), false), true);
  for (const ino of UNTOLD) {
    assertEquals(isOneEntry(file(ino), file(ino), false), false);
    // nor is one spelling for another one
    assertEquals(isOneEntry(file(ino), file(ino, { size: 2 }), true), false);
    assertEquals(isOneEntry(file(ino), file(ino), true), true);
  }
});

Deno.test("verify: files of several names whose inodes tell nothing are read each for itself", () => {
  using dir = tempDir();
  for (const ino of [7, ...UNTOLD]) {
    const fs = {
      ...denoFs,
      lstat: (path: string) => ({ ...denoFs.lstat(path), ino, nlink: 2 }),
    };
    const read = new ReadFiles();
    const seen = ["one", "other"].map((text) => {
      Deno.writeTextFileSync(dir.at(text), text);
      return read.hash(enginePorts([], fs), { file: dir.at(text) });
    });
    assertEquals(seen.map(({ again }) => again), [false, ino === 7]);
    assertEquals(new Set(seen.map(({ hash }) => hash)).size, ino === 7 ? 1 : 2);
  }
});
