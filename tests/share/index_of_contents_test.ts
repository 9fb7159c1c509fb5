/** The index of contents is made without holding a row for each version in memory. */

import { assert, assertEquals } from "@std/assert";
import type { Database } from "../../src/base/sql.ts";
import { openDatabase } from "../../src/platform/sqlite.ts";
import { Catalog } from "../../src/vault/catalog.ts";
import { SCHEMA } from "../../src/vault/catalog_schema.ts";
import { indexContents } from "../../src/vault/history/contents.ts";
import { tempDir } from "../helpers/cli_helper.ts";

/** A database that writes down what it is asked to do about indexes and where it sorts; `refuses` what it will not do. */
function watched(db: Database, said: string[], refuses = ""): Database {
  return {
    ...db,
    exec: (text) => db.exec(text),
    close: () => db.close(),
    prepare: (text) => {
      if (/^PRAGMA temp|^CREATE INDEX/.test(text)) said.push(text.split(" ON ")[0] ?? "");
      if (refuses !== "" && text.startsWith(refuses)) throw new Error("full");
      return db.prepare(text);
    },
  };
}

Deno.test("index of contents: it is sorted beside the index, and nothing of that is left, nor set any more", () => {
  using dir = tempDir();
  const path = dir.at("it's.db");
  const db = openDatabase(path, { readOnly: false });
  db.exec(`PRAGMA temp_store = MEMORY; ${SCHEMA}`);
  const said: string[] = [];
  assert(indexContents(new Catalog(watched(db, said))));
  assertEquals(said, [
    `PRAGMA temp_store_directory = '${dir.path.replaceAll("'", "''")}'`,
    "PRAGMA temp_store = FILE",
    "CREATE INDEX version_content",
    "CREATE INDEX version_large",
    "PRAGMA temp_store_directory = ''",
    "PRAGMA temp_store = MEMORY",
  ]);
  assertEquals(db.prepare("PRAGMA temp_store").get()?.temp_store, 2);
  assertEquals([...Deno.readDirSync(dir.path)].map((e) => e.name), ["it's.db"]);
  db.close();
});

Deno.test("index of contents: where it cannot be made nothing stays set, and in memory nothing is set", () => {
  using dir = tempDir();
  const db = openDatabase(dir.at("x.db"), { readOnly: false });
  db.exec(`PRAGMA temp_store = MEMORY; ${SCHEMA}`);
  const said: string[] = [];
  assertEquals(indexContents(new Catalog(watched(db, said, "CREATE INDEX version_large"))), false);
  assertEquals(said.at(-1), "PRAGMA temp_store = MEMORY");
  assertEquals(db.prepare("PRAGMA temp_store").get()?.temp_store, 2);
  db.close();
  const memory = openDatabase(":memory:", { readOnly: false });
  memory.exec(SCHEMA);
  const none: string[] = [];
  assert(indexContents(new Catalog(watched(memory, none))));
  assertEquals(none, ["CREATE INDEX version_content", "CREATE INDEX version_large"]);
  memory.close();
});
