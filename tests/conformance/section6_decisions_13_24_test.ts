/** Spec §6, decisions 13 to 24: those that a backup and the vault's format can show (cleanup's stand in its own suite). */

import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { parseStamp } from "../../src/base/stamp.ts";
import {
  counts,
  errors,
  isThere,
  Link,
  listTree,
  META,
  metadata,
  names,
  Place,
  read,
  record,
  sha256sum,
} from "./fixture.ts";

Deno.test("decision 13: the directory hash, names sorted by their UTF-8 bytes", async () => {
  // in UTF-16 the second would come first
  const order = ["a", "~", "\uFF5E", "😀"];
  using p = new Place(Object.fromEntries(order.map((n) => [n, n])));
  await p.backup();
  let text = "";
  for (const name of order) text += `${name}\0${await sha256sum(name)}\n`;
  assertEquals(metadata(p.vault).hash, await sha256sum(text));
});

Deno.test("decision 14: every directory that the source has, also an empty one, has a metadata.txt", async () => {
  using p = new Place({ d: { empty: {} } });
  await p.backup();
  for (const d of ["", "d", "d/empty"]) assert(isThere(p.in(d, META, "metadata.txt")));
});

Deno.test("decision 14: when a directory is deleted its metadata.txt goes after its files are marked", async () => {
  using p = new Place({ d: { a: "1", empty: {} }, k: "k" });
  await p.backup();
  p.drop("d");
  await p.backup();
  assertEquals(isThere(p.in("d", META, "metadata.txt")), false);
  assertEquals(isThere(p.in("d", "empty", META, "metadata.txt")), false);
  p.put({ d: {} });
  assertEquals(counts(await p.backup()), { dirs_new: 1, files_unmodified: 1 });
  assert(isThere(p.in("d", META, "metadata.txt")));
});

Deno.test("decision 15: generations are counted over all incarnations, newest kept; deletions are not counted", async () => {
  using p = new Place({ a: "1", k: "k" });
  const step = async (text?: string): Promise<string> => {
    if (text === undefined) p.drop("a");
    else p.put({ a: text });
    return (await p.backup("--max-generations", "1")).stamp;
  };
  await step("1");
  const first = await step("2");
  const deleted = await step();
  await step("3");
  assertEquals(names(p.meta()).filter((n) => n.includes("@")), [
    `$OLD@${first}$a`,
    `.$DEL@${deleted}$a`,
  ]);
  const second = await step("4");
  assertEquals(names(p.meta()).filter((n) => n.includes("@")), [
    `$OLD@${second}$a`,
    `.$DEL@${deleted}$a`,
  ]);
});

Deno.test("decision 15: links' generations count too; default unlimited; 0 keeps none", async () => {
  using p = new Place({ a: "1", l: new Link("1") });
  await p.backup();
  const change = (n: string): void => {
    p.drop("l");
    p.put({ a: n, l: new Link(n) });
  };
  const old = (): string[] => names(p.meta()).filter((n) => n.startsWith("$OLD"));
  for (const n of ["2", "3", "4"]) {
    change(n);
    await p.backup();
  }
  assertEquals(old().length, 6);
  change("5");
  await p.backup("--max-generations", "0");
  assertEquals(old(), []);
  assertEquals([read(p.in("a")), read(p.meta("$LNK$l"))], ["5", "5"]);
});

Deno.test("decision 15: applied to a name when it gets a new generation, not before", async () => {
  using p = new Place({ a: "1", b: "1" });
  await p.backup();
  for (const n of ["2", "3"]) {
    p.put({ a: n, b: n });
    await p.backup();
  }
  p.put({ a: "4" });
  await p.backup("--max-generations", "1");
  const old = names(p.meta()).filter((n) => n.startsWith("$OLD@")).map((n) => n.slice(-1));
  assertEquals(old.sort(), ["a", "b", "b"]);
});

Deno.test("decision 16: a marked name that is too long is cut at a character, with ~ and 16 hex digits", async () => {
  const long = "ü".repeat(127) + "x"; // 255 bytes
  using p = new Place({ [long]: "1", k: "k" });
  await p.backup();
  p.put({ [long]: "2" });
  const b = await p.backup();
  const [stored = ""] = names(p.meta()).filter((n) => n.startsWith("$OLD@"));
  const bytes = new TextEncoder().encode(stored).length;
  assert(bytes <= 255 && bytes > 253, String(bytes));
  assertMatch(stored, new RegExp(`^\\$OLD@${b.stamp}\\$ü+~[0-9a-f]{16}$`));
  assert(stored.endsWith(`~${(await sha256sum(long)).slice(0, 16)}`));
  assertEquals(read(p.meta("names.txt")), `${stored}\t${long}\n`);
  assertEquals(read(p.meta(stored)), "1");
});

