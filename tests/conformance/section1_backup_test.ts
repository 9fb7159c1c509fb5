/** Spec §1: backup, sentence by sentence. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import {
  counts,
  isThere,
  listTree,
  META,
  names,
  Place,
  read,
  record,
  run,
  summary,
} from "./fixture.ts";

Deno.test("§1 every subdirectory and file below the source is copied to the destination", async () => {
  using p = new Place({ "a.txt": "a", sub: { "b.txt": "b", deep: { "c.bin": "c" } }, empty: {} });
  const b = await p.backup();
  assertEquals(listTree(p.vault).filter((f) => !f.includes(META)), [
    "a.txt",
    "empty/",
    "sub/",
    "sub/b.txt",
    "sub/deep/",
    "sub/deep/c.bin",
  ]);
  assertEquals(read(p.in("sub", "deep", "c.bin")), "c");
  assertEquals(counts(b), { files_new: 3, dirs_new: 3 });
});

Deno.test("§1 several destinations can be given", async () => {
  using p = new Place({ a: "1" });
  const others = [join(p.path, "v2"), join(p.path, "v3")];
  const b = await p.backup(...others);
  for (const v of [p.vault, ...others]) assertEquals(read(v, "a"), "1");
  const told = b.json.filter((m) => m.message_type === "summary").map((m) => m.vault);
  assertEquals(told, [p.vault, ...others]);
});

Deno.test("§1 the backup datetime is when the backup started, in local time, yyyyMMdd_HHmmss", async () => {
  using p = new Place({ a: "1" });
  for (const [zone, offset] of [["Asia/Tokyo", 9], ["UTC", 0]] as const) {
    const vault = join(p.path, zone.replace("/", "_"));
    const before = Date.now();
    const r = await run(["backup", p.source, vault, "--json"], { env: { TZ: zone } });
    const stamp = String(summary(r).stamp);
    assertMatch(stamp, /^\d{8}_\d{6}$/);
    const m = /^(....)(..)(..)_(..)(..)(..)$/.exec(stamp) ?? [];
    const utc = Date.UTC(
      +(m[1] ?? 0),
      +(m[2] ?? 0) - 1,
      +(m[3] ?? 0),
      +(m[4] ?? 0),
      +(m[5] ?? 0),
      +(m[6] ?? 0),
    ) -
      offset * 3_600_000;
    assert(utc >= Math.floor(before / 1000) * 1000 && utc <= Date.now(), stamp);
    assertEquals(Math.floor(Date.parse(String(record(vault)[0]?.time)) / 1000) * 1000, utc);
  }
});

Deno.test("§1.1 the destination has no such directory: it is copied whole", async () => {
  using p = new Place({ a: "1" });
  await p.backup();
  p.put({ fresh: { x: "x", below: { y: "y" }, none: {} } });
  const b = await p.backup();
  assertEquals(counts(b), { files_new: 2, dirs_new: 3, files_unmodified: 1 });
  assertEquals(read(p.in("fresh", "below", "y")), "y");
  assert(isThere(p.in("fresh", "none", META, "metadata.txt")));
});

Deno.test("§1.2 the files directly in it are all the same: nothing is done, subdirectories are still processed", async () => {
  using p = new Place({ same: { a: "1", below: { b: "2" } } });
  await p.backup();
  const before = Deno.lstatSync(p.in("same", META, "metadata.txt"));
  p.put({ same: { below: { b: "other" } } });
  const b = await p.backup();
  assertEquals(counts(b), { files_unmodified: 1, files_changed: 1 });
  const after = Deno.lstatSync(p.in("same", META, "metadata.txt"));
  assertEquals([after.ino, after.mtime], [before.ino, before.mtime]);
  assertEquals(read(p.in("same", "below", "b")), "other");
});

Deno.test("§1.2 same content: left as it is", async () => {
  using p = new Place({ a: "1", b: "2" });
  await p.backup();
  const { ino } = Deno.lstatSync(p.in("a"));
  p.put({ b: "3" });
  await p.backup();
  assertEquals(Deno.lstatSync(p.in("a")).ino, ino);
});

Deno.test("§1.2 only in the source: copied", async () => {
  using p = new Place({ a: "1" });
  await p.backup();
  p.put({ b: "2" });
  const b = await p.backup();
  assertEquals(counts(b), { files_new: 1, files_unmodified: 1 });
  assertEquals(read(p.in("b")), "2");
});

Deno.test("§1.2 only in the destination: marked as deleted", async () => {
  using p = new Place({ a: "1", b: "2" });
  await p.backup();
  p.drop("b");
  const b = await p.backup();
  assertEquals(counts(b), { files_deleted: 1, files_unmodified: 1 });
  assertEquals(isThere(p.in("b")), false);
  assertEquals(read(p.meta(`.$DEL@${b.stamp}$b`)), "2");
});

Deno.test("§1.2 different content: marked as a past generation, the source's file copied", async () => {
  using p = new Place({ a: "old" });
  await p.backup();
  p.put({ a: "new content" });
  const b = await p.backup();
  assertEquals(counts(b), { files_changed: 1 });
  assertEquals(read(p.in("a")), "new content");
  assertEquals(read(p.meta(`$OLD@${b.stamp}$a`)), "old");
});

Deno.test("§1.2 generations beyond the maximum number of generations are deleted", async () => {
  using p = new Place({ a: "0" });
  await p.backup("--max-generations", "2");
  const made: string[] = [];
  for (const text of ["1", "2", "3", "4"]) {
    p.put({ a: text });
    made.push((await p.backup("--max-generations", "2")).stamp);
  }
  const old = names(p.meta()).filter((n) => n.startsWith("$OLD@"));
  assertEquals(old, made.slice(-2).map((s) => `$OLD@${s}$a`));
  assertEquals(old.map((n) => read(p.meta(n))), ["2", "3"]);
});

Deno.test("§1 a deleted directory: every file below it is marked as deleted, recursively; its own name does not change", async () => {
  using p = new Place({ d: { a: "a", e: { b: "b" } }, keep: "k" });
  await p.backup();
  p.drop("d");
  const b = await p.backup();
  assertEquals(counts(b), { files_deleted: 2, dirs_deleted: 2, files_unmodified: 1 });
  assertEquals(listTree(p.in("d")), [
    `${META}/`,
    `${META}/.$DEL@${b.stamp}$a`,
    "e/",
    `e/${META}/`,
    `e/${META}/.$DEL@${b.stamp}$b`,
  ]);
});

Deno.test("§1 re-created files and directories are new again, beside their history", async () => {
  using p = new Place({ a: "1", d: { b: "1" } });
  await p.backup();
  p.drop("a");
  p.drop("d");
  const gone = await p.backup("--allow-mass-change");
  p.put({ a: "2", d: { b: "2" } });
  const back = await p.backup();
  assertEquals(counts(back), { files_new: 2, dirs_new: 1 });
  assertEquals(read(p.in("d", "b")), "2");
  assertEquals(read(p.in("d", META, `.$DEL@${gone.stamp}$b`)), "1");
  const lines = record(p.vault).filter((l) => l.kind === "version");
  assertEquals(lines.map((l) => l.why), ["recreated", "recreated", "recreated"]);
});

Deno.test("§1 sameness 1: their number differs: changed", async () => {
  using p = new Place({ d: { a: "1" } });
  await p.backup();
  p.put({ d: { b: "1" } });
  assertEquals(counts(await p.backup()), { files_new: 1, files_unmodified: 1 });
});

Deno.test("§1 sameness 2: the number is equal and a name differs: changed", async () => {
  using p = new Place({ d: { a: "1" } });
  await p.backup();
  Deno.renameSync(p.src("d", "a"), p.src("d", "b"));
  const b = await p.backup();
  assertEquals(counts(b), { files_new: 1, files_moved: 1, files_deleted: 1 });
  assertEquals(names(p.in("d", META)), [`.$DEL@${b.stamp}$a`, "metadata.txt"]);
});

Deno.test("§1 sameness 3: the directory hash is over the files directly in the directory, directories left out", async () => {
  using p = new Place({ a: "1" });
  await p.backup();
  const first = read(p.meta("metadata.txt"));
  p.put({ sub: { x: "x" } });
  await p.backup();
  assertEquals(read(p.meta("metadata.txt")), first);
  p.put({ a: "2" });
  await p.backup();
  assert(read(p.meta("metadata.txt")) !== first);
});

Deno.test("§1 files are compared by the hash of the source's file against the hash recorded at the last backup", async () => {
  using p = new Place({ a: "same bytes", b: "size 6" });
  await p.backup();
  // rewritten with the same bytes: no generation; other bytes of the same length and time: a generation
  p.put({ a: "same bytes" });
  const { mtime } = Deno.lstatSync(p.src("b"));
  p.put({ b: "6 size" });
  Deno.utimeSync(p.src("b"), mtime ?? 0, mtime ?? 0);
  const b = await p.backup();
  assertEquals(b.summary.files_changed, 1);
  assertEquals(names(p.meta()).filter((n) => n.startsWith("$OLD@")), [`$OLD@${b.stamp}$b`]);
});
