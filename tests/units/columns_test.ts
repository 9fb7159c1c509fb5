/** What is seen and known of a directory's entries, in columns. @module */

import { assertEquals } from "@std/assert";
import type { FileInfo } from "../../src/base/fs.ts";
import { KnownEntries } from "../../src/engine/backup/compare/compare.ts";
import { SeenInfos } from "../../src/engine/source/seen_infos.ts";
import { NEVER, PackedRow, type ScanEntry, ScanTable } from "../../src/vault/scan_row.ts";

const HEAD = { metadataSize: 1, metadataMtime: 2, mirrorMtime: 3, mirrorCtime: 4, mirrorIno: 5 };

function entry(i: number, more: Partial<ScanEntry> = {}): ScanEntry {
  const hash = (i + 1).toString(16).padStart(64, "0");
  const at = 1_700_000_000_000 + i;
  const seen = { size: 2 ** 40 + i, mtime: at + 0.5, ctime: at, ino: 2 ** 50 + i, since: 2025 };
  return { name: `n${i}`, type: "file", ...seen, mode: 0o4755, uid: i, gid: 2 * i, hash, ...more };
}

Deno.test("columns: entries come out as they went in, past any growth, and packed", () => {
  const entries = Array.from(
    { length: 100 },
    (_, i) =>
      entry(i, i % 7 === 0 ? { type: "dir", hash: "" } : i % 7 === 1 ? { type: "link" } : {}),
  );
  const table = new ScanTable(0);
  for (const [i, e] of entries.entries()) assertEquals(table.push(e), i);
  assertEquals([...table.rows()].map((i) => table.entry(i)), entries);
  assertEquals(PackedRow.open(table.pack(HEAD))?.entries(), entries);
});

Deno.test("columns: a row that was dropped is neither listed nor packed, and the order is the one asked for", () => {
  const table = new ScanTable(4);
  for (let i = 0; i < 4; i++) table.push(entry(i));
  table.drop(1);
  assertEquals([...table.rows()], [0, 2, 3]);
  assertEquals(PackedRow.open(table.pack(HEAD))?.names, ["n0", "n2", "n3"]);
  assertEquals(PackedRow.open(table.pack(HEAD, [3, 0]))?.entries(), [entry(3), entry(0)]);
});

Deno.test("columns: a hash of another length is kept for the metadata file", () => {
  const table = new ScanTable();
  table.push(entry(0, { hash: "ab".repeat(20) }));
  assertEquals(table.hash(0), "ab".repeat(20));
});

Deno.test("columns: a file of which no hash is known has none, and none of zeros, packed too", () => {
  const table = new ScanTable();
  table.push(entry(1, { hash: "" }));
  assertEquals(table.hash(0), "");
  assertEquals(PackedRow.open(table.pack(HEAD))?.entry(0).hash, "");
});

Deno.test("columns: what changed since the look is not believed, nor what has no times; directories are", () => {
  const table = new ScanTable();
  table.push(entry(0, { mtime: 9, ctime: 9 }));
  table.push(entry(1, { mtime: 10, ctime: 9 }));
  table.push(entry(2, { mtime: 9, ctime: 10 }));
  table.push(entry(3, { mtime: 9, ctime: NaN }));
  table.push(entry(4, { type: "dir", mtime: 10, ctime: 0, hash: "" }));
  table.distrust(10);
  const inodes = [0, 1, 2, 3, 4].map((i) => table.entry(i).ino);
  assertEquals(inodes, [2 ** 50, NEVER, NEVER, NEVER, 2 ** 50 + 4]);
});

Deno.test("columns: known names are found in any order, once, and the rest is what nobody took", () => {
  const table = new ScanTable();
  for (let i = 0; i < 40; i++) table.push(entry(i));
  const row = PackedRow.open(table.pack(HEAD));
  for (const known of [row, row?.entries()]) {
    const names = new KnownEntries(known);
    for (const i of [0, 1, 5, 39, 2, 20, 21]) assertEquals(names.take(`n${i}`), entry(i));
    assertEquals(names.take("n5"), undefined);
    assertEquals(names.take("new"), undefined);
    const rest = [...names.rest()].map(({ name }) => name);
    assertEquals(rest.length, 33);
    assertEquals(rest.slice(0, 3), ["n3", "n4", "n6"]);
  }
  assertEquals(new KnownEntries(undefined).take(""), undefined);
  const twice = new KnownEntries([entry(1), entry(2), { ...entry(1), since: 99 }]);
  assertEquals(twice.take("n1")?.since, 99);
  assertEquals([...twice.rest()], [entry(2)]);
});

Deno.test("columns: an entry of the source keeps all that was told, and takes what is told later", () => {
  const infoOf = (i: number): FileInfo => {
    const { size, mtime, ctime, ino, mode, uid, gid } = entry(i);
    return {
      type: "file",
      size,
      mtime,
      ctime,
      ino,
      dev: 2 ** 40,
      mode,
      uid,
      gid,
      blocks: 512,
      nlink: 2,
    };
  };
  const infos = new SeenInfos(1);
  const seen = [0, 1, 2].map((i) => infos.entry(`n${i}`, infoOf(i), i === 1));
  assertEquals(seen.map((e) => e.info), [infoOf(0), infoOf(1), infoOf(2)]);
  assertEquals(seen.map((e) => e.excluded), [false, true, false]);
  const [first] = seen;
  if (first === undefined) throw new Error("none");
  first.info = infoOf(7);
  first.realSize = 3;
  first.excluded = true;
  assertEquals([first.type, first.info, first.realSize, first.excluded], [
    "file",
    infoOf(7),
    3,
    true,
  ]);
  first.realSize = first.info.size;
  assertEquals(first.realSize ?? first.info.size, infoOf(7).size);
  assertEquals(infos.entry("d", { ...infoOf(3), type: "dir" }, true).type, "dir");
});
