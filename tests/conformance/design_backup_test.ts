/** Design, *Commands* and *Vault on disk*, for `backup`: flags, exit codes, records, locks, several vaults. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { spawn } from "../helpers/cli_helper.ts";
import { TempVaultLock } from "./lock_holder.ts";
import {
  counts,
  errors,
  isThere,
  Link,
  listTree,
  names,
  obeysModes,
  Place,
  read,
  record,
  run,
  stamps,
  write,
} from "./fixture.ts";
import { dropIndex, theIndex } from "../helpers/index_helper.ts";

/** The vault without what each look at it may touch. */
function bytesOf(vault: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const path of listTree(vault)) {
    const info = Deno.lstatSync(join(vault, path));
    found[path] = `${info.size} ${info.mtime?.getTime()} ${info.ino} ${info.mode}`;
  }
  return found;
}

Deno.test("run records: a run that changed nothing costs two lines", async () => {
  using p = new Place({ a: "1", d: { b: "2" }, l: new Link("a") });
  await p.backup();
  await p.backup();
  assertEquals(record(p.vault).map((l) => l.kind), ["run", "summary"]);
});

Deno.test("run records: the first line has stamp, UTC instant, source, host and options", async () => {
  using p = new Place({ a: "1" });
  const b = await p.backup("--exclude", "*.tmp", "--max-generations", "3", "--checksum");
  const [head] = record(p.vault);
  assertEquals([head?.kind, head?.format, head?.stamp, head?.source], [
    "run",
    2,
    b.stamp,
    p.source,
  ]);
  assertMatch(String(head?.time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const options = head?.options as Record<string, unknown>;
  assertEquals([options.exclude, options.maxGenerations, options.checksum], [["*.tmp"], 3, true]);
});

Deno.test("run records: the summary is the last line and has the message's counts", async () => {
  using p = new Place({ a: "1", d: {} });
  const b = await p.backup();
  const last = record(p.vault).at(-1) ?? {};
  assertEquals(last.kind, "summary");
  for (const key of Object.keys(counts(b))) assertEquals(last[key], b.summary[key]);
});

Deno.test("run records: an error is a line, so is each attribute change", async () => {
  const before = obeysModes();
  if (before === undefined) return;
  using p = new Place({ a: "1", b: "2" });
  await p.backup();
  Deno.chmodSync(p.src("a"), 0o600);
  Deno.chmodSync(p.src("b"), 0);
  Deno.utimeSync(p.src("b"), 1, 1);
  assertEquals((await p.try([], { before })).code, 3);
  const lines = record(p.vault).slice(1, -1);
  assertEquals(lines.map((l) => [l.kind, l.path]).sort(), [["attr", "a"], ["error", "b"]]);
});

Deno.test("backup --json ends with a summary that has every key of the design", async () => {
  using p = new Place({ a: "1" });
  const { json, summary, stdout } = await p.backup();
  const keys = "message_type vault stamp files_new files_changed files_deleted files_unmodified " +
    "files_attrs files_repaired files_special files_excluded dirs_new dirs_deleted bytes_added " +
    "total_files_processed total_bytes_processed total_duration errors";
  for (const key of keys.split(" ")) assert(key in summary, key);
  assertEquals(json.at(-1), summary);
  for (const line of stdout.trimEnd().split("\n")) JSON.parse(line);
  assertEquals(typeof summary.errors, "number");
});

Deno.test("vault.json: format, id, hash, source, host, created, case_sensitive, unicode", async () => {
  using p = new Place({ a: "1" });
  await p.backup();
  const v = JSON.parse(read(p.meta("vault.json"))) as Record<string, unknown>;
  assertEquals(Object.keys(v).sort(), [
    "case_sensitive",
    "created",
    "format",
    "hash",
    "host",
    "id",
    "source",
    "unicode",
  ]);
  assertEquals([v.format, v.source], [2, p.source]);
  assertMatch(String(v.id), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assertMatch(String(v.hash), /^(b2sum|b3sum|sha256sum)$/);
});

Deno.test("exit 13: a vault of a newer format is refused, never guessed at", async () => {
  using p = new Place({ a: "1" });
  await p.backup();
  for (const text of ['{"format": 2, "id": "x"}', "no json", '{"format": 1}']) {
    Deno.writeTextFileSync(p.meta("vault.json"), text);
    const before = bytesOf(p.vault);
    const b = await p.try();
    assertEquals([b.code, errors(b)[0]?.code], [13, "bad_vault"], text);
    assertEquals(bytesOf(p.vault), before);
  }
  Deno.removeSync(p.meta("vault.json"));
  assertEquals((await p.try()).code, 13);
});

Deno.test("exit 2: wrong usage, one line that says what to type instead", async () => {
  using p = new Place({ a: "1" });
  const wrong = [
    ["backup"],
    ["backup", p.source],
    ["backup", p.source, p.vault, "--no-such-flag"],
    ["backup", p.source, p.vault, "--max-generations", "many"],
    ["backup", p.source, p.vault, "--max-generations"],
    ["backup", p.source, p.vault, "--exclude-larger-than", "huge"],
    ["backup", p.source, p.vault, "--exclude-from", p.src("missing")],
    ["backup", p.source, p.vault, p.vault],
    ["backup", p.source, p.source],
    ["bakcup", p.source, p.vault],
  ];
  for (const args of wrong) {
    const r = await run(args);
    assertEquals(r.code, 2, args.join(" "));
    assertEquals(r.stdout, "");
    assert(r.stderr.trim().split("\n").length <= 2, r.stderr);
  }
  assertEquals(isThere(p.vault), false);
});

Deno.test("exit 1: a source that is a file", async () => {
  using p = new Place({ a: "1" });
  assertEquals((await run(["backup", p.src("a"), p.vault])).code, 1);
  assertEquals(isThere(p.vault), false);
});

Deno.test("several vaults: one that fails does not stop the others, exit 3", async () => {
  using p = new Place({ a: "1" });
  const bad = join(p.path, "bad");
  write(join(bad, "mine"), "keep");
  const b = await p.try([bad]);
  assertEquals(b.code, 3);
  assertEquals(errors(b).map((e) => [e.code, e.vault]), [["no_vault", bad]]);
  assertEquals(read(p.in("a")), "1");
});

Deno.test("several vaults: all failed: the first one's code", async () => {
  using p = new Place({ a: "1" });
  await p.backup();
  Deno.writeTextFileSync(p.meta("vault.json"), "{}");
  const other = join(p.path, "other");
  write(join(other, "mine"), "keep");
  assertEquals((await run(["backup", p.source, p.vault, other])).code, 13);
  assertEquals((await run(["backup", p.source, other, p.vault])).code, 10);
});

Deno.test("several vaults with different pasts each get what they lack", async () => {
  using p = new Place({ a: "1", b: "1" });
  const other = join(p.path, "other");
  await p.backup();
  p.put({ a: "2" });
  await p.backup(other);
  p.drop("b");
  await run(["backup", p.source, other]);
  const b = await p.backup(other);
  const sums = b.json.filter((m) => m.message_type === "summary");
  assertEquals(sums.map((s) => s.files_deleted), [1, 0]);
  assertEquals(names(p.meta()).filter((n) => n.includes("@")).length, 2);
  assertEquals(names(join(other, ".$META$")).filter((n) => n.includes("@")).length, 1);
});

Deno.test("--exclude, --exclude-from: gitignore syntax, and the last word wins", async () => {
  using p = new Place({
    "a.tmp": "",
    "keep.tmp": "",
    node_modules: { x: "" },
    src: { node_modules: { y: "" }, "b.log": "", build: { z: "" } },
    build: { "out.js": "" },
  });
  const list = join(p.path, "list");
  Deno.writeTextFileSync(list, "\uFEFF# a comment\r\n*.log\r\n\r\n/build/\r\n");
  const flags = ["--exclude", "*.tmp", "--exclude", "!keep.tmp", "--exclude", "node_modules/"];
  await p.backup(...flags, "--exclude-from", list);
  const files = listTree(p.vault).filter((n) => !n.includes(".$META$"));
  assertEquals(files, ["keep.tmp", "src/", "src/build/", "src/build/z"]);
});

Deno.test("--exclude-if-present: a directory that holds the name is left out", async () => {
  using p = new Place({ cache: { "CACHEDIR.TAG": "", x: "" }, a: "1", ".nobackup": "" });
  await p.backup("--exclude-if-present", "CACHEDIR.TAG", "--exclude-if-present", ".nobackup");
  assertEquals(isThere(p.in("cache")), false);
  assert(isThere(p.in("a")), "the root itself is never left out");
});

Deno.test("--exclude-if-present: a copy that the vault has of a directory stays when it is tagged", async () => {
  using p = new Place({ cache: { x: "1", d: { y: "1" } }, a: "1" });
  await p.backup();
  p.put({ cache: { "CACHEDIR.TAG": "", x: "2" } });
  const tagged = await p.backup("--exclude-if-present", "CACHEDIR.TAG");
  assertEquals(counts(tagged), { files_unmodified: 1, files_excluded: 2 });
  assertEquals([read(p.in("cache", "x")), read(p.in("cache", "d", "y"))], ["1", "1"]);
  p.drop("cache");
  assertEquals(counts(await p.backup("--exclude-if-present", "CACHEDIR.TAG")), {
    files_unmodified: 1,
    files_deleted: 2,
    dirs_deleted: 2,
  });
});

Deno.test("--exclude-larger-than: larger files are left out, and a copy that the vault has stays", async () => {
  using p = new Place({ small: "12345678", big: "123456789", grows: "1" });
  assertEquals(counts(await p.backup("--exclude-larger-than", "8")), {
    files_new: 2,
    files_excluded: 1,
  });
  p.put({ grows: "more than eight" });
  await p.backup("--exclude-larger-than", "8");
  assertEquals(read(p.in("grows")), "1");
  assertEquals(isThere(p.in("big")), false);
});

Deno.test("an exclude rule that leaves out a directory keeps all below it, through further runs", async () => {
  using p = new Place({ d: { e: { f: "1" } }, a: "1" });
  await p.backup();
  p.drop("d", "e");
  p.put({ a: "2" });
  for (let i = 0; i < 2; i++) {
    const b = await p.backup("--exclude", "d/");
    assertEquals([b.summary.files_deleted, b.summary.files_excluded], [0, 1]);
    assertEquals(read(p.in("d", "e", "f")), "1");
  }
  assertEquals((await p.backup()).summary.files_deleted, 1);
});

Deno.test("--dry-run prints the plan as change lines and writes nothing", async () => {
  using p = new Place({ a: "1", b: "2", c: "3", d: { e: "4" }, l: new Link("x"), t: "t" });
  await p.backup();
  const before = bytesOf(p.vault);
  p.put({ a: "changed", n: "new", m: { o: "new" } });
  for (const gone of ["b", "d", "t"]) p.drop(gone);
  p.put({ t: new Link("now a link") });
  const b = await p.backup("--dry-run");
  const changes = b.json.filter((m) => m.message_type === "change");
  assertEquals(changes.map((c) => `${c.modifier} ${c.type} ${c.path}`).sort(), [
    "+ dir m",
    "+ file m/o",
    "+ file n",
    "- dir d",
    "- file b",
    "- file d/e",
    "M file a",
    "T link t",
  ]);
  assertEquals(bytesOf(p.vault), before);
  const real = await p.backup();
  const total = (s: Record<string, unknown>): unknown[] => [s.bytes_added, s.files_new];
  assertEquals(counts(b), counts(real));
  assertEquals(total(b.summary), total(real.summary));
});

Deno.test("--dry-run into a vault that is not there makes none", async () => {
  using p = new Place({ a: "1", d: { b: "2" } });
  const b = await p.backup("--dry-run");
  assertEquals(counts(b), { files_new: 2, dirs_new: 1 });
  assertEquals(isThere(p.vault), false);
});

Deno.test("--checksum finds what size and times hide", async () => {
  using p = new Place({ a: "1" });
  await p.backup();
  assertEquals(counts(await p.backup("--checksum")), { files_unmodified: 1 });
});

Deno.test("exit 11: a vault that another run holds is refused, and the message says who holds it", async () => {
  using p = new Place({ a: "1" });
  await p.backup();
  await using holder = await TempVaultLock.hold(p.meta("lock"));
  Deno.writeTextFileSync(
    p.meta("lock.json"),
    JSON.stringify({
      pid: 4711,
      host: "elsewhere",
      command: "prune",
      since: "2026-01-01T00:00:00Z",
    }),
  );
  const before = stamps(p.vault);
  const b = await p.try();
  assertEquals([b.code, errors(b)[0]?.code], [11, "locked"]);
  for (const word of ["4711", "elsewhere", "prune"]) {
    assertStringIncludes(`${errors(b)[0]?.message} ${errors(b)[0]?.hint}`, word);
  }
  assertEquals(stamps(p.vault), before);
  await holder.release();
  assertEquals((await p.try()).code, 0);
});

Deno.test("two backups at once: each is done or refused (11), and the vault is whole", async () => {
  using p = new Place(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`f${i}`, `${i}`])));
  const children = [0, 1, 2].map(() => spawn(["backup", p.source, p.vault, "--json"]));
  const codes = (await Promise.all(children.map((c) => c.output()))).map((o) => o.code);
  assert(codes.includes(0) && codes.every((c) => c === 0 || c === 11), codes.join());
  assertEquals(counts(await p.backup()), { files_unmodified: 300 });
});

