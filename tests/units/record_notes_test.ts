/** What the index notes of all records stands for their rows, and is found out where it is not theirs. */

import { assertEquals, assertThrows } from "@std/assert";
import type { Database } from "../../src/base/sql.ts";
import type { Stamp } from "../../src/base/stamp.ts";
import { openDatabase } from "../../src/platform/sqlite.ts";
import { Catalog, type RecordRow } from "../../src/vault/catalog.ts";
import { IndexTrouble } from "../../src/vault/index_db.ts";
import { PROOF } from "../../src/vault/record_row.ts";

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
  "a digit of them": "UPDATE meta SET value = replace(value, '_', '-') WHERE key = 'records'",
  "no hashes": "DELETE FROM meta WHERE key = 'record_hashes'",
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
