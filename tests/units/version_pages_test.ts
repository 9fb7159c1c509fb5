/** Versions a page at a time: none is missed, none comes twice, and no page begins with the rows of the one before. */

import { assert, assertEquals } from "@std/assert";
import { openDatabase } from "../../src/platform/sqlite.ts";
import { Catalog } from "../../src/vault/catalog.ts";
import { bareVersion, pathOf } from "../../src/vault/version.ts";
import {
  directlyIn,
  everywhere,
  type SelectVersions,
  within,
} from "../../src/vault/version_pages.ts";

const SINCE = 20260101000000;
const DIRS = ["", "a", "a b", "a-b", "a.x", "a/-", "a/b", "a/b/c", "a0", "ab", "b"];
const PER_DIR = 300;

/** A catalog with more files in each directory than a page holds, each with a past version. */
function filled(): { catalog: Catalog; plans: string[]; select: SelectVersions } {
  const db = openDatabase(":memory:", { readOnly: false });
  const catalog = Catalog.create(db);
  catalog.transaction(() => {
    for (const dir of DIRS) {
      for (let i = 0; i < PER_DIR; i++) {
        const v = bareVersion({ dir, name: `f${i}`, type: "file", since: SINCE });
        catalog.put({ ...v, until: SINCE + 1, ended: "changed" });
        catalog.put({ ...v, since: SINCE + 1 });
      }
    }
  });
  const plans: string[] = [];
  const select: SelectVersions = (_last, rest, ...values) => {
    const plan = db.prepare(`EXPLAIN QUERY PLAN SELECT * FROM version v ${rest}`).all(...values);
    plans.push(plan.map((row) => String(row.detail)).join("; "));
    return catalog.select(rest, ...values);
  };
  return { catalog, plans, select };
}

Deno.test("pages: what lives everywhere, in a directory, and below it comes once, in the order of paths", () => {
  const { catalog, select } = filled();
  const living = { where: "v.until IS NULL AND v.since > ?1", values: [SINCE] };
  const names = Array.from({ length: PER_DIR }, (_, i) => `f${i}`).sort();
  const expected = (dirs: readonly string[]): string[] =>
    dirs.flatMap((dir) => names.map((name) => dir === "" ? name : `${dir}/${name}`));
  const below = ["a", "a/-", "a/b", "a/b/c"];
  assertEquals([...everywhere(select, living)].map(pathOf), expected(DIRS));
  assertEquals([...directlyIn(select, living, "a")].map(pathOf), expected(["a"]));
  assertEquals([...within(select, living, "a")].map(pathOf), expected(below));
  assertEquals([...within(select, living, "")].map(pathOf), expected(DIRS));
  assertEquals([...within(select, living, "nowhere")], []);
  const both = [...within(select, { where: "TRUE", values: [] }, "a/b")];
  assertEquals(both.length, 2 * 2 * PER_DIR);
  assertEquals(both.slice(0, 4).map((v) => [v.name, v.since - SINCE]), [
    ["f0", 0],
    ["f0", 1],
    ["f1", 0],
    ["f1", 1],
  ]);
  catalog.close();
});

Deno.test("pages: each begins in the index where the one before ended: rows are not read again, nor sorted", () => {
  const { catalog, plans, select } = filled();
  const living = { where: "v.until IS NULL", values: [] };
  for (const all of [everywhere(select, living), within(select, living, "a")]) void [...all];
  assert(plans.length > 10);
  for (const plan of plans) {
    assert(
      /^SEARCH v USING PRIMARY KEY \((\(dir,name,since\)>\(|dir=\? AND \(name,since\)>\()/.test(
        plan,
      ),
      plan,
    );
  }
  catalog.close();
});
