/** `cleanup`: spec §4, §5 and decisions 1, 4, 14, 20. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { HikaeError } from "../../src/base/errors.ts";
import { RecordIndex } from "../../src/vault/record_index.ts";
import { parseDuration } from "../../src/base/duration.ts";
import { run } from "../helpers/cli_helper.ts";
import { Grown, growRich, isThere, LONG, META, names } from "../helpers/maintain_helper.ts";

Deno.test("cleanup takes a deletion with the generations of its own incarnation, no others", async () => {
  using g = new Grown();
  g.day(0).put({ f: "1" });
  await g.backup();
  g.day(1).put({ f: "2" });
  const changed = await g.backup();
  g.day(2).drop("f");
  const deleted = await g.backup();
  g.day(3).put({ f: "3" });
  await g.backup();
  g.day(4).put({ f: "4" });
  const changedAgain = await g.backup();
  g.day(5).drop("f");
  const deletedAgain = await g.backup();
  g.day(6).put({ f: "5" });
  await g.backup();
  g.day(7).put({ f: "6" });
  const current = await g.backup();
  assertEquals(
    names(g.in(META)).filter((n) => n.includes("$f")),
    [
      `$OLD@${changed}$f`,
      `$OLD@${changedAgain}$f`,
      `$OLD@${current}$f`,
      `.$DEL@${deleted}$f`,
      `.$DEL@${deletedAgain}$f`,
    ],
  );
  g.day(8);
  const out = await g.cleanup({ date: deletedAgain, rule: "that second" });
  assertEquals([out.versions, out.bytes, out.errors], [2, 2, 0]);
  assertEquals(names(g.in(META)).filter((n) => n.includes("$f")), [
    `$OLD@${changed}$f`,
    `$OLD@${current}$f`,
    `.$DEL@${deleted}$f`,
  ]);
  await g.cleanup({ date: deleted.slice(0, 8), rule: "that day" });
  // the history of the file that lives stays
  assertEquals(names(g.in(META)).filter((n) => n.includes("$f")), [`$OLD@${current}$f`]);
  g.assertSound();
});

Deno.test("cleanup leaves another life alone, also when the deletion that ended it is forgotten", async () => {
  using g = new Grown();
  const stamps: string[] = [];
  for (const [day, f] of ["1", "22", undefined, "333", "4444", undefined].entries()) {
    g.day(day).drop("f");
    if (f !== undefined) g.put({ f });
    stamps.push(await g.backup());
  }
  g.day(6).put({ other: "new" });
  await g.backup();
  const [first = "", second = "", , fourth = "", , last = ""] = stamps;
  // the deletion of the first life, and the beginning of the second
  await g.delete([second, fourth]);
  const before = g.snapshot(first);
  g.day(7);
  const out = await g.cleanup({ date: last, rule: "that second" });
  assertEquals([out.versions, out.bytes], [1, 4]);
  assertEquals(g.snapshot(first), before);
  g.assertSound();
});

Deno.test("cleanup by age takes what was deleted longer ago, and leaves a record of it", async () => {
  using g = new Grown();
  g.day(0).put({ old: "1", young: "2", stays: "3" });
  const first = await g.backup();
  g.day(1).drop("old");
  const one = await g.backup();
  g.day(5).drop("young");
  const two = await g.backup();
  g.day(10);
  const out = await g.cleanupDays(7);
  assertEquals(out.versions, 1);
  assertEquals(g.decisions(), [
    { what: "old", keep: false, reason: "deleted more than 7d ago" },
    { what: "young", keep: true, reason: "deleted within 7d" },
  ]);
  assertEquals(names(g.in(META)).filter((n) => n.startsWith(".$DEL@")), [`.$DEL@${two}$young`]);
  const lines = Deno.readTextFileSync(g.in(META, "runs", `${out.stamp}.jsonl`)).trimEnd()
    .split("\n").map((l) => JSON.parse(l));
  assertEquals(lines.map((l) => l.kind), ["cleanup", "version", "summary"]);
  assertEquals(lines[1], {
    kind: "version",
    path: "old",
    type: "file",
    from: first,
    to: one,
    gone: out.stamp,
    why: "retention",
  });
  // what it took shows, and is no snapshot itself
  assertEquals(g.list(), [
    { stamp: first, state: "partial", lost: 1 },
    { stamp: one, state: "complete", lost: 0 },
    { stamp: two, state: "complete", lost: 0 },
  ]);
  const before = g.dump();
  g.reindex();
  assertEquals(g.dump(), before);
  // nothing more to do: no record
  assertEquals((await g.cleanupDays(7)).stamp, undefined);
});

Deno.test("cleanup: a stamp in the future has age zero", async () => {
  using g = new Grown();
  g.day(20).put({ f: "1" });
  await g.backup();
  g.drop("f");
  await g.backup();
  g.day(0);
  assertEquals((await g.cleanupDays(0)).versions, 0);
});

Deno.test("cleanup removes directories in which nothing is left, living empty ones stay", async () => {
  using g = new Grown();
  g.day(0).put({ gone: { deep: { f: "1" } }, empty: {}, half: { f: "1", g: "2" } });
  await g.backup();
  g.day(1).drop("gone", "half/f");
  await g.backup();
  g.day(2).drop("half");
  const late = await g.backup();
  g.day(3);
  await g.cleanup({ date: "20260502", rule: "2026-05-02" });
  assertEquals(names(g.vault), [META, "empty", "half"]);
  assertEquals(names(g.in("half", META)), [`.$DEL@${late}$g`]);
  await g.cleanupDays(0);
  assertEquals(names(g.vault), [META, "empty"]);
  g.assertSound();
  // what was there once can come back
  g.day(4).put({ gone: { deep: { f: "again" } } });
  const again = await g.backup();
  assertEquals(g.snapshot(again), g.sourceState());
});

Deno.test("cleanup reaches into moved trees by the stamps of the marks in them", async () => {
  using g = new Grown();
  g.day(0).put({ d: { early: "1", late: "2", sub: { x: "3" } } });
  await g.backup();
  g.day(1).drop("d/early");
  const early = await g.backup();
  g.day(2).drop("d").put({ d: "a file now" });
  const moved = await g.backup();
  const tree = g.in(META, `.$DEL@${moved}$d`);
  g.day(3);
  assertEquals((await g.cleanup({ date: early, rule: "early" })).versions, 1);
  assertEquals(names(`${tree}/${META}`), [`.$DEL@${moved}$late`]);
  assertEquals((await g.cleanupDays(0)).versions, 2);
  assert(!isThere(tree));
  g.assertSound();
});

Deno.test("cleanup drops names.txt with the last shortened mark", async () => {
  using g = new Grown();
  g.day(0).put({ [LONG]: "1", keep: { [LONG]: "1" } });
  await g.backup();
  g.day(1).put({ [LONG]: "2", keep: { [LONG]: "2" } });
  await g.backup();
  g.day(2).drop(LONG);
  await g.backup();
  assert(isThere(g.in(META, "names.txt")));
  const kept = Deno.readTextFileSync(g.in("keep", META, "names.txt"));
  g.day(3);
  assertEquals((await g.cleanupDays(0)).versions, 2);
  assert(!isThere(g.in(META, "names.txt")));
  assertEquals(Deno.readTextFileSync(g.in("keep", META, "names.txt")), kept);
});

Deno.test("cleanup takes files whose own names end like shortened marks", async () => {
  using g = new Grown();
  const end = "~0123456789abcdef";
  // the mark `.$DEL@yyyyMMdd_HHmmss$` has 22 bytes: the second one fits as it is, to the byte
  g.day(0).put({ [`a${end}`]: "1", ["b".repeat(216) + end]: "1", ["c".repeat(217) + end]: "1" });
  await g.backup();
  g.day(1).drop(`a${end}`).drop("b".repeat(216) + end).drop("c".repeat(217) + end);
  g.day(1).put({ stays: "1" });
  await g.backup();
  g.day(3);
  assertEquals((await g.cleanupDays(0)).versions, 3);
  assertEquals(names(g.in(META)).filter((n) => n.includes("$DEL")), []);
  g.assertSound();
});

Deno.test("cleanup leaves a deletion whose generation cannot be removed, and the next one takes both", async () => {
  using g = new Grown();
  g.day(0).put({ stays: "1", f: "1", h: "1" });
  await g.backup();
  g.day(1).put({ f: "2" });
  await g.backup();
  g.day(2).drop("f", "h");
  await g.backup();
  g.day(3);
  const out = await g.cleanupDays(0, (call, work) => {
    if (call.op !== "remove" || !call.path.includes("$OLD@")) return work();
    throw Object.assign(new Error("not permitted"), { code: "EPERM" });
  });
  assertEquals([out.versions, out.errors], [1, 1]);
  const told = g.messages.findLast((m) => m.message_type === "summary");
  assertEquals([told?.deletions_removed, told?.deletions_kept], [1, 1]);
  assertEquals((await g.cleanupDays(0)).versions, 2);
  g.assertSound();
});

Deno.test("cleanup keeps what a lost living copy can come back from", async () => {
  using g = new Grown();
  g.day(0).put({ f: "precious" });
  await g.backup();
  g.day(1).drop("f");
  await g.backup();
  g.day(2).put({ f: "precious" });
  await g.backup();
  Deno.removeSync(g.in("f"));
  g.day(3);
  assertEquals((await g.cleanupDays(0)).versions, 0);
  assertEquals(g.decisions()[0]?.reason, "the only copy of a file that still exists in the source");
  await g.backup();
  assertEquals((await g.cleanupDays(0)).versions, 1);
});

Deno.test("cleanup of everything leaves what lives, its history, and a catalog that can be made again", async () => {
  using g = new Grown();
  const stamps = await growRich(g);
  g.day(20);
  const planned = await g.cleanup({ before: g.now, rule: "0d", dryRun: true });
  const out = await g.cleanup({ before: g.now, rule: "0d" });
  assertEquals([planned.versions, planned.bytes], [out.versions, out.bytes]);
  assert(out.versions > 10);
  const left = JSON.stringify([...Deno.readDirSync(g.in(META))].map((e) => e.name));
  assert(!left.includes(".$DEL"), left);
  assertEquals(g.snapshot(stamps.at(-1) ?? ""), g.sourceState());
  g.assertSound();
  const before = g.dump();
  g.reindex();
  assertEquals(g.dump(), before);
});

Deno.test("cleanup on the command line: exactly one rule, dry run, summary", async () => {
  using g = new Grown();
  g.put({ f: "1" });
  await g.backup();
  g.day(1).drop("f").put({ other: "1" });
  const stamp = await g.backup();
  for (const args of [[], ["--date", "2026-05-02", "--max-retention", "1d"]]) {
    const r = await run(["cleanup", g.vault, ...args]);
    assertEquals(r.code, 2);
    assert(r.stderr.includes(`hikae cleanup ${g.vault} --max-retention 90d`), r.stderr);
  }
  for (const bad of ["2026-13-01", "2026-05", "2026-05-02 04:54", "yesterday"]) {
    assertEquals((await run(["cleanup", g.vault, "--date", bad])).code, 2);
  }
  assertEquals((await run(["cleanup", g.vault, "--max-retention", "90"])).code, 2);
  const dry = await run(["cleanup", g.vault, "--date", "2026-05-02", "--dry-run"]);
  assertEquals(dry.code, 0);
  assert(dry.stdout.includes("remove f  (1 B, deleted on 2026-05-02)"), dry.stdout);
  assert(isThere(g.in(META, `.$DEL@${stamp}$f`)));
  const time = "2026-05-02 12:00:00";
  const done = await run(["cleanup", g.vault, "--date", time, "--json"]);
  const summary = done.json.at(-1);
  assertEquals(
    [summary?.message_type, summary?.command, summary?.versions_removed, summary?.bytes_freed],
    ["summary", "cleanup", 1, 1],
  );
  assert(!isThere(g.in(META, `.$DEL@${stamp}$f`)));
  assertEquals((await run(["cleanup", g.path, "--date", time])).code, 10);
});

Deno.test("cleanup is not led to another file's past by a names.txt that is wrong", async () => {
  using g = new Grown();
  const [gone, stays] = ["x".repeat(240), `${"x".repeat(239)}y`];
  g.day(0).put({ [gone]: "1", [stays]: "a" });
  await g.backup();
  g.day(1).put({ [gone]: "2", [stays]: "b" });
  await g.backup();
  g.day(2).drop(gone);
  const deleted = await g.backup();
  const path = g.in(META, "names.txt");
  const swapped = Deno.readTextFileSync(path).split("\n").map((line) =>
    line.endsWith("y") ? line.replace(/y$/, "x") : line.replace(/x$/, "y")
  );
  Deno.writeTextFileSync(path, swapped.join("\n"));
  assertEquals((await g.cleanup({ date: deleted, rule: "then" })).versions, 2);
  const left = names(g.in(META)).filter((n) => n.includes("xxx"));
  assertEquals(left.map((n) => Deno.readTextFileSync(g.in(META, n))), ["a"]);
  // it is the one thing that is wrong
  assertEquals(g.verify().errors, 1);
  g.verify({ repair: true });
  g.messages.length = 0;
  g.assertSound();
});

for (const again of ["cleanup", "prune", "delete"] as const) {
  Deno.test(`what a cleanup removed before it broke off is known for good once ${again} has mended it`, async () => {
    using g = new Grown();
    g.day(0).put({ f: "1", kept: "1" });
    const first = await g.backup();
    g.day(1).drop("f");
    const deleted = await g.backup();
    g.day(2);
    const { stamp } = await g.cleanup({ date: deleted, rule: "that second" });
    const record = g.in(META, "runs", `${stamp}.jsonl`);
    const lines = Deno.readTextFileSync(record).split("\n").filter((l) => !l.includes('"summary"'));
    Deno.writeTextFileSync(record, lines.join("\n"));
    g.day(3);
    if (again === "cleanup") await g.cleanup({ date: deleted, rule: "that second" });
    else if (again === "prune") await g.prune({ policy: { last: 9 } });
    else await assertRejects(() => g.delete(["20200101_000000"]), HikaeError, "no run has");
    // of its records alone, as another machine makes it
    g.reindex();
    assertEquals(g.list().map((s) => [s.stamp, s.state, s.lost]), [
      [first, "partial", 1],
      [deleted, "complete", 0],
    ]);
    g.assertSound();
    const asked = await run(["list", g.vault, "--json"]);
    assertEquals(asked.json.filter((m) => m.message_type === "note"), []);
  });
}

Deno.test("a cleanup that broke off is told to who asks: what it removed is not known to be gone yet", async () => {
  using g = new Grown();
  g.day(0).put({ f: "1", kept: "1" });
  await g.backup();
  g.day(1).drop("f");
  const deleted = await g.backup();
  g.day(2);
  const { stamp } = await g.cleanup({ date: deleted, rule: "that second" });
  const told = async (): Promise<unknown[]> =>
    (await run(["list", g.vault, "--json"])).json.filter((m) => m.message_type === "note");
  assertEquals(await told(), []);
  const record = g.in(META, "runs", `${stamp}.jsonl`);
  const [head = ""] = Deno.readTextFileSync(record).split("\n");
  Deno.writeTextFileSync(record, `${head}\n`);
  const [note, ...more] = await told();
  assertEquals(more, []);
  assertEquals(String((note as { message: string }).message).split(";")[0], "a cleanup broke off");
  await g.backup();
  assertEquals(await told(), []);
});

Deno.test("the time of a run is asked once, however many files were deleted by it", async () => {
  using g = new Grown();
  g.day(0).put({ a: "1", b: "2", c: "3", d: { e: "4" }, kept: "5" });
  await g.backup();
  g.day(1).drop("a", "b", "c", "d/e");
  const deleted = await g.backup();
  g.day(30);
  const { record } = RecordIndex.prototype;
  const asked: string[] = [];
  RecordIndex.prototype.record = function (stamp): ReturnType<typeof record> {
    asked.push(stamp);
    return record.call(this, stamp);
  };
  try {
    await g.cleanup({ before: g.now - 86_400_000, dryRun: true });
    await g.prune({ policy: { last: 9 }, keepDeleted: parseDuration("1d", "test"), dryRun: true });
  } finally {
    RecordIndex.prototype.record = record;
  }
  assertEquals(asked.filter((stamp) => stamp === deleted).length, 2);
});
