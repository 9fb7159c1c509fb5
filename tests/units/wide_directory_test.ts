/** A question about one path of a wide directory reads the rows of that path alone. */

import { assertEquals, assertThrows } from "@std/assert";
import { openDatabase } from "../../src/platform/sqlite.ts";
import { Catalog } from "../../src/vault/catalog.ts";
import { aliveIn, aliveOf } from "../../src/vault/history/alive.ts";
import { IndexTrouble } from "../../src/vault/index_db.ts";
import { bareVersion } from "../../src/vault/version.ts";

const SINCE = 20260101000000;
const POINT = { n: SINCE + 9, newest: true };

Deno.test("wide directory: of one path no other's rows are read, be they versions or attributes", () => {
  const db = openDatabase(":memory:", { readOnly: false });
  const catalog = Catalog.create(db);
  catalog.transaction(() => {
    catalog.put(bareVersion({ dir: "", name: "", type: "dir", since: SINCE }));
    for (let i = 0; i < 1100; i++) {
      const name = `f${i}`;
      catalog.put(bareVersion({ dir: "", name, type: "file", since: SINCE, mode: 0o600 }));
      for (const stamp of [SINCE + 1, SINCE + 2]) {
        const mode = 0o640 + stamp - SINCE;
        catalog.putAttr({ dir: "", name, stamp, mtime: 1, mode, uid: null, gid: null });
      }
    }
  });
  // each version has the newest attributes of its own name
  assertEquals(
    aliveIn(catalog, POINT, "").filter((v) => v.name !== "").map((v) => v.mode),
    Array.from({ length: 1100 }, () => 0o642),
  );
  db.exec(
    "UPDATE attr SET mode = 1 WHERE name = 'f7'; UPDATE version SET size = 1 WHERE name = 'f7'",
  );
  assertEquals(aliveOf(catalog, POINT, "f8").map((v) => v.mode), [0o642]);
  assertThrows(() => aliveOf(catalog, POINT, "f7"), IndexTrouble);
  assertThrows(() => aliveIn(catalog, POINT, ""), IndexTrouble);
  catalog.close();
});
