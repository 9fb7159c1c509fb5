/** The row of a directory with very many entries, in pieces. */

import { assert, assertEquals } from "@std/assert";
import type { Stamp } from "../../src/base/stamp.ts";
import { toAsk } from "../../src/engine/backup/copy/attributes.ts";
import { openDatabase } from "../../src/platform/sqlite.ts";
import { Catalog } from "../../src/vault/catalog.ts";
import { NameFinder, NameTable, rowsByName, tableOf } from "../../src/vault/name_finder.ts";
import { openRow, packRow, pieceOf, piecesIn, withMirror } from "../../src/vault/pieced_row.ts";
import type { ScanEntry, ScanRow } from "../../src/vault/scan_row.ts";

function entry(i: number): ScanEntry {
  const hash = (i + 1).toString(16).padStart(64, "0");
  const seen = { size: i, mtime: 1e12 + i, ctime: 1e12, ino: 9 + i, since: 2025 };
  const named = { name: i === 0 ? "" : `name ${i}`, mode: 0o644, uid: i, gid: 0 };
  if (i === 0 || i % 1000 === 1) return { ...named, ...seen, type: "dir", hash: "" };
  return { ...named, ...seen, type: i % 1000 === 2 ? "link" : "file", hash };
}

function rowOf(count: number): ScanRow {
  const head = {
    metadataSize: 1,
    metadataMtime: 2,
    mirrorMtime: 4e12,
    mirrorCtime: 5,
    mirrorIno: 6,
  };
  return { ...head, entries: Array.from({ length: count }, (_, i) => entry(i)) };
}

/** What the index would have under each key. */
function packed(count: number, dir = "a/b"): Map<string, Uint8Array> {
  return new Map([...packRow(dir, rowOf(count))].map(({ dir, row }) => [dir, row]));
}

function opened(rows: ReadonlyMap<string, Uint8Array>): ReturnType<typeof openRow> {
  const byPiece = [...rows.keys()].filter((key) => key !== "a/b");
  return openRow(rows.get("a/b") ?? new Uint8Array(), (n) => rows.get(byPiece[n] ?? ""));
}

Deno.test("pieced row: what went in comes out, whole or in pieces, in any order", () => {
  for (const count of [1, 4096, 4097, 10_000]) {
    const rows = packed(count);
    assertEquals(rows.size, count <= 4096 ? 1 : 1 + Math.ceil(count / 4096));
    assertEquals(piecesIn(rows.get("a/b") ?? new Uint8Array()), rows.size - 1);
    const row = opened(rows);
    const { entries } = rowOf(count);
    assertEquals(row?.count, count);
    for (const i of [0, count - 1, count >> 1, 0]) {
      assertEquals(row?.entry(i), entries[i]);
      const entry = entries[i] as ScanEntry;
      assert(row?.isSeen(i, entry.name, entry.type, entry) && row.sameMode(i, entry));
      assertEquals([row?.mtime(i), row?.ctime(i)], [entry.mtime, entry.ctime]);
      const other = { ...entry, mode: entry.mode ^ 1 };
      assert(entry.type === "dir" || !row?.isSeen(i, entry.name, entry.type, other));
    }
    assertEquals(row?.name(count), "");
    assert(row?.isMirror(4e12, 5, 6) && row.isSure && row.metadataSize === 1);
    assertEquals(row?.namesOf("link"), entries.filter((e) => e.type === "link").map((e) => e.name));
  }
});

