/** A seal after a run is the same whether its directories were remembered or the index was asked for them. */

import { assertEquals } from "@std/assert";
import { sha256Of } from "../../src/platform/hash.ts";
import { openDatabase } from "../../src/platform/sqlite.ts";
import { type Stamp, stampToNumber } from "../../src/base/stamp.ts";
import { Catalog } from "../../src/vault/catalog.ts";
import type { VersionLine } from "../../src/vault/record.ts";
import { applyLines } from "../../src/vault/record_apply.ts";
import { TouchedDirs } from "../../src/vault/touched_dirs.ts";
import { treeAfter, treesAt } from "../../src/vault/tree_sum.ts";

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
  const [was] = treesAt(catalog, sha256Of, [before]);
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
  const [now] = treesAt(catalog, sha256Of, [n]);
  for (const touched of [all, few]) {
    assertEquals(
      was && treeAfter(catalog, sha256Of, was, { before, n }, touched.all(catalog, n)),
      now,
    );
  }
  catalog.close();
});
