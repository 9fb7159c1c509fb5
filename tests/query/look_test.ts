/** `list`, `ls`, `cat`, `history`, `find` on real vaults, through the command line. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { META, Place } from "../conformance/fixture.ts";
import { TempVaultLock } from "../conformance/lock_holder.ts";
import { find } from "../helpers/ask.ts";
import { openDatabase } from "../../src/platform/sqlite.ts";
import { Link, run, type RunResult, summary, tempDir } from "../helpers/cli_helper.ts";
import { backUp, enginePorts } from "../helpers/engine_helper.ts";
import { dropIndex, indexPlace, theIndex, unseal } from "../helpers/index_helper.ts";
import { bareVersion } from "../../src/vault/version.ts";
import { Catalog } from "../../src/vault/catalog.ts";

type Line = Record<string, unknown>;

/** The messages of one type. */
function lines(r: RunResult, type: string): Line[] {
  return r.json.filter((m) => m.message_type === type);
}

/** A vault with three snapshots of a small tree. */
async function three(place: Place): Promise<[string, string, string]> {
  place.put({ "a.txt": "one\n", notes: { "todo.txt": "x", deep: { "n.md": "n" } }, "a.b": "" });
  const first = (await place.backup()).stamp;
  place.put({ "a.txt": "two!\n", new: "n" });
  place.drop("notes", "todo.txt");
  const second = (await place.backup()).stamp;
  place.put({ notes: { "todo.txt": "back" }, link: new Link("a.txt") });
  place.drop("new");
  const third = (await place.backup()).stamp;
  return [first, second, third];
}

async function hash(text: string): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))
    .toHex();
}