Deno.test("decision 16: a 255-byte name goes through backup, change, deletion, re-creation; links too", async () => {
  const long = "n".repeat(255);
  const link = "l".repeat(255);
  using p = new Place({ [long]: "1", [link]: new Link("one"), k: "k" });
  await p.backup();
  p.put({ [long]: "2" });
  p.drop(link);
  p.put({ [link]: new Link("two") });
  assertEquals(counts(await p.backup()), { files_changed: 2, files_unmodified: 1 });
  p.drop(long);
  p.drop(link);
  assertEquals(counts(await p.backup()), { files_deleted: 2, files_unmodified: 1 });
  p.put({ [long]: "3", [link]: new Link("three") });
  assertEquals(counts(await p.backup()), { files_new: 2, files_unmodified: 1 });
  assertEquals(counts(await p.backup()), { files_unmodified: 3 });
  const lines = read(p.meta("names.txt")).trimEnd().split("\n").map((l) => l.split("\t"));
  const kinds = lines.map(([stored = "", own = ""]) => `${stored.split(/@|n|l/)[0]} ${own[0]}`);
  assertEquals(kinds.sort(), ["$LNK$ l", "$OLD n", "$OLDLNK l", ".$DEL n", ".$DELLNK l"]);
  for (const [stored = ""] of lines) assert(isThere(p.meta(stored)), stored);
});

Deno.test("decision 16: names.txt is escaped as in 5, with a tab as \\t", async () => {
  const long = `a\tb\nc\\${"d".repeat(240)}`;
  using p = new Place({ [long]: "1", k: "k" });
  await p.backup();
  p.drop(long);
  await p.backup();
  const line = read(p.meta("names.txt")).trimEnd();
  assertEquals(line.split("\n").length, 1);
  const fields = line.split("\t");
  assertEquals(fields.length, 2);
  assert(fields[0]?.startsWith("\\"));
  assertEquals(fields[1], `a\\tb\\nc\\\\${"d".repeat(240)}`);
});

Deno.test("decision 16: a mirror name that does not fit is reported, exit 3", async () => {
  const name = ".$META$" + "$".repeat(248); // 255 bytes, and one more in the vault
  using p = new Place({ [name]: "1", k: "k" });
  const b = await p.try();
  assertEquals(b.code, 3);
  assertEquals(errors(b).map((e) => [e.path, e.code]), [[name, "name"]]);
  assertEquals(counts(b), { files_new: 1, errors: 1 });
});

Deno.test("decision 17: a second name that differs only by case is reported, never merged, never renamed", async () => {
  using p = new Place({ a: "1" });
  await p.backup();
  const info = JSON.parse(read(p.meta("vault.json"))) as Record<string, unknown>;
  const text = JSON.stringify({ ...info, case_sensitive: false, unicode: "nfc" });
  Deno.writeTextFileSync(p.meta("vault.json"), text);
  p.put({ A: "2", "e\u0301": "3", "\u00e9": "4" });
  const b = await p.try();
  assertEquals(b.code, 3);
  assertEquals(errors(b).length, 2);
  for (const e of errors(b)) assertStringIncludes(String(e.message), "apart");
  const kept = listTree(p.vault).filter((n) => !n.includes(META));
  assertEquals(kept.length, 2);
  assert(kept.includes("a"), "the copy that the vault has is not overwritten by the other name");
  assertEquals(counts(b), { files_new: 1, files_unmodified: 1, errors: 2 });
});

Deno.test("decision 18: a change of mode or mtime alone makes no generation; the run record has it", async () => {
  using p = new Place({ a: "1", b: "2", d: {} });
  await p.backup();
  Deno.chmodSync(p.src("a"), 0o600);
  Deno.utimeSync(p.src("b"), 1_500_000_000, 1_500_000_000);
  Deno.chmodSync(p.src("d"), 0o750);
  const b = await p.backup();
  assertEquals(counts(b), { files_attrs: 2 });
  const attrs = record(p.vault).filter((l) => l.kind === "attr");
  const told = attrs.map((l) => [l.path, l.type]).sort();
  assertEquals(told, [["a", "file"], ["b", "file"], ["d", "dir"]]);
  assertEquals(attrs.find((l) => l.path === "a")?.mode, 0o600);
  assertEquals(attrs.find((l) => l.path === "b")?.mtime, "2017-07-14T02:40:00.000Z");
  assertEquals(names(p.meta()).filter((n) => n.includes("@")), []);
  assertEquals((Deno.lstatSync(p.in("a")).mode ?? 0) & 0o777, 0o600);
  assertEquals(Deno.lstatSync(p.in("b")).mtime?.getTime(), 1_500_000_000_000);
});

