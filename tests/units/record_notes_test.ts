/** What the index notes of all records stands for their rows, and is found out where it is not theirs. */

import { assertEquals, assertThrows } from "@std/assert";
import { utf8 } from "../../src/base/bytes.ts";
import { type HashedSoFar, RunningSha256 } from "../../src/base/sha256.ts";
import type { Database } from "../../src/base/sql.ts";
import type { Stamp } from "../../src/base/stamp.ts";
import { sha256Of } from "../../src/platform/hash.ts";
import { openDatabase } from "../../src/platform/sqlite.ts";
import { Catalog, type RecordRow } from "../../src/vault/catalog.ts";
import { IndexTrouble } from "../../src/vault/index_db.ts";
import { PROOF } from "../../src/vault/record_row.ts";
import { chainOf } from "../../src/vault/seal.ts";

const STAMPS = ["20260101_000000", "20260102_000000", "20260103_000000"] as Stamp[];

function rowOf(stamp: Stamp, more: Partial<RecordRow> = {}): RecordRow {
  const time = `${stamp.slice(0, 4)}-01-01T00:00:00.000Z`;
  return {
    stamp,
    kind: "run",
    finished: true,
    forgotten: false,
    time,
    bytes: 7,
    errors: 0,
    head: { kind: "run", format: 2, stamp, time, source: "/s", host: "h", options: {} },
    summary: { kind: "summary", time, stamp, attr: "ab" },
    sha256: `hash of ${stamp.slice(0, 8)}`.replaceAll(" ", "-"),
    tree: undefined,
    proof: PROOF.proven,
    ...more,
  };
}

function withRecords(work: (catalog: Catalog, db: Database) => void): void {
  const db = openDatabase(":memory:", { readOnly: false });
  const catalog = Catalog.create(db);
  try {
    // the newest first: they are kept in order
    catalog.transaction(() => STAMPS.toReversed().forEach((s) => catalog.putRecord(rowOf(s))));
    work(catalog, db);
  } finally {
    catalog.close();
  }
}

Deno.test("record notes: another opening has of all records what was written, and their hashes", () => {
  withRecords((catalog, db) => {
    const [, second, third] = STAMPS as [Stamp, Stamp, Stamp];
    const before = catalog.notes();
    catalog.transaction(() => {
      catalog.putRecord(rowOf(second, { forgotten: true, proof: PROOF.broken, kind: "prune" }));
      catalog.removeRecord(third);
    });
    assertEquals(before.length, 3, "who has the list has it as it was");
    const other = new Catalog(db);
    assertEquals(other.notes().map((r) => r.stamp), STAMPS.slice(0, 2));
    const { head: _head, summary: _summary, sha256, tree: _tree, ...rest } = rowOf(second, {
      forgotten: true,
      proof: PROOF.broken,
      kind: "prune",
    });
    assertEquals(other.notes()[1], { ...rest, attr: true });
    assertEquals(other.chain()[1], { stamp: second, sha256 });
    assertEquals(other.record(second)?.sha256, sha256);
    assertEquals(other.record(third), undefined);
    assertEquals(other.newest(), 20260102000000);
    assertEquals(other.newest("run"), 20260101000000);
    assertEquals(other.isNeeded(20260101000000, 20260101000001), true);
    assertEquals(other.isNeeded(20260101000001, null), false, "a prune is no snapshot");
  });
});

Deno.test("record notes: what is rolled back is not noted", () => {
  withRecords((catalog, db) => {
    assertThrows(() =>
      catalog.transaction(() => {
        catalog.removeRecord(STAMPS[0] as Stamp);
        throw new RangeError("stop");
      })
    );
    assertEquals(catalog.notes().length, 3);
    assertEquals(new Catalog(db).records().length, 3);
  });
});

const LIES: Record<string, string> = {
  "a row too few": "DELETE FROM record WHERE stamp = 20260102000000",
  "a row that rotted": "UPDATE record SET errors = 3 WHERE stamp = 20260102000000",
  "no notes": "DELETE FROM meta WHERE key = 'records'",
  "a digit of them": "UPDATE meta SET value = replace(value, '2', '3') WHERE key = 'records'",
  "a name that rotted":
    "UPDATE meta SET value = replace(value, '0102_', '0101_') WHERE key = 'records 0 names'",
  "a note that rotted":
    "UPDATE meta SET value = replace(value, '[7,', '[8,') WHERE key = 'records 0 notes'",
  "a hash that rotted":
    "UPDATE meta SET value = replace(value, 'hash', 'hush') WHERE key = 'records 0 hashes'",
  "no hashes": "DELETE FROM meta WHERE key = 'records 0 hashes'",
};

for (const [lie, sql] of Object.entries(LIES)) {
  Deno.test(`record notes: ${lie} is trouble for who asks`, () => {
    withRecords((_catalog, db) => {
      db.exec(sql);
      const other = new Catalog(db);
      assertThrows(() => {
        other.record(STAMPS[1] as Stamp);
        other.chain();
      }, IndexTrouble);
    });
  });
}

/** As many records that several pieces have them, one of a second each. */
function many(n: number): RecordRow[] {
  return Array.from({ length: n }, (_, i) => {
    const at = `${Math.floor(i / 60)}`.padStart(2, "0") + `${i % 60}`.padStart(2, "0");
    return rowOf(`20260101_00${at}` as Stamp, { sha256: sha256Of(`${i}`) });
  });
}

