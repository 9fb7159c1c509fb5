/** What is seen and known of a directory's entries, in columns. @module */

import { assertEquals, assertThrows } from "@std/assert";
import type { FileInfo } from "../../src/base/fs.ts";
import { type CompareStep, PlannedSteps } from "../../src/engine/backup/compare/compare.ts";
import { KnownEntries } from "../../src/engine/backup/compare/scan_entry.ts";
import { SeenInfos, type SourceEntry } from "../../src/engine/source/seen_infos.ts";
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
  for (const i of [0, 1, 2]) infos.add(`n${i}`, infoOf(i), i === 1);
  const seen = [...infos];
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
  infos.add("d", { ...infoOf(3), type: "dir" }, true);
  assertEquals([infos.at(3)?.type, infos.at(3)?.name, infos.at(4)], ["dir", "d", undefined]);
});

Deno.test("columns: what was seen of an entry is kept until it is done, and asked for later it is an error", () => {
  const { size, mtime, ctime, ino, mode, uid, gid } = entry(1);
  const info = { type: "file", size, mtime, ctime, ino, mode, uid, gid } as const;
  const count = 40_000;
  for (const room of [8, 100_000]) {
    const infos = new SeenInfos(room);
    for (let i = 0; i < count; i++) {
      infos.add(`n${i}`, { ...info, ino: i, dev: 1, blocks: 0, nlink: 1 }, false);
    }
    const at = (i: number): SourceEntry => infos.at(i) ?? noEntry();
    infos.await([1, 2, 20_000, 20_000]);
    assertEquals([1, 3, 20_000].map((i) => at(i).info.ino), [1, 3, 20_000]);
    assertThrows(() => at(39_999).info);
    infos.done(at(1));
    infos.done(at(20_000));
    assertEquals([2, 20_000].map((i) => at(i).info.ino), [2, 20_000]);
    infos.done(at(2));
    infos.done(at(20_000));
    for (const i of [1, 2, 20_000]) assertThrows(() => at(i).info);
    assertEquals([at(2).name, at(39_999).type, infos.length], ["n2", "file", count]);
    // what is none of these, or was not awaited, changes nothing
    infos.done({
      ...at(0),
      name: "n0",
      type: "file",
      info: { ...info, dev: 1, blocks: 0, nlink: 1 },
      excluded: false,
    });
    infos.done(at(39_999));
    infos.forget();
    assertThrows(() => at(3).info);
  }
});

function noEntry(): never {
  throw new Error("none");
}

Deno.test("columns: steps for new names come out as entries of their directory, the others as they are", () => {
  const { size, mtime, ctime, ino, mode, uid, gid } = entry(1);
  const info = {
    type: "file",
    size,
    mtime,
    ctime,
    ino,
    mode,
    uid,
    gid,
    dev: 1,
    blocks: 0,
    nlink: 1,
  } as const;
  const infos = new SeenInfos(4);
  for (const name of ["a", "b", "c"]) infos.add(name, info, false);
  const few = [...infos];
  for (const entries of [infos, few]) {
    const steps = new PlannedSteps(entries);
    for (const [i, source] of [...entries].entries()) if (i !== 1) steps.pushNew(source, i);
    steps.push({ act: "delete", known: entry(9), lost: false });
    const told = (all: Iterable<CompareStep>): string[] =>
      [...all].map((s) => `${s.act} ${"known" in s ? s.known.name : s.source.name}`);
    assertEquals(told(steps), ["add a", "add c", "delete n9"]);
    assertEquals(told(steps.others()), ["delete n9"]);
    assertEquals([steps.length, steps.reads], [3, 2]);
    assertEquals(told(steps.content().map((s) => steps.open(s))), ["add a", "add c"]);
    steps.keep((s) => s.act !== "add" || s.source.name === "c");
    assertEquals(told(steps), ["add c", "delete n9"]);
  }
});