Deno.test("list names every snapshot with its counts", async () => {
  using place = new Place();
  const stamps = await three(place);
  const r = await run(["list", place.vault, "--json"]);
  assertEquals(r.code, 0, r.stderr);
  const all = lines(r, "snapshot");
  assertEquals(all.map((s) => s.stamp), stamps);
  assertEquals(all.map((s) => s.state), ["complete", "complete", "complete"]);
  assertEquals(all.map((s) => [s.files_new, s.files_changed, s.files_deleted]), [
    [4, 0, 0],
    [1, 1, 1],
    [2, 0, 1],
  ]);
  assertMatch(String(all[0]?.time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  assertEquals(all[0]?.total_files_processed, 4);
  assert(all.every((s) => s.lost === undefined));
  const text = await run(["list", place.vault]);
  assertEquals(text.stdout.trimEnd().split("\n").length, 4);
  assert(text.stdout.split("\n").every((l) => l.length <= 80));
});

Deno.test("list shows an interrupted run, which latest and times do not choose", async () => {
  using place = new Place();
  const [, , third] = await three(place);
  const head = JSON.parse(
    Deno.readTextFileSync(place.meta("runs", `${third}.jsonl`)).split("\n")[0] ?? "",
  );
  const stamp = "20991231_000000";
  Deno.writeTextFileSync(
    place.meta("runs", `${stamp}.jsonl`),
    `${JSON.stringify({ ...head, stamp })}\n`,
  );
  const r = await run(["list", place.vault, "--json"]);
  assertEquals(lines(r, "snapshot").at(-1)?.state, "interrupted");
  assertEquals(lines(r, "snapshot").at(-1)?.stamp, stamp);
  assertEquals(summary(await run(["ls", place.vault, "--json"])).stamp, third);
  assertEquals(
    summary(await run(["ls", place.vault, "--at", "2099-12-31", "--json"])).stamp,
    third,
  );
  assertEquals(summary(await run(["ls", place.vault, "--at", stamp, "--json"])).stamp, stamp);
});

Deno.test("list shows a snapshot whose content is gone as partial, with the count", async () => {
  using place = new Place();
  const [first] = await three(place);
  const kept = (await run(["history", place.vault, "a.txt", "--json"])).json[0];
  Deno.removeSync(place.in(String(kept?.stored_as)));
  // by records that prove nothing: only then is the disk asked for what each snapshot has
  unseal(place.meta("runs"));
  dropIndex(place.vault);
  const all = lines(await run(["list", place.vault, "--json"]), "snapshot");
  assertEquals([all[0]?.stamp, all[0]?.state, all[0]?.lost], [first, "partial", 1]);
  assertEquals(all[1]?.state, "complete");
  const gone = lines(await run(["history", place.vault, "a.txt", "--json"]), "version")[0];
  assertEquals(gone?.stored_as, null);
  assert(typeof gone?.gone === "string");
  assertEquals((await run(["cat", place.vault, "a.txt", "--at", first])).code, 1);
});

Deno.test("ls lists a snapshot by path, and a part of it", async () => {
  using place = new Place();
  const [first, second] = await three(place);
  const paths = async (...args: string[]): Promise<unknown[]> => {
    const r = await run(["ls", place.vault, ...args, "--json"]);
    assertEquals(r.code, 0, r.stdout);
    return lines(r, "entry").map((e) => e.path);
  };
  const then = ["a.b", "a.txt", "notes", "notes/deep", "notes/deep/n.md"];
  assertEquals(await paths("--at", first), [...then, "notes/todo.txt"]);
  assertEquals(await paths("--at", second), ["a.b", "a.txt", "new", ...then.slice(2)].sort());
  assertEquals(await paths("--at", "latest~2", "--depth", "1"), ["a.b", "a.txt", "notes"]);
  assertEquals(await paths("notes"), ["notes", ...then.slice(3), "notes/todo.txt"]);
  assertEquals(await paths("notes/", "--depth", "1", "--at", second), ["notes", "notes/deep"]);
  assertEquals(await paths("a.txt"), ["a.txt"]);
  assertEquals(await paths(place.src("notes", "deep")), ["notes/deep", "notes/deep/n.md"]);
});

Deno.test("ls tells type, size, time and hash, and the snapshot that it chose", async () => {
  using place = new Place({ f: "four", d: {}, l: new Link("f") });
  Deno.utimeSync(place.src("f"), 1, new Date("2020-05-06T07:08:09.123Z"));
  const { stamp } = await place.backup();
  const r = await run(["ls", place.vault, "--json"]);
  const [d, f, l] = lines(r, "entry");
  assertEquals([d?.type, f?.type, l?.type], ["dir", "file", "link"]);
  assertEquals([f?.size, f?.mtime, f?.hash], [4, "2020-05-06T07:08:09.123Z", await hash("four")]);
  assertEquals(summary(r), {
    message_type: "summary",
    stamp,
    path: "",
    files: 2,
    dirs: 1,
    bytes: 5,
  });
  const text = await run(["ls", place.vault]);
  assertEquals(text.stderr, `snapshot ${stamp}\n`);
  assertMatch(text.stdout, /^\S+ \S+\s+d\/\n\S+ \S+\s+4 B\s+f\n\S+ \S+\s+1 B\s+l@\n$/);
  Deno.utimeSync(place.src("f"), 1, new Date("2021-05-06T07:08:09.123Z"));
  await place.backup();
  const times = async (at: string): Promise<unknown> =>
    lines(await run(["ls", place.vault, "f", "--at", at, "--json"]), "entry")[0]?.mtime;
  assertEquals(await times(stamp), "2020-05-06T07:08:09.123Z");
  assertEquals(await times("latest"), "2021-05-06T07:08:09.123Z");
});

Deno.test("what does not exist is exit 1, what makes no sense exit 2, what is no vault exit 10", async () => {
  using place = new Place({ f: "1" });
  await place.backup();
  const code = async (...args: string[]): Promise<number> => (await run(args)).code;
  assertEquals(await code("ls", place.vault, "nope"), 1);
  assertEquals(await code("ls", place.vault, "--at", "2001-01-01"), 1);
  assertEquals(await code("ls", place.vault, "--at", "latest~1"), 1);
  assertEquals(await code("ls", place.vault, "--at", "tomorrow"), 2);
  assertEquals(await code("ls", place.vault, "../x"), 2);
  assertEquals(await code("ls", place.vault, "--depth", "x"), 2);
  assertEquals(await code("cat", place.vault), 2);
  assertEquals(await code("cat", place.vault, "nope"), 1);
  assertEquals(await code("history", place.vault, "nope"), 1);
  const dated = await run(["cat", place.vault, "f@3d"]);
  assertEquals(dated.code, 1);
  assert(dated.stderr.includes(`hikae cat ${place.vault} "f" --at "3d"`), dated.stderr);
  assertEquals(await code("list", place.source), 10);
  assertEquals(await code("list", place.src("nope")), 10);
  assertEquals(await code("list"), 2);
});

Deno.test("cat writes bytes as they are", async () => {
  using place = new Place();
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));
  const large = new Uint8Array(6_000_000);
  for (let at = 0; at < large.length; at += bytes.length) large.set(bytes, at);
  place.put({ large, "with space\n": "old", l: new Link("large"), d: {}, empty: "" });
  const { stamp } = await place.backup();
  place.put({ "with space\n": "new" });
  await place.backup();
  const text = async (...args: string[]): Promise<string> => {
    const r = await run(["cat", place.vault, ...args]);
    assertEquals([r.code, r.stderr], [0, ""]);
    return r.stdout;
  };
  assertEquals(await text("with space\n"), "new");
  assertEquals(await text("with space\n", "--at", stamp), "old");
  assertEquals(await text("empty"), "");
  const point = await run(["cat", place.vault, "with space\n", "--at", "latest~1"]);
  assertEquals([point.stdout, point.stderr], ["old", `snapshot ${stamp}\n`]);
  const copy = join(place.path, "copy");
  const shell = `"$0" run -A --no-prompt --quiet main.ts cat "$1" large > "$2"`;
  const child = new Deno.Command("sh", {
    args: ["-c", shell, Deno.execPath(), place.vault, copy],
    cwd: new URL("../..", import.meta.url),
    env: { INIT_CWD: place.path },
  });
  assertEquals((await child.output()).code, 0);
  assertEquals(Deno.readFileSync(copy), large);
  const link = await run(["cat", place.vault, "l"]);
  assertEquals(link.code, 1);
  assertStringIncludes(link.stderr, "symbolic link to large");
  const dir = await run(["cat", place.vault, "d"]);
  assertEquals([dir.code, dir.stdout], [1, ""]);
});