Deno.test("pieced row: with other facts of its mirror it is the same row, whole or in pieces; a damaged one has none", () => {
  const facts = { mirrorMtime: 7e12, mirrorCtime: 8, mirrorIno: 9 };
  for (const count of [1, 4096, 4097, 10_000]) {
    const rows = packed(count);
    const keys = [...rows.keys()].filter((key) => key !== "a/b");
    const renew = (): [string, Uint8Array][] => {
      const row = rows.get("a/b") ?? new Uint8Array();
      const load = (n: number): Uint8Array | undefined => rows.get(keys[n] ?? "");
      return [...withMirror({ dir: "a/b", row }, load, facts)].map(({ dir, row }) => [dir, row]);
    };
    const renewed = opened(new Map([...rows, ...renew()]));
    assert(renewed?.isMirror(7e12, 8, 9) && renewed.metadataSize === 1);
    assertEquals(renewed?.entries(), rowOf(count).entries);
    assert(opened(rows)?.isMirror(4e12, 5, 6), "the old row is left as it was");
    const first = rows.get(keys[0] ?? "a/b") ?? new Uint8Array();
    first[60] = (first[60] ?? 0) ^ 1;
    assertEquals(renew(), []);
  }
});

Deno.test("pieced row: its mirror has files and directories, in whatever order they are asked for", () => {
  const { entries } = rowOf(9000);
  const there = new Map(
    entries.slice(1).flatMap((e) => e.type === "link" ? [] : [[e.name, e.type] as const]),
  );
  const mirror = opened(packed(9000))?.mirror();
  assertEquals(new Map(mirror), there);
  assertEquals(mirror?.size, there.size);
  for (const i of [5, 6, 8999, 1, 2, 4096, 4097, 0]) {
    const name = entries[i]?.name ?? "";
    assertEquals(mirror?.get(name), there.get(name), name);
  }
  for (const name of ["name", "name 9000", "other"]) assertEquals(mirror?.has(name), false);
});

Deno.test("pieced row: a piece that is missing, damaged, or of another row makes it one that nobody goes by", () => {
  const rows = packed(5000);
  const [first = "", second = ""] = [...rows.keys()];
  assertEquals(pieceOf(second), { dir: "a/b", first: 4096 });
  assertEquals(pieceOf("a/b"), undefined);
  assertEquals(opened(new Map([...rows].filter(([key]) => key !== second))), undefined);
  for (const key of rows.keys()) {
    const damaged = rows.get(key)?.slice() ?? new Uint8Array();
    damaged[damaged.length - 9] = (damaged[damaged.length - 9] ?? 0) ^ 1;
    assertEquals(opened(new Map([...rows, [key, damaged]])), undefined, key);
  }
  const other = packed(9000).get(second) ?? new Uint8Array();
  assertEquals(opened(new Map([...rows, [second, other]])), undefined);
  const exchanged = rows.get(second) ?? new Uint8Array();
  assertEquals(opened(new Map([...rows, [first, exchanged]])), undefined);
});

Deno.test("names are found in their order, out of it, and not at all, however often", () => {
  const names = Array.from({ length: 50 }, (_, i) => `n${i}`);
  const finder = new NameFinder(names.length, (i) => names[i] ?? "");
  for (let times = 0; times < 3; times++) {
    for (const [i, name] of names.entries()) assertEquals(finder.find(name), i);
    for (const name of ["n7", "none", "n3", "nothing"]) {
      assertEquals(finder.find(name), names.includes(name) ? names.indexOf(name) : undefined);
    }
  }
});

Deno.test("pieced row: whom --attributes asks is told by reading what is known of a wide directory once", () => {
  const catalog = Catalog.create(openDatabase(":memory:", { readOnly: false }));
  const before = packed(20_000);
  for (const [key, row] of before) catalog.putScanRow(key, row);
  const entries = rowOf(20_000).entries.map((e, i) => i === 7000 ? { ...e, ctime: 2e12 } : e);
  const now = [...packRow("a/b", { ...rowOf(0), entries })];
  let read = 0;
  const scanRow = catalog.scanRow.bind(catalog);
  Object.assign(catalog, { scanRow: (key: string) => (read++, scanRow(key)) });
  const stamp = "20260101_000000" as Stamp;
  const asked = [...toAsk({ catalog, rows: () => now, stamp }, false)];
  assertEquals(asked.map(({ path }) => path), ["a/b/name 7000"]);
  // each piece is looked at when the row is opened, and read when it is its turn
  assertEquals(read, 1 + 2 * (before.size - 1) - 1);
  catalog.close();
});

