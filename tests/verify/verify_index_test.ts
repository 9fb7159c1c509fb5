/** `verify` holds the index against the records, and what became of a record or a metadata file is mended, not lost. */

import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals } from "@std/assert";
import { Grown, growRich, META, names } from "../helpers/maintain_helper.ts";
import { VERSION_COLUMNS } from "../../src/vault/catalog_schema.ts";
import { dropIndex, theIndex } from "../helpers/index_helper.ts";

/** Snapshots without what their seals prove: a record that got a new first line proves nothing. */
function unproven(list: readonly object[]): object[] {
  return list.map((s) => ({ ...s, proven: null }));
}

/** What the last command said, by place. */
function told(g: Grown): string[] {
  return g.messages.flatMap((m) => m.message_type === "error" ? [String(m.path)] : []);
}

const ROW = [...VERSION_COLUMNS, "crc", "checked"];

/** Changes of the index that no record knows of. */
const LIES = {
  "a hash": "UPDATE version SET hash = 'f' || substr(hash, 2) WHERE name = 'stays'",
  "a hash of the past": "UPDATE version SET hash = 'f' || substr(hash, 2) WHERE ended = 'deleted'",
  "a name": "UPDATE version SET name = 'stayt' WHERE name = 'stays'",
  "a size": "UPDATE version SET size = size + 1 WHERE name = 'stays'",
  "a time": "UPDATE version SET mtime = mtime + 1 WHERE name = 'stays'",
  "an owner": "UPDATE version SET uid = uid + 1 WHERE name = 'stays'",
  "a type": "UPDATE version SET type = 1 WHERE name = 'stays'",
  "a beginning": "UPDATE version SET since = since + 1 WHERE name = 'stays'",
  "an end": "UPDATE version SET until = until + 1 WHERE name = 'gone' AND ended = 'deleted'",
  "why": "UPDATE version SET why = 'changed' WHERE name = 'stays'",
  "what is gone": "UPDATE version SET gone = until WHERE name = 'gone' AND until IS NOT NULL",
  "a row too few": "DELETE FROM version WHERE name = 'stays'",
  "a row too many": `INSERT INTO version (${ROW.join()}) SELECT ${
    ROW.map((column) => column === "name" ? "'no such'" : column).join()
  } FROM version WHERE name = 'stays'`,
  "attributes": "UPDATE attr SET mode = 511",
  "attributes too few": "DELETE FROM attr",
  "a record's count": "UPDATE record SET errors = 3 WHERE stamp = (SELECT max(stamp) FROM record)",
  "a record too few": "DELETE FROM record WHERE stamp = (SELECT min(stamp) FROM record)",
  "a directory's count": "UPDATE dir SET versions = versions + 1 WHERE dir = ''",
  "a directory too few": "DELETE FROM dir WHERE dir = (SELECT max(dir) FROM dir)",
  "what a look saw": "DELETE FROM scan WHERE dir = ''",
  "a forgotten snapshot":
    "UPDATE record SET forgotten = 1 WHERE stamp = (SELECT min(stamp) FROM record)",
} as const;

Deno.test("whatever the index says and the records do not, no answer says it", async () => {
  using g = new Grown();
  await growRich(g);
  g.assertSound();
  const truth = JSON.stringify([g.list(), g.list().map((s) => g.snapshot(s.stamp))]);
  for (const [what, sql] of Object.entries(LIES)) {
    const db = new DatabaseSync(theIndex(g.vault));
    db.exec(sql);
    db.close();
    assertEquals(JSON.stringify([g.list(), g.list().map((s) => g.snapshot(s.stamp))]), truth, what);
    g.assertSound();
  }
});

Deno.test("whatever the index says and the records do not, no run's seal says it", async () => {
  using g = new Grown();
  await growRich(g);
  let day = 12;
  for (const [what, sql] of Object.entries(LIES)) {
    const db = new DatabaseSync(theIndex(g.vault));
    db.exec(sql);
    db.close();
    await g.put({ a: what }).day(day++).backup();
    dropIndex(g.vault);
    g.assertSound();
  }
});

Deno.test("verify: an index that knows what only the disk told is as good as the records", async () => {
  for (const [from, to] of [[0, 11], [2, 8], [5, 6], [8, 11]]) {
    using g = new Grown();
    const stamps = await growRich(g);
    for (const s of stamps.slice(from, to)) Deno.removeSync(g.in(META, "runs", `${s}.jsonl`));
    const isSound = (): void => {
      g.verify();
      const others = told(g).filter((path) => path.startsWith(META) && !path.includes("runs"));
      assertEquals(others, [], `${from}`);
    };
    g.reindex();
    isSound();
    await g.day(12).backup();
    isSound();
    await g.put({ a: "a13" }).drop("swap", "stays").day(13).backup();
    isSound();
  }
});

Deno.test("verify names a record that a bit was flipped in", async () => {
  using g = new Grown();
  const stamps = await growRich(g);
  const record = g.in(META, "runs", `${stamps[0]}.jsonl`);
  const text = Deno.readTextFileSync(record);
  Deno.writeTextFileSync(record, text.replace('"kind":"version"', '"kind":"versinn"'));
  assert(g.verify().errors > 0);
  assert(told(g).includes(record));
  assertEquals(g.verify({ repair: true }).errors, 0);
  assertEquals(Deno.readTextFileSync(record), text);
});