Deno.test("cat says when what it wrote is not what was backed up", async () => {
  using place = new Place({ f: "good" });
  await place.backup();
  Deno.writeTextFileSync(place.in("f"), "evil");
  const r = await run(["cat", place.vault, "f"]);
  assertEquals(r.code, 1);
  assertStringIncludes(r.stderr, "not what was backed up");
});

Deno.test("cat follows a file that a run moves while it reads", async () => {
  using place = new Place({ f: "before", g: "going" });
  await place.backup();
  await using _held = await TempVaultLock.hold(place.meta("lock"));
  const stamp = "20991231_000000";
  const head = Deno.readTextFileSync(place.meta("runs", `${place.newest}.jsonl`)).split("\n")[0];
  Deno.writeTextFileSync(
    place.meta("runs", `${stamp}.jsonl`),
    `${JSON.stringify({ ...JSON.parse(head ?? ""), stamp })}\n`,
  );
  Deno.renameSync(place.in("f"), place.meta(`$OLD@${stamp}$f`));
  Deno.writeTextFileSync(place.in("f"), "after!");
  Deno.renameSync(place.in("g"), place.meta(`.$DEL@${stamp}$g`));
  const r = await run(["cat", place.vault, "f"]);
  assertEquals([r.code, r.stdout], [0, "before"]);
  assertStringIncludes(r.stderr, "a backup is running");
  assertEquals((await run(["cat", place.vault, "g"])).stdout, "going");
  assertEquals(lines(await run(["list", place.vault, "--json"]), "snapshot").length, 1);
});