Deno.test("an advisory lock dies with its holder: a killed run leaves no stale lock", async () => {
  using p = new Place({ a: "1" });
  await p.backup();
  const holder = await TempVaultLock.hold(p.meta("lock"));
  await holder.kill();
  assertEquals((await p.try()).code, 0);
});

Deno.test("the catalog is an index: damaged or missing, the next run makes it again", async () => {
  using p = new Place({ a: "1", d: { b: "2" } });
  await p.backup();
  Deno.writeTextFileSync(
    theIndex(p.vault),
    "not a database at all, but long enough".repeat(200),
  );
  assertEquals(counts(await p.backup()), { files_unmodified: 2 });
  dropIndex(p.vault);
  p.put({ a: "changed" });
  assertEquals(counts(await p.backup()), { files_changed: 1, files_unmodified: 1 });
  assertEquals(
    new TextDecoder().decode(Deno.readFileSync(theIndex(p.vault)).slice(0, 13)),
    "SQLite format",
  );
});

Deno.test("no SQLite file lies in a vault; what an older version left there goes unopened", async () => {
  using p = new Place({ a: "1" });
  await p.backup();
  for (const side of ["", "-journal", "-wal"]) {
    Deno.writeTextFileSync(p.meta(`catalog.db${side}`), "no database");
  }
  assertEquals((await run(["list", p.vault])).code, 0);
  await p.backup();
  assertEquals(names(p.meta()).filter((n) => n.startsWith("catalog")), []);
});