Deno.test("a record whose first line is damaged: the run stays a snapshot, the damaged file stays beside it", async () => {
  for (const which of [-1, 4]) {
    using g = new Grown();
    const stamps = await growRich(g);
    const stamp = stamps.at(which) ?? "";
    const before = g.list();
    const states = before.map((s) => g.snapshot(s.stamp));
    const record = g.in(META, "runs", `${stamp}.jsonl`);
    const damaged = Deno.readTextFileSync(record).replace('"kind"', '"kine"');
    Deno.writeTextFileSync(record, damaged);
    dropIndex(g.vault);
    // a reader makes do with the other lines, and says so
    assertEquals(unproven(g.list()), unproven(before));
    assert(told(g).includes(record));
    assertEquals(Deno.readTextFileSync(record), damaged);
    // a writer gives it a first line
    await g.day(12).backup();
    assert(
      g.messages.some((m) => m.message_type === "note" && m.message.includes(`${record}.damaged`)),
      JSON.stringify(g.messages),
    );
    assertEquals(Deno.readTextFileSync(`${record}.damaged`), damaged);
    assertEquals(unproven(g.list().slice(0, -1)), unproven(before));
    assertEquals(before.map((s) => g.snapshot(s.stamp)), states);
    assertEquals(before.map((s) => g.snapshot(s.stamp)), states);
  }
});

Deno.test("nothing of the newest record makes sense: what the run copied is found on the disk, the file is kept", async () => {
  using g = new Grown();
  g.put({ f: "1", gone: "1" });
  const first = await g.backup();
  g.day(1).put({ f: "2", new: "2" }).drop("gone");
  const second = await g.backup();
  const state = g.snapshot(second);
  const record = g.in(META, "runs", `${second}.jsonl`);
  const noise = "no line\nmakes sense\n";
  Deno.writeTextFileSync(record, noise);
  const third = await g.day(2).backup();
  assertEquals(Deno.readTextFileSync(`${record}.damaged`), noise);
  assertEquals(g.list().map((s) => [s.stamp, s.state]), [
    [first, "complete"],
    [second, "interrupted"],
    [third, "complete"],
  ]);
  assertEquals([g.snapshot(second), g.snapshot(third)], [state, state]);
  assertEquals(g.snapshot(first).gone, g.snapshot(first).f);
  g.assertSound();
});

Deno.test("only the beginning of a first line: the run did nothing yet, and leaves nothing", async () => {
  using g = new Grown();
  g.put({ f: "1" });
  await g.backup();
  for (
    const [i, torn] of ["", '{"kind":"run","for', '{"ki', "\0\0\0\0", '{"kind":"ru\0\0'].entries()
  ) {
    const record = g.in(META, "runs", `2026050${1 + i}_130000.jsonl`);
    Deno.writeTextFileSync(record, torn);
    await g.day(1 + i).backup();
    assertEquals(names(g.in(META, "runs")).filter((n) => n.includes("_13")), []);
    g.assertSound();
  }
});

Deno.test("prune keeps what it cannot read of a record, and a first line that makes no sense", async () => {
  using g = new Grown();
  const stamps = await growRich(g);
  const [first, second] = stamps.map((s) => g.in(META, "runs", `${s}.jsonl`));
  const edit = (path: string | undefined, from: string, to: string): void =>
    Deno.writeTextFileSync(path ?? "", Deno.readTextFileSync(path ?? "").replace(from, to));
  edit(first, '"kind":"version"', '"kind":"versinn"');
  edit(second, '"kind":"run"', '"kind":"rum"');
  const bad = Deno.readTextFileSync(second ?? "");
  await g.day(11).delete(stamps.slice(0, 2));
  assert(Deno.readTextFileSync(first ?? "").includes("versinn"));
  assertEquals(Deno.readTextFileSync(second ?? ""), bad);
});

Deno.test("a directory with something in it where a metadata file should be is moved aside", async () => {
  using g = new Grown();
  g.put({ d: { f: "1" } });
  await g.backup();
  const path = g.in("d", META, "metadata.txt");
  const block = (): void => {
    Deno.removeSync(path);
    Deno.mkdirSync(path);
    Deno.writeTextFileSync(`${path}/stranger`, "not ours");
  };
  block();
  const counts = g.verify({ repair: true });
  assertEquals([counts.repaired, counts.errors], [1, 0]);
  assertEquals(Deno.readTextFileSync(`${path}.damaged/stranger`), "not ours");
  block();
  // a run that writes there does the same, under a name of its own
  await g.day(1).put({ d: { g: "2" } }).backup();
  assertEquals(Deno.readTextFileSync(`${path}.damaged2/stranger`), "not ours");
  const after = g.verify();
  assertEquals([after.errors, after.strangers], [0, 2]);
  // the directory goes from the source: what is not ours stays, and the runs go on
  const last = await g.day(2).drop("d").backup();
  await g.day(40).cleanupDays(0);
  assertEquals(Deno.readTextFileSync(`${path}.damaged/stranger`), "not ours");
  await g.day(41).backup();
  assertEquals([g.snapshot(last), g.verify().errors], [{}, 0]);
});