Deno.test("list while the first backup runs says so, and nothing of lost records", async () => {
  using place = new Place({ f: "1" });
  const { stamp } = await place.backup();
  Deno.removeSync(place.meta("runs", `${stamp}.jsonl`));
  const gone = await run(["list", place.vault]);
  assertEquals(gone.code, 0);
  assertStringIncludes(gone.stderr, "records are lost");
  await using _held = await TempVaultLock.hold(place.meta("lock"));
  const r = await run(["list", place.vault]);
  assertStringIncludes(r.stderr, "the first backup is running");
  assert(!r.stderr.includes("lost"), r.stderr);
  // and a moment before, when it holds the lock and nothing else is there
  using other = tempDir();
  Deno.mkdirSync(other.at("v", ".$META$"), { recursive: true });
  Deno.writeTextFileSync(other.at("v", ".$META$", "lock"), "");
  await using _made = await TempVaultLock.hold(other.at("v", ".$META$", "lock"));
  const early = await run(["list", other.at("v")]);
  assertEquals(early.code, 10);
  assertStringIncludes(early.stderr, "a first backup is just making this vault");
});

Deno.test("history tells of each version when and why it came and went, and where it lies", async () => {
  using place = new Place();
  const [first, second, third] = await three(place);
  const a = lines(await run(["history", place.vault, "a.txt", "--json"]), "version");
  assertEquals(a.map((v) => [v.from, v.to, v.state, v.size, v.stored_as]), [
    [first, second, "old", 4, `${META}/$OLD@${second}$a.txt`],
    [second, null, "current", 5, "a.txt"],
  ]);
  assertEquals(a.map((v) => v.hash), [await hash("one\n"), await hash("two!\n")]);
  for (const v of a) {
    assertEquals(await hash(Deno.readTextFileSync(place.in(String(v.stored_as)))), v.hash);
  }
  const todo = lines(await run(["history", place.vault, "notes/todo.txt", "--json"]), "version");
  assertEquals(todo.map((v) => [v.from, v.to, v.state, v.came, v.ended]), [
    [first, second, "deleted", "new", "deleted"],
    [third, null, "current", todo[1]?.came, null],
  ]);
  assertEquals(todo[0]?.stored_as, `notes/${META}/.$DEL@${second}$todo.txt`);
  const text = await run(["history", place.vault, "a.txt"]);
  assertStringIncludes(text.stdout, `${first}  ${second} changed`);
  const dir = await run(["history", place.vault, "notes", "--json"]);
  assertEquals(lines(dir, "version").map((v) => [v.type, v.state]), [["dir", "current"]]);
  assertEquals(lines(dir, "note").length, 1);
});

Deno.test("find finds names that are gone, in the order of paths", async () => {
  using place = new Place();
  await three(place);
  const found = async (...args: string[]): Promise<string[]> =>
    lines(await run(["find", place.vault, ...args, "--json"]), "version")
      .map((v) => `${v.path} ${v.state}`);
  assertEquals(await found("*.txt"), [
    "a.txt old",
    "a.txt current",
    "notes/todo.txt deleted",
    "notes/todo.txt current",
  ]);
  assertEquals(await found("new"), ["new deleted"]);
  assertEquals(await found("notes/**/*.md"), ["notes/deep/n.md current"]);
  assertEquals(await found("{new,link}"), ["link current", "new deleted"]);
  assertEquals(await found("TODO.txt"), []);
  assertEquals((await found("-i", "TODO.txt")).length, 2);
  assertEquals(await found("/new"), ["new deleted"]);
  const none = await run(["find", place.vault, "zzz"]);
  assertEquals([none.code, none.stdout], [0, ""]);
});

Deno.test("find: every version of a directory with more of them than are fetched at a time", async () => {
  using place = new Place();
  place.put({ d: { f: "1" } });
  await backUp(place.source, [place.vault]);
  const catalog = new Catalog(openDatabase(theIndex(place.vault), { readOnly: false }));
  // after the one of `f` two under each of many names, so that the end of what is fetched together parts a pair
  catalog.transaction(() => {
    for (let i = 0; i < 2200; i++) {
      const v = bareVersion({ dir: "d", name: `f${i}`, type: "file", hash: "", why: "new" });
      const [since, until] = [20260101000000, 20260102000000];
      catalog.put({ ...v, since, until, size: 1, ended: "changed" });
      catalog.put({ ...v, since: until, size: 2, why: "changed" });
    }
  });
  catalog.close();
  const found: string[] = [];
  const ports = enginePorts();
  ports.emit = (m) => {
    if (m.message_type === "version") found.push(`${m.path} ${m.state} ${m.size}`);
  };
  const request = { root: place.vault, windows: false, glob: "f*", ignoreCase: false };
  assertEquals(await find(ports, request), 4401);
  const names = Array.from({ length: 2200 }, (_, i) => `f${i}`).sort();
  const wanted = names.flatMap((n) => [`d/${n} old 1`, `d/${n} current 2`]);
  assertEquals(found, ["d/f current 1", ...wanted]);
});