Deno.test("a record without its last line is an unfinished run; what it wrote is hashed again", async () => {
  using p = new Place({ a: "1", b: "2" });
  const first = await p.backup();
  p.put({ a: "changed" });
  const cut = await p.backup();
  const path = p.meta("runs", `${cut.stamp}.jsonl`);
  const lines = read(path).trimEnd().split("\n");
  Deno.writeTextFileSync(path, `${lines.slice(0, -1).join("\n")}\n`);
  dropIndex(p.vault);
  const b = await p.backup();
  assertEquals(counts(b), { files_unmodified: 2 });
  assert(b.json.some((m) => m.message_type === "note" && String(m.message).includes(cut.stamp)));
  assertEquals(names(p.meta()).filter((n) => n.startsWith("$OLD@")), [`$OLD@${cut.stamp}$a`]);
  assert(first.stamp < cut.stamp);
});

Deno.test("times and modes of files and directories are kept", async () => {
  using p = new Place({ a: "1", d: { b: "2" } });
  Deno.chmodSync(p.src("a"), 0o640);
  Deno.chmodSync(p.src("d"), 0o750);
  for (const path of ["d/b", "a", "d"]) {
    Deno.utimeSync(p.src(path), 1_500_000_000.5, 1_500_000_000.5);
  }
  await p.backup();
  for (const path of ["a", "d", "d/b"]) {
    const [was, is] = [Deno.lstatSync(p.src(path)), Deno.lstatSync(p.in(path))];
    assertEquals([is.mode, is.mtime], [was.mode, was.mtime], path);
  }
});

Deno.test("relative paths are the caller's", async () => {
  using p = new Place({ a: "1" });
  assertEquals((await run(["backup", "source", "vault"], { cwd: p.path })).code, 0);
  assertEquals(read(p.in("a")), "1");
  const r = await run(["backup", "./source", "deep/new/vault", "--init"], {
    env: { INIT_CWD: p.path },
  });
  assertEquals([r.code, read(p.path, "deep", "new", "vault", "a")], [0, "1"]);
});

Deno.test("Ctrl-C ends with 130 and a valid vault; the next run goes on", async () => {
  using p = new Place(
    Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${i}`, "x".repeat(1 << 20)])),
  );
  const child = spawn(["backup", p.source, p.vault, "--json"]);
  while (names(p.meta("runs")).length === 0) await new Promise((r) => setTimeout(r, 2));
  child.kill("SIGINT");
  const { code } = await child.output();
  assert(code === 130 || code === 0, String(code));
  const b = await p.backup();
  assertEquals(b.summary.total_files_processed, 40);
  assertEquals(counts(await p.backup("--checksum")), { files_unmodified: 40 });
});
