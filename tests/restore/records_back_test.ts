/** Records that were away when the catalog was made anew, and are there again: as if they had never been away. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Grown, listTree, META, names } from "../helpers/maintain_helper.ts";
import { dropIndex } from "../helpers/index_helper.ts";

/** Four days of a file that changes each day, and one that goes. */
async function grow(g: Grown, maxGenerations = 4): Promise<void> {
  for (let day = 0; day < 4; day++) {
    g.day(day).put({ d: { f: `text ${day}` }, [`n${day % 2}`]: `n ${day}` });
    if (day === 3) g.drop("n0");
    await g.backup({ maxGenerations });
  }
}

Deno.test("records that turn up again after a reindex without them: no version counts twice, none goes for it", async () => {
  using plain = new Grown();
  using g = new Grown();
  for (const each of [plain, g]) await grow(each);
  const away = `${g.path}/runs`;
  Deno.renameSync(g.in(META, "runs"), away);
  g.day(4).reindex();
  Deno.renameSync(away, g.in(META, "runs"));
  for (const each of [plain, g]) {
    each.day(5).put({ d: { f: "text 5" } });
    await each.backup({ maxGenerations: 4 });
    each.assertSound();
  }
  assertEquals(listTree(g.vault), listTree(plain.vault));
  assertEquals(g.list(), plain.list());
});

Deno.test("records put back from a copy that was made while a run was on: what later runs brought is not torn", async () => {
  using g = new Grown();
  await grow(g, 0);
  const [first = "", second = "", ...later] = names(g.in(META, "runs"));
  assertEquals([first < second, later.length], [true, 2]);
  const runs = g.in(META, "runs");
  for (const name of later) Deno.removeSync(join(runs, name));
  const text = Deno.readTextFileSync(join(runs, second)).trimEnd();
  Deno.writeTextFileSync(join(runs, second), text.slice(0, text.lastIndexOf("\n") + 1));
  dropIndex(g.vault);
  Deno.removeSync(g.source, { recursive: true });
  g.reindex();
  assertEquals(Deno.readTextFileSync(g.in("d", "f")), "text 3");
});

Deno.test("a reindex that is told once that there are no records finds them all the same", async () => {
  using g = new Grown();
  await grow(g);
  g.reindex();
  const before = g.dump();
  const runs = g.in(META, "runs");
  for (let at = 0, asked = 1; at < asked; at++) {
    asked = 0;
    g.reindex((call, work) => {
      if (call.op !== "list" || call.path !== runs || asked++ !== at) return work();
      throw Object.assign(new Error("no such directory"), { code: "ENOENT" });
    });
    assertEquals(g.dump(), before, `list ${at}`);
  }
});

Deno.test("records lost and the clock set back: no run makes a mark that is there already", async () => {
  using g = new Grown();
  for (const [day, text] of ["one", "two"].entries()) {
    g.day(day).put({ f: text });
    await g.backup();
  }
  Deno.removeSync(g.in(META, "runs"), { recursive: true });
  dropIndex(g.vault);
  g.day(1);
  for (const [i, text] of ["three", "four", "five"].entries()) {
    g.now -= i === 0 ? 2000 : 0;
    g.put({ f: text });
    await g.backup();
  }
  const old = names(g.in(META)).filter((n) => n.startsWith("$OLD@"));
  const texts = old.map((n) => Deno.readTextFileSync(g.in(META, n)));
  assertEquals(texts, ["one", "two", "three", "four"]);
});