Deno.test("a vault without its catalog, and one without its records too, still answer", async () => {
  using place = new Place();
  const [first, second] = await three(place);
  const ask = async (): Promise<string[]> => {
    const answers: string[] = [];
    for (const args of [["ls"], ["ls", "--at", first], ["diff", first], ["find", "**"], ["list"]]) {
      const [command = "", ...rest] = args;
      answers.push((await run([command, place.vault, ...rest, "--json"])).stdout);
    }
    return answers;
  };
  const before = await ask();
  dropIndex(place.vault);
  assertEquals(await ask(), before);
  Deno.removeSync(place.meta("runs"), { recursive: true });
  const r = await run(["ls", place.vault, "--json"]);
  assertEquals(r.code, 0, r.stdout);
  assertEquals(lines(r, "entry").map((e) => e.path), [
    "a.b",
    "a.txt",
    "link",
    "notes",
    "notes/deep",
    "notes/deep/n.md",
    "notes/todo.txt",
  ]);
  assertEquals(summary(r).stamp, "unknown");
  assertEquals((await run(["cat", place.vault, "a.txt"])).stdout, "two!\n");
  const [old] = lines(await run(["history", place.vault, "a.txt", "--json"]), "version");
  assertEquals([old?.from, old?.to, old?.state], ["unknown", second, "old"]);
  assertEquals((await run(["ls", place.vault, "--at", first])).code, 1);
  // a reader leaves the disk alone
  assert(![...Deno.readDirSync(place.meta())].some((e) => e.name.startsWith("catalog")));
});

Deno.test("where the first record is lost, the newest snapshot is whole and an older one says what it lacks", async () => {
  using place = new Place();
  const [first, second, third] = await three(place);
  const paths = async (at: string): Promise<[unknown[], number]> => {
    const r = await run(["ls", place.vault, "--at", at, "--json"]);
    return [lines(r, "entry").map((e) => e.path), lines(r, "note").length];
  };
  const [whole] = await paths(third);
  Deno.removeSync(place.meta("runs", `${first}.jsonl`));
  assertEquals(await paths(third), [whole, 0]);
  const [then, notes] = await paths(second);
  // the record that is lost, and how many paths it may have known
  assert(then.length < whole.length && notes === 2, `${then} ${notes}`);
  const r = await run(["diff", place.vault, second, third, "--json"]);
  const changed = lines(r, "change").map((c) => `${c.modifier} ${c.path}`);
  assertEquals(changed, ["+ link", "- new", "+ notes/todo.txt"]);
  assertEquals(lines(r, "note").map((n) => /missing/.test(String(n.message))), [true, false]);
});

Deno.test("looking declares no right to write but to the index at home", async () => {
  using place = new Place({ f: "1" });
  await place.backup();
  for (
    const args of [
      ["list"],
      ["ls"],
      ["cat", "f"],
      ["history", "f"],
      ["find", "f"],
      [
        "diff",
        "latest",
      ],
      ["diff", "latest", "--source"],
    ]
  ) {
    const [command = "", ...rest] = args;
    const r = await run([command, place.vault, ...rest, "--explain-permissions", "--json"]);
    const engine = lines(r, "permissions").find((p) => p.thread === "engine");
    const own = indexPlace(place.vault)?.dir;
    const read = rest.includes("--source") ? [place.source, place.vault] : [place.vault];
    assertEquals([r.code, engine?.write, engine?.read], [0, [own], [...read, own]], command);
  }
});