Deno.test("decision 19: each run leaves runs/<stamp>.jsonl in the root's meta directory", async () => {
  using p = new Place({ a: "1" });
  const first = await p.backup();
  const second = await p.backup();
  assertEquals(names(p.meta("runs")), [`${first.stamp}.jsonl`, `${second.stamp}.jsonl`]);
  const [head, version, dir, last] = record(p.vault, first.stamp);
  assertEquals([head?.kind, head?.stamp, head?.source], ["run", first.stamp, p.source]);
  assertEquals([version?.kind, version?.path, version?.from, version?.size], [
    "version",
    "a",
    first.stamp,
    1,
  ]);
  assertEquals(version?.hash, await sha256sum("1"));
  assertEquals([dir?.path, dir?.type, last?.kind], ["", "dir", "summary"]);
});

Deno.test("decision 19: what a run ended is in its record with its hash", async () => {
  using p = new Place({ a: "old", b: "gone" });
  const first = await p.backup();
  p.put({ a: "newer" });
  p.drop("b");
  const b = await p.backup();
  const ended = record(p.vault).filter((l) => l.kind === "version" && l.to === b.stamp);
  assertEquals(ended.map((l) => [l.path, l.from, l.why]).sort(), [
    ["a", first.stamp, "changed"],
    ["b", first.stamp, "deleted"],
  ]);
  assertEquals(ended.find((l) => l.path === "a")?.hash, await sha256sum("old"));
});

Deno.test("decision 21: what a rule leaves out is neither seen nor gone", async () => {
  using p = new Place({ a: "1", "x.tmp": "t", d: { b: "2", "y.tmp": "t" }, big: "0123456789" });
  await p.backup();
  p.put({ "x.tmp": "changed", big: "changed, and long" });
  const b = await p.backup("--exclude", "*.tmp", "--exclude-larger-than", "8", "--exclude", "d/");
  assertEquals(counts(b), { files_unmodified: 1, files_excluded: 4 });
  assertEquals(read(p.in("x.tmp")), "t");
  assertEquals(Object.keys(metadata(p.vault).files).sort(), ["a", "big", "x.tmp"]);
  assertEquals(names(p.meta()).filter((n) => n.includes("@")), []);
  const c = await p.backup();
  assertEquals(counts(c), { files_changed: 2, files_unmodified: 3 });
});

Deno.test("decision 21: what a pattern leaves out is not gone either when the source has it no more", async () => {
  using p = new Place({ a: "1", "x.tmp": "t", s: { "y.tmp": "t", k: "k" }, d: { b: "2" } });
  await p.backup();
  p.drop("x.tmp");
  p.drop("s", "y.tmp");
  p.drop("d");
  for (let i = 0; i < 2; i++) {
    const b = await p.backup("--exclude", "*.tmp", "--exclude", "d/");
    assertEquals(counts(b), { files_unmodified: 2, files_excluded: 3 });
    assertEquals(read(p.in("x.tmp")), "t");
    assertEquals(read(p.in("d", "b")), "2");
    assertEquals(Object.keys(metadata(p.vault).files).sort(), ["a", "x.tmp"]);
  }
  const c = await p.backup();
  assertEquals(counts(c), { files_deleted: 3, files_unmodified: 2, dirs_deleted: 1 });
});

Deno.test("decision 23: an empty directory without history that became a file leaves nothing behind", async () => {
  using p = new Place({ e: { f: {} }, k: "k" });
  await p.backup();
  p.drop("e");
  p.put({ e: "file" });
  const b = await p.backup();
  assertEquals(counts(b), { files_new: 1, dirs_deleted: 2, files_unmodified: 1 });
  assertEquals(names(p.meta()).filter((n) => n.includes("@")), []);
  const ended = record(p.vault).filter((l) => l.kind === "version" && l.type === "dir");
  assertEquals(ended.map((l) => [l.path, l.to]).sort(), [["e", b.stamp], ["e/f", b.stamp]]);
});

Deno.test("decision 24: each file or link is in exactly one of new, changed, unmodified, attrs, repaired", async () => {
  using p = new Place({ un: "u", ch: "c", at: "a", re: "r", go: "g", l: new Link("l"), d: {} });
  await p.backup();
  p.put({ ch: "changed", ne: "new" });
  Deno.chmodSync(p.src("at"), 0o600);
  Deno.removeSync(p.in("re"));
  p.drop("go");
  const b = await p.backup();
  assertEquals(counts(b), {
    files_unmodified: 2,
    files_changed: 1,
    files_attrs: 1,
    files_repaired: 1,
    files_new: 1,
    files_deleted: 1,
  });
  assertEquals(b.summary.total_files_processed, 6);
  assertEquals(b.summary.total_bytes_processed, "u".length + "changed".length + 1 + 1 + 3 + 1);
  assertEquals(b.summary.bytes_added, "changed".length + 1 + 3);
  assertNotEquals(parseStamp(b.stamp), undefined);
});
