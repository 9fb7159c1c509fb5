/** A version that is ended by its key alone is the same as one that was read and changed. */

import { assertEquals } from "@std/assert";
import { openDatabase } from "../../src/platform/sqlite.ts";
import { Catalog } from "../../src/vault/catalog.ts";
import { bareVersion, type Version } from "../../src/vault/version.ts";

const [FIRST, SECOND, THIRD] = [20260101000000, 20260102000000, 20260103000000];

function withCatalog<T>(work: (catalog: Catalog) => T): T {
  const catalog = Catalog.create(openDatabase(":memory:", { readOnly: false }));
  try {
    return work(catalog);
  } finally {
    catalog.close();
  }
}

const file = (more: Partial<Version> = {}): Version =>
  bareVersion({
    dir: "d",
    name: "ä",
    type: "file",
    since: FIRST,
    size: 3,
    mtime: 7,
    hash: "ab",
    why: "new",
    ...more,
  });

Deno.test("index: ending a version by its key writes what changing it writes, its check and its directory's too", () => {
  for (const rot of [null, 1]) {
    const how = { until: SECOND, ended: "changed", rot };
    const told = [true, false].map((byKey) =>
      withCatalog((catalog) => {
        catalog.put(file());
        if (byKey) assertEquals(catalog.end(file(), how), true);
        else catalog.change(file(), how);
        return [catalog.select(""), catalog.counts("d")];
      })
    );
    assertEquals(told[0], told[1]);
    assertEquals(told[0]?.[0], [{ ...file(), ...how }]);
  }
});

Deno.test("index: a version is ended by its key only where it alone lives and nothing else is known of it", () => {
  const how = { until: THIRD, ended: "deleted", rot: null };
  const cases: Record<string, Version[]> = {
    "nothing is there": [],
    "it ended": [file({ until: SECOND, ended: "changed" })],
    "another one lives": [file({ since: SECOND })],
    "two of them live": [file(), file({ since: SECOND })],
    "its content went": [file({ gone: SECOND })],
    "it is a directory": [file({ type: "dir" })],
  };
  for (const [what, versions] of Object.entries(cases)) {
    withCatalog((catalog) => {
      for (const v of versions) catalog.put(v);
      const before = [catalog.select(""), catalog.counts("d")];
      assertEquals(catalog.end(file(), how), false, what);
      assertEquals([catalog.select(""), catalog.counts("d")], before, what);
    });
  }
});