function known(catalog: Catalog): void {
  const rows = catalog.records();
  assertEquals(catalog.notes().map((r) => r.stamp), rows.map((r) => r.stamp));
  assertEquals(catalog.chain(), rows.map(({ stamp, sha256 }) => ({ stamp, sha256 })));
  assertEquals(catalog.countRecords(), rows.length);
  assertEquals(catalog.areNamed(rows.map((r) => `${r.stamp}.jsonl`)), true);
  assertEquals(catalog.areNamed(rows.slice(1).map((r) => `${r.stamp}.jsonl`)), false);
  const more = { stamp: "20270101_000000" as Stamp, sha256: "ab" };
  assertEquals(catalog.chainWith(more), chainOf(sha256Of, [...rows, more]));
}

Deno.test("record notes: those of many records are whole whatever comes, goes and changes among them", () => {
  const db = openDatabase(":memory:", { readOnly: false });
  const catalog = Catalog.create(db);
  const rows = many(780);
  try {
    // in one transaction, then one by one as runs write them
    catalog.transaction(() => rows.slice(0, 600).forEach((r) => catalog.putRecord(r)));
    for (const row of rows.slice(600)) {
      const expected = chainOf(sha256Of, [...catalog.chain(), row]);
      assertEquals(new Catalog(db).chainWith(row), expected);
      catalog.transaction(() => {
        assertEquals(catalog.chainWith(row), expected);
        catalog.putRecord(row);
      });
    }
    known(catalog);
    known(new Catalog(db));
    // a whole piece goes, one of another changes its hash, and one comes back
    catalog.transaction(() => {
      for (const row of rows.slice(200, 560)) catalog.removeRecord(row.stamp);
      catalog.putRecord({ ...rows[3] as RecordRow, sha256: sha256Of("other"), finished: false });
      catalog.putRecord(rows[300] as RecordRow);
      known(catalog);
    });
    known(catalog);
    const other = new Catalog(db);
    known(other);
    assertEquals(other.unfinished().map((r) => r.stamp), [rows[3]?.stamp]);
    assertEquals(other.knows(rows[300]?.stamp as Stamp), true);
    assertEquals(other.knows(rows[301]?.stamp as Stamp), false);
    catalog.transaction(() => other.records().forEach((r) => catalog.removeRecord(r.stamp)));
    assertEquals(new Catalog(db).notes(), []);
    assertEquals(db.prepare("SELECT key FROM meta").rows(), [["records"]]);
  } finally {
    catalog.close();
  }
});

Deno.test("record notes: what another process writes between two questions is no trouble", () => {
  const dir = Deno.makeTempDirSync();
  const open = (): Database => openDatabase(`${dir}/index.db`, { readOnly: false });
  const catalog = Catalog.create(open());
  const rows = many(700);
  try {
    catalog.transaction(() => rows.slice(0, 600).forEach((r) => catalog.putRecord(r)));
    const reader = new Catalog(open());
    assertEquals(reader.countRecords(), 600);
    catalog.transaction(() => {
      for (const row of rows.slice(100, 400)) catalog.removeRecord(row.stamp);
      for (const row of rows.slice(600)) catalog.putRecord(row);
    });
    known(reader);
    reader.close();
  } finally {
    catalog.close();
    Deno.removeSync(dir, { recursive: true });
  }
});

Deno.test("record notes: a hash that is kept in the middle goes on from there", () => {
  const parts = ["", "abc", "x".repeat(61), "y".repeat(64), "z".repeat(1000), "é"];
  let hash = new RunningSha256();
  let all = "";
  for (const part of parts) {
    hash.add(utf8(part));
    all += part;
    assertEquals(hash.hex(), sha256Of(all));
    hash = new RunningSha256(JSON.parse(JSON.stringify(hash.soFar)) as HashedSoFar);
  }
});

Deno.test("record notes: who writes reads the rows of all records once, and has them as they are changed since", () => {
  const real = openDatabase(":memory:", { readOnly: false });
  let reads = 0;
  const db: Database = {
    exec: (sql) => real.exec(sql),
    prepare: (sql) => {
      const statement = real.prepare(sql);
      if (!/FROM record ORDER BY/.test(sql)) return statement;
      return { ...statement, rows: (...values) => (reads++, statement.rows(...values)) };
    },
    close: () => real.close(),
  };
  const catalog = Catalog.create(db);
  const [first, second, third] = STAMPS as [Stamp, Stamp, Stamp];
  try {
    catalog.transaction(() => [second, third].forEach((s) => catalog.putRecord(rowOf(s))));
    catalog.transaction(() => {
      const errors = (): [Stamp, number][] => catalog.records().map((r) => [r.stamp, r.errors]);
      assertEquals(errors(), [[second, 0], [third, 0]]);
      catalog.putRecord(rowOf(second, { errors: 2 }));
      assertEquals(errors(), [[second, 2], [third, 0]]);
      catalog.removeRecord(third);
      assertEquals(errors(), [[second, 2]]);
      assertEquals(reads, 1);
      catalog.putRecord(rowOf(first));
      assertEquals(errors(), [[first, 0], [second, 2]], "in order");
      known(catalog);
    });
    const before = reads;
    assertThrows(() =>
      catalog.transaction(() => {
        catalog.putRecord(rowOf(first, { errors: 9 }));
        assertEquals(catalog.records()[0]?.errors, 9);
        throw new RangeError("stop");
      })
    );
    assertEquals(catalog.records().map((r) => r.errors), [0, 2], "what was taken back");
    assertEquals(reads, before + 2);
  } finally {
    catalog.close();
  }
});
