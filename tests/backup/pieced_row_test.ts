/** A directory whose row in the index is in pieces, from run to run. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { backUp } from "../helpers/engine_helper.ts";
import { theIndex } from "../helpers/index_helper.ts";

const COUNT = 4200;

Deno.test("backup: a directory whose row is in pieces is compared by them, loses none that counts, and keeps none that does not", async () => {
  const root = Deno.realPathSync(Deno.makeTempDirSync());
  const [source, vault] = [join(root, "source"), join(root, "vault")];
  const wide = (name: string): string => join(source, "wide", name);
  const run = async (hours: number): Promise<number[]> => {
    const { outcomes, messages } = await backUp(source, [vault], {}, { hours });
    assertEquals(outcomes.map((o) => o.failed), [undefined]);
    const summary = messages.find((m) => m.message_type === "summary") ?? {};
    const told = new Map(Object.entries(summary));
    return ["new", "changed", "deleted", "unmodified", "repaired"].map((what) =>
      Number(told.get(`files_${what}`))
    );
  };
  try {
    Deno.mkdirSync(join(source, "wide"), { recursive: true });
    for (let i = 0; i < COUNT; i++) Deno.writeTextFileSync(wide(`file ${i}`), "");
    assertEquals(await run(0), [COUNT, 0, 0, 0, 0]);
    assertEquals(pieces(vault), 2);
    assertEquals(await run(1), [0, 0, 0, COUNT, 0]);
    Deno.writeTextFileSync(wide("file 4100"), "other");
    Deno.writeTextFileSync(wide("file 1"), "other");
    Deno.writeTextFileSync(wide("new"), "new");
    Deno.removeSync(wide("file 2"));
    Deno.removeSync(join(vault, "wide", "file 4150"));
    assertEquals(await run(2), [1, 2, 1, COUNT - 4, 1]);
    for (const name of ["file 4100", "file 1", "new", "file 4150"]) {
      assertEquals(
        Deno.readTextFileSync(join(vault, "wide", name)),
        Deno.readTextFileSync(wide(name)),
      );
    }
    change(vault, "UPDATE scan SET row = zeroblob(length(row)) WHERE dir LIKE '/wide//%1'");
    Deno.removeSync(join(vault, "wide", "file 4151"));
    assertEquals((await run(3)).slice(0, 3), [0, 0, 0]);
    assert(Deno.lstatSync(join(vault, "wide", "file 4151")).isFile);
    for (let i = 3; i < 203; i++) Deno.removeSync(wide(`file ${i}`));
    assertEquals(await run(4), [0, 0, 200, COUNT - 200, 0]);
    assertEquals(pieces(vault), 0);
    assertEquals(await run(5), [0, 0, 0, COUNT - 200, 0]);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
});

function pieces(vault: string): number {
  const db = new DatabaseSync(theIndex(vault), { readOnly: true });
  try {
    const sql = "SELECT count(*) AS n FROM scan WHERE dir LIKE '/wide//%'";
    return Number(db.prepare(sql).get()?.n);
  } finally {
    db.close();
  }
}

function change(vault: string, sql: string): void {
  const db = new DatabaseSync(theIndex(vault));
  try {
    assertEquals(db.prepare(sql).run().changes, 1);
  } finally {
    db.close();
  }
}
