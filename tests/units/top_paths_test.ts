/** Which paths take the most space: all their versions together, each content counted once. */

import { assertEquals } from "@std/assert";
import { openDatabase } from "../../src/platform/sqlite.ts";
import { Catalog } from "../../src/vault/catalog.ts";
import { topPaths } from "../../src/vault/history/totals.ts";
import type { Version } from "../../src/vault/version.ts";

function file(name: string, since: number, until: number | null, size: number): Version {
  const known = { mtime: 0, mode: null, uid: null, gid: null, hash: null, why: null };
  const none = { ended: null, gone: null, rot: null, moved: null, link: null, flags: null };
  return { dir: "", name, since, until, type: "file", size, ...known, ...none };
}

Deno.test("what a path takes is all that is stored of it, whatever its newest version has", () => {
  const catalog = Catalog.create(openDatabase(":memory:", { readOnly: false }));
  const days = [20261101000000, 20261102000000, 20261103000000];
  catalog.transaction(() => {
    catalog.put(file("large", days[0] ?? 0, null, 50_000));
    catalog.put(file("shrunk", days[0] ?? 0, days[1] ?? 0, 60_000));
    catalog.put(file("shrunk", days[1] ?? 0, null, 10));
    // another name of a file has no bytes of its own
    catalog.put({ ...file("name", days[2] ?? 0, null, 50_000), link: "large" });
  });
  const told = topPaths(catalog, "stored", 3).map(({ path, stored }) => [path, stored]);
  assertEquals(told, [["shrunk", 60_010], ["large", 50_000], ["name", 0]]);
  assertEquals(topPaths(catalog, "size", 1).map((p) => p.path), ["large"]);
  catalog.close();
});