Deno.test("scan rows: one that is put again stays where it lies", () => {
  const catalog = Catalog.create(openDatabase(":memory:", { readOnly: false }));
  const put = (dir: string, byte: number): void =>
    catalog.putScanRow(dir, new Uint8Array(2000).fill(byte));
  for (const dir of ["a", "b", "c"]) put(dir, 1);
  put("b", 2);
  const places = catalog.sql("SELECT dir FROM scan ORDER BY rowid").all();
  assertEquals(places.map(({ dir }) => dir), ["a", "b", "c"]);
  assertEquals(["a", "b", "c"].map((dir) => catalog.scanRow(dir)?.at(-1)), [1, 2, 1]);
});

Deno.test("names: a table of them finds each and no other, and tells where one was before", () => {
  const names = Array.from({ length: 20_000 }, (_, i) => `a name ${i}`);
  const table = tableOf(names.length, (i) => names[i] ?? "");
  for (const [i, name] of names.entries()) assertEquals(table.get(name), i);
  for (const name of ["", "a name", "a name 20000"]) assertEquals(table.get(name), undefined);
  const few = new NameTable(2, (i) => ["x", "y", "x"][i] ?? "");
  assertEquals([few.set("x", 0), few.set("y", 1), few.set("x", 2)], [undefined, undefined, 0]);
  assertEquals([few.get("x"), few.get("y"), few.get("z")], [2, 1, undefined]);
});

Deno.test("names: those that were chosen to stand in each other's way are found all the same, and soon", () => {
  const pairs = sameHashes(12);
  const names = Array.from(
    { length: 4096 },
    (_, i) => pairs.map((pair, bit) => pair[i >> bit & 1]).join(""),
  );
  let asked = 0;
  const table = tableOf(names.length, (i) => {
    asked++;
    return names[i] ?? "";
  });
  for (const [i, name] of names.entries()) assertEquals(table.get(name), i);
  assertEquals([table.get("x"), table.set(names[7] ?? "", 3)], [undefined, 7]);
  assert(asked < 600_000, `${asked}`);
});

/** Pairs of texts of which each comes to the same hash as the other, behind those before it. */
function sameHashes(count: number): [string, string][] {
  let state = 0x811c9dc5;
  const then = (to: number, letter: number): number => Math.imul(to ^ letter, 0x01000193) >>> 0;
  return Array.from({ length: count }, () => {
    const seen = new Map<number, number>();
    for (let one = 0x20; one < 0xd000; one++) {
      const mine = then(state, one);
      const other = seen.get(mine >>> 16);
      seen.set(mine >>> 16, one);
      if (other === undefined) continue;
      const last = 0x41 ^ ((mine ^ then(state, other)) & 0xffff);
      if (last < 0x20 || last > 0xd000) continue;
      const pair: [string, string] = [
        String.fromCharCode(one, 0x41),
        String.fromCharCode(other, last),
      ];
      state = then(mine, 0x41);
      return pair;
    }
    throw new Error("none");
  });
}

Deno.test("names: of several rows of one name the last counts, few or many", () => {
  for (const count of [10, 5000]) {
    const rows = {
      length: count,
      has: (row: number) => row !== 3,
      name: (row: number) => `n${row === count - 1 ? 2 : row}`,
    };
    const named = rowsByName(rows);
    assertEquals([named.get("n2"), named.get("n3"), named.get("n4")], [count - 1, undefined, 4]);
    assertEquals([...named.values()].length, count - 2);
    assertEquals([...named.values()].includes(2), false);
  }
});

Deno.test("pieced row: who asks in another order than its own has each piece read some times, and not for each entry", () => {
  const rows = packed(16_000);
  const keys = [...rows.keys()];
  let read = 0;
  const row = openRow(rows.get("a/b") ?? new Uint8Array(), (n) => {
    read++;
    return rows.get(keys[n] ?? "");
  });
  for (let i = 0, at = 0; i < 2000; i++, at = (at + 5003) % 16_000) {
    assertEquals(row?.name(at), at === 0 ? "" : `name ${at}`);
  }
  assert(read < 100, `${read}`);
});
