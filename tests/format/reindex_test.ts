/** `reindex` gives the same answers as before, and what names alone tell when the records are gone too. */

import { assert, assertEquals } from "@std/assert";
import { run, type TreeSpec } from "../helpers/cli_helper.ts";
import { Grown, growRich, Link, listTree, META } from "../helpers/maintain_helper.ts";
import { dropIndex, theIndex } from "../helpers/index_helper.ts";

Deno.test("reindex: a rebuilt catalog is the same, row for row", async () => {
  using g = new Grown();
  await growRich(g);
  const before = g.dump();
  assertEquals(g.reindex(), { errors: 0 });
  assertEquals(g.dump(), before);
  g.assertSound();
});

Deno.test("reindex after cleanup, prune and delete: the same, row for row", async () => {
  using g = new Grown();
  const stamps = await growRich(g);
  const check = (what: string): void => {
    const before = g.dump();
    g.reindex();
    assertEquals(g.dump(), before, what);
    g.assertSound();
  };
  g.day(11);
  await g.delete([stamps[4] ?? ""]);
  check("delete");
  await g.cleanup({ date: stamps[3]?.slice(0, 8) ?? "", rule: "a day" });
  check("cleanup");
  await g.delete([stamps[6] ?? "", stamps[1] ?? ""]);
  check("delete two");
  await g.prune({ policy: { last: 4 }, keepMinVersions: 2 });
  check("prune");
  g.put({ a: "a12", swap: "file yet again" });
  stamps.push(await g.backup());
  check("backup after prune");
  await g.prune({ policy: { last: 2 } });
  check("prune again");
  await g.cleanupDays(0);
  check("cleanup again");
  await g.prune({ policy: { last: 1 } });
  check("prune to one");
  assertEquals(g.snapshot(stamps.at(-1) ?? ""), g.sourceState());
});

Deno.test("reindex without the records: what names tell, and unknown for the rest", async () => {
  using g = new Grown();
  const stamps = await growRich(g);
  const before = g.dump().version as Record<string, unknown>[];
  const key = (v: Record<string, unknown>): string => `${v.dir}/${v.name}@${v.until}`;
  for (const s of stamps) Deno.removeSync(g.in(META, "runs", `${s}.jsonl`));
  g.day(11);
  g.reindex();
  const after = new Map(
    (g.dump().version as Record<string, unknown>[]).map((v) => [key(v), v]),
  );
  for (const v of before) {
    const w = after.get(key(v));
    if (v.type === 2 && (v.until !== null || v.name === "")) continue;
    if (v.gone !== null) {
      assertEquals(w, undefined, `${key(v)} is not there any more`);
      continue;
    }
    assert(w !== undefined, `${key(v)} is on the disk`);
    assertEquals([w.type, w.ended], [v.type, v.until === null ? null : v.ended], key(v));
    if (v.until === null) assertEquals(w.hash, v.hash, key(v));
    else if (v.type !== 2) assertEquals([w.size, w.hash], [v.size, null], key(v));
    // a beginning that is claimed is the true one
    if (Number(w.since) > 0) assertEquals(w.since, v.since, key(v));
  }
  const counts = g.verify();
  assertEquals([counts.errors, counts.damaged, counts.missing], [0, 0, 0]);
  assert(counts.unknown > 5);
  // a reader without an index answers the same, and the next backup goes on from there
  const dump = g.dump();
  dropIndex(g.vault);
  assertEquals(g.verify(), counts);
  g.reindex();
  assertEquals(g.dump(), dump);
  // from the next run on everything is known again, also to a rebuild
  const next = await g.day(12).backup();
  assertEquals(g.snapshot(next), g.sourceState());
  g.put({ a: "a13" });
  const last = await g.day(13).backup();
  // but for the owner, and how it was found, of what ended since
  const told = (): unknown[] =>
    (g.dump().version as Record<string, unknown>[]).map((v) => ({ ...v, uid: 0, gid: 0, why: 0 }));
  const rows = told();
  g.reindex();
  assertEquals(told(), rows);
  assertEquals(g.snapshot(last), g.sourceState());
  assert(!("stays" in g.snapshot(stamps.at(-1) ?? "")));
  assertEquals(g.messages.filter((m) => m.message_type === "error"), []);
});

