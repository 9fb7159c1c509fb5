/** Which directories are the archives of other backup tools, told by the names in them. */

import { assertEquals } from "@std/assert";
import { archiveOf } from "../../src/cli/backup/foreign_archive.ts";

Deno.test("the archive of another tool is told by what lies in it", () => {
  assertEquals(archiveOf(["f", "rdiff-backup-data"]), "rdiff-backup");
  // as restic 0.18 and Borg 1.4 make them
  assertEquals(archiveOf(["config", "data", "index", "keys", "locks", "snapshots"]), "restic");
  const borg = ["README", "config", "data", "hints.5", "index.5", "integrity.5", "nonce"];
  assertEquals(archiveOf(borg), "Borg");
  const duplicati = ["duplicati-b1.dblock.zip.aes", "duplicati-20240131T120000Z.dlist.zip.aes"];
  assertEquals(archiveOf(duplicati), "Duplicati");
  assertEquals(archiveOf(["kopia.repository.f", "p"]), "Kopia");
  assertEquals(archiveOf(["Info.bckup", "Info.plist", "bands", "token"]), "Time Machine");
});

Deno.test("a directory that has some of those names only is a plain copy", () => {
  assertEquals(archiveOf([]), undefined);
  assertEquals(archiveOf(["config", "data", "index", "keys"]), undefined);
  assertEquals(archiveOf(["README", "config", "data", "src"]), undefined);
  assertEquals(archiveOf(["Info.plist", "bands"]), undefined);
  assertEquals(archiveOf(["a.dblock.zip"]), undefined);
});
