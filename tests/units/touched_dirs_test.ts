/** A seal after a run is the same whether its directories were remembered or the index was asked for them. */

import { assertEquals } from "@std/assert";
import { sha256, sha256Of } from "../../src/platform/hash.ts";
import { openDatabase } from "../../src/platform/sqlite.ts";
import { type Stamp, stampToNumber } from "../../src/base/stamp.ts";
import { Catalog } from "../../src/vault/catalog.ts";
import type { VersionLine } from "../../src/vault/record.ts";
import { applyLines } from "../../src/vault/record_apply.ts";
import { TouchedDirs } from "../../src/vault/touched_dirs.ts";
import { treeAfter, treesAt } from "../../src/vault/tree_sum.ts";

const HASHES = { hashOf: sha256Of, newHash: sha256 };

const FIRST = "20260101_000000" as Stamp;
const SECOND = "20260102_000000" as Stamp;

function line(path: string, more: Partial<VersionLine>): VersionLine {
  const mtime = "2026-01-01T00:00:00.000Z";
  return { kind: "version", path, type: "file", size: 1, mtime, mode: 0o644, why: "new", ...more };
}

function begun(path: string, type: "file" | "dir", from: Stamp): VersionLine {
  return type === "dir"
    ? { kind: "version", path, type, from, why: "new" }
    : line(path, { from, hash: `${path.length}`.padStart(64, "0") });
}

function ended(path: string, type: "file" | "dir"): VersionLine {
  return { kind: "version", path, type, from: FIRST, to: SECOND, why: "deleted" };
}

Deno.test("seals: a run that changed more directories than are remembered has the same seal", () => {
  const catalog = Catalog.create(openDatabase(":memory:", { readOnly: false }));
  const paths = ["a", "a/x", "b", "empty", "empty/too", "same"];
  catalog.transaction(() =>
    applyLines(catalog, FIRST, [
      ...paths.map((p) => begun(p, "dir", FIRST)),
      ...paths.filter((p) => !p.startsWith("empty")).map((p) => begun(`${p}/f`, "file", FIRST)),
    ])
  );
  const n = stampToNumber(SECOND);
  const before = stampToNumber(FIRST);
  const [was] = treesAt(catalog, HASHES, [before]);
  const all = new TouchedDirs();
  const few = new TouchedDirs(2);
  catalog.transaction(() =>
    applyLines(catalog, SECOND, [
      ended("a/f", "file"),
      ended("b/f", "file"),
      ended("b", "dir"),
      ended("empty/too", "dir"),
      ended("empty", "dir"),
      begun("new", "dir", SECOND),
      begun("a/x/g", "file", SECOND),
    ], (dir) => {
      all.add(dir);
      few.add(dir);
    })
  );
  const asked = [...few.all(catalog, n)];
  assertEquals(new Set([...all.all(catalog, n), ...asked]), new Set(asked), "none is missed");
  assertEquals(asked.includes("same"), false);
  const [now] = treesAt(catalog, HASHES, [n]);
  for (const touched of [all, few]) {
    assertEquals(
      was && treeAfter(catalog, HASHES, was, { before, n }, touched.all(catalog, n)),
      now,
    );
  }
  catalog.close();
});

Deno.test("seals: one run alone, all runs together and what changed since agree, of a wide directory too", () => {
  const catalog = Catalog.create(openDatabase(":memory:", { readOnly: false }));
  // its lines are more than are hashed at once
  const names = Array.from({ length: 1_000 }, (_, i) => `${i}`.padStart(80, "é"));
  const gone = names.filter((_, i) => i % 3 === 0);
  catalog.transaction(() => {
    applyLines(catalog, FIRST, [
      begun("w", "dir", FIRST),
      ...names.map((name) => begun(`w/${name}`, "file", FIRST)),
    ]);
    applyLines(catalog, SECOND, [
      ...gone.map((name) => ended(`w/${name}`, "file")),
      begun("w/new", "file", SECOND),
    ]);
  });
  const [before, n] = [stampToNumber(FIRST), stampToNumber(SECOND)];
  const [was, now] = treesAt(catalog, HASHES, [before, n]);
  assertEquals([was?.files, now?.files], [1_000, 1_000 - gone.length + 1]);
  assertEquals(treesAt(catalog, HASHES, [before])[0], was);
  assertEquals(treesAt(catalog, HASHES, [n])[0], now);
  assertEquals(was && treeAfter(catalog, HASHES, was, { before, n }, ["w"]), now);
  catalog.close();
});