Deno.test("reindex without names.txt: the records name shortened marks", async () => {
  using g = new Grown();
  await growRich(g);
  const before = g.dump();
  const files = listTree(g.vault).filter((p) => p.endsWith("names.txt"));
  const told = files.map((p) => Deno.readTextFileSync(g.in(p)));
  for (const p of files) Deno.removeSync(g.in(p));
  const { damaged, errors, strangers } = g.verify();
  assertEquals([damaged, errors, strangers], [files.length, files.length, 0]);
  g.verify({ repair: true });
  const lines = (text: string): string => text.split("\n").sort().join("\n");
  const again = files.map((p) => Deno.readTextFileSync(g.in(p)));
  assertEquals(again.map(lines), told.map(lines));
  g.assertSound();
  for (const p of files) Deno.removeSync(g.in(p));
  g.reindex();
  assertEquals(g.dump(), before);
  g.day(20);
  assert((await g.cleanupDays(0)).versions > 10);
  g.assertSound();
});

Deno.test("reindex on the command line: a summary, 10 for no vault, and a damaged index is no hindrance", async () => {
  using g = new Grown();
  g.put({ f: "1" });
  await g.backup();
  Deno.writeTextFileSync(theIndex(g.vault), "no database at all".repeat(1000));
  const r = await run(["reindex", g.vault, "--json"]);
  assertEquals(r.code, 0, r.stderr);
  assertEquals([r.json.at(-1)?.command, r.json.at(-1)?.files, r.json.at(-1)?.snapshots], [
    "reindex",
    1,
    1,
  ]);
  assertEquals((await run(["reindex", g.source])).code, 10);
  assertEquals((await run(["reindex"])).code, 2);
});

Deno.test("reindex with a record lost: no snapshot shows what another one had", async () => {
  for (const maxGenerations of [undefined, 0]) {
    for (const lost of [1, 2, 3]) {
      using g = new Grown();
      const stamps: string[] = [];
      const states: Record<string, string>[] = [];
      const trees: TreeSpec[] = [
        { log: "1", grows: "1", swap: new Link("log"), dir: { sub: { f: "f" } }, back: "b" },
        { grows: "12", swap: "file" },
        { log: "12", grows: "123", dir: "file" },
        { grows: "1234", dir: { sub: { f: "f2" } } },
        { other: "o" },
      ];
      for (const [i, tree] of trees.entries()) {
        if (i === 1) g.drop("back");
        if (i === 3) g.drop("dir");
        g.day(i).put(tree);
        if (i === 3) g.put({ back: "b2" });
        stamps.push(await g.backup(maxGenerations === undefined ? {} : { maxGenerations }));
        states.push(g.sourceState());
      }
      Deno.removeSync(g.in(META, "runs", `${stamps[lost]}.jsonl`));
      dropIndex(g.vault);
      g.day(9);
      g.reindex();
      for (const [i, stamp] of stamps.entries()) {
        if (i === lost) continue;
        for (const [path, is] of Object.entries(g.snapshot(stamp))) {
          if (is === "gone" || is === "dir") continue;
          assertEquals(is, states[i]?.[path], `${lost} lost, ${i}: ${path}`);
        }
      }
      const { dir: _dir, ...newest } = g.snapshot(stamps.at(-1) ?? "");
      const { dir: _was, ...wanted } = states.at(-1) ?? {};
      assertEquals(newest, wanted, `${lost} lost`);
      assertEquals(g.snapshot(await g.backup()), g.sourceState());
    }
  }
});
