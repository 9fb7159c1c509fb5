/** `hikae restore`, driven as people do. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  errors,
  isThere,
  Link,
  listTree,
  makeTree,
  names,
  newest,
  read,
  run,
  spawn,
  stamps,
  summary,
  tempDir,
  write,
} from "../helpers/cli_helper.ts";
import { backUp, enginePorts } from "../helpers/engine_helper.ts";
import { restoreHere } from "../helpers/restore_helper.ts";
import { dropIndex, indexPlace } from "../helpers/index_helper.ts";

const DAY = 86_400_000;

/** A source backed up twice: `one` changed, `sub/two` went, a directory became a link's place. */
async function twoRuns(at: (...names: string[]) => string): Promise<[string, string]> {
  makeTree(at("s"), {
    "one": "first",
    "sub": { "two": "second", "deep": { "three": "third" } },
    "empty": {},
    "icon@2x.png": "icon",
    "todo@3d": "a name",
    "link": new Link("../nowhere"),
  });
  Deno.chmodSync(at("s", "sub"), 0o750);
  for (const name of ["sub/deep/three", "sub/deep", "sub", "empty", "one"]) {
    Deno.utimeSync(at("s", name), new Date(Date.now() - 9 * DAY), new Date(1_600_000_000_123));
  }
  assertEquals((await run(["backup", at("s"), at("v")])).code, 0);
  Deno.writeTextFileSync(at("s", "one"), "one, changed");
  Deno.removeSync(at("s", "sub", "two"));
  Deno.removeSync(at("s", "empty"));
  assertEquals((await run(["backup", at("s"), at("v")])).code, 0);
  const [a = "", b = ""] = stamps(at("v"));
  return [a, b];
}

Deno.test("restore names the vault in its summary as the line does", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "1" });
  assertEquals((await run(["backup", "s", "v"], { cwd: dir.path })).code, 0);
  for (const more of [[], ["--dry-run"]]) {
    const told = await run(["restore", "v", "--to", "t", "--json", ...more], { cwd: dir.path });
    assertEquals([told.code, summary(told).vault], [0, "v"]);
  }
});

Deno.test("restore: the newest state and any past one come back with times, modes, links and empty directories", async () => {
  using dir = tempDir();
  const [first, second] = await twoRuns(dir.at);
  const now = await run(["restore", dir.at("v"), "--to", dir.at("new"), "--json"]);
  assertEquals(now.code, 0);
  assertEquals(summary(now).stamp, second);
  assertEquals(listTree(dir.at("new")), listTree(dir.at("s")));
  const past = await run(["restore", dir.at("v"), "--to", dir.at("past"), "--at", first, "--json"]);
  assertEquals(past.code, 0);
  const { message_type, stamp, files_restored, links_restored, dirs_restored, errors } = summary(
    past,
  );
  assertEquals(
    { message_type, stamp, files_restored, links_restored, dirs_restored, errors },
    {
      message_type: "summary",
      stamp: first,
      files_restored: 6,
      links_restored: 1,
      dirs_restored: 3,
      errors: 0,
    },
  );
  assertEquals(read(dir.at("past", "one")), "first");
  assertEquals(Deno.readLinkSync(dir.at("past", "link")), "../nowhere");
  for (const name of ["sub/deep/three", "sub/deep", "sub", "empty", "one"]) {
    assertEquals(Deno.lstatSync(dir.at("past", name)).mtime?.getTime(), 1_600_000_000_123, name);
  }
  assertEquals((Deno.lstatSync(dir.at("past", "sub")).mode ?? 0) & 0o7777, 0o750);
  assertEquals(
    Deno.lstatSync(dir.at("new")).mtime?.getTime(),
    Deno.lstatSync(dir.at("s")).mtime?.getTime(),
  );
});

Deno.test("restore: neither or both of --to and --in-place, a target in the vault, unknown points and paths", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "a" });
  await run(["backup", dir.at("s"), dir.at("v")]);
  assertEquals((await run(["restore", dir.at("v")])).code, 2);
  assertEquals((await run(["restore", dir.at("v"), "--in-place", "--to", dir.at("x")])).code, 2);
  assertEquals((await run(["restore", dir.at("v"), "--to", dir.at("v", "x")])).code, 2);
  const none = await run(["restore", dir.at("v"), "nope", "--to", dir.at("x")]);
  assertEquals(none.code, 1);
  assertStringIncludes(none.stderr, "nope");
  // what --keep-deleted holds may be in no snapshot any more
  assertStringIncludes(none.stderr, `hikae history ${dir.at("v")} PATH`);
  assertEquals((await run(["restore", dir.at("v"), "--at", "1999", "--to", dir.at("x")])).code, 2);
  const early = await run(["restore", dir.at("v"), "--at", "1999-01-01", "--to", dir.at("x")]);
  assertEquals(early.code, 1);
  assertEquals((await run(["restore", dir.at("none"), "--to", dir.at("x")])).code, 10);
  const file = await run(["restore", dir.at("v"), "--to", dir.at("s", "a")]);
  assertEquals(file.code, 1);
  assertStringIncludes(file.stderr, "not a directory");
  assert(!isThere(dir.at("x")));
});

Deno.test("restore: a path keeps its place, PATH@POINT names its own time, a literal path wins", async () => {
  using dir = tempDir();
  const [first] = await twoRuns(dir.at);
  const r = await run([
    "restore",
    dir.at("v"),
    "icon@2x.png",
    "todo@3d",
    `one@${first}`,
    `sub/two@${first}`,
    "--to",
    dir.at("t"),
    "--json",
  ]);
  assertEquals(r.code, 0);
  assertEquals(listTree(dir.at("t")), ["icon@2x.png", "one", "sub/", "sub/two", "todo@3d"]);
  assertEquals(read(dir.at("t", "one")), "first");
  assertEquals(Deno.lstatSync(dir.at("t", "sub")).mtime?.getTime(), 1_600_000_000_123);
  const both = await run(["restore", dir.at("v"), "one", `one@${first}`, "--to", dir.at("u")]);
  assertEquals(both.code, 2);
});

Deno.test("restore: globs take what matches and all below", async () => {
  using dir = tempDir();
  const [first] = await twoRuns(dir.at);
  const of = async (glob: string): Promise<string[]> => {
    const to = dir.at(`t${Math.random()}`);
    assertEquals((await run(["restore", dir.at("v"), glob, "--at", first, "--to", to])).code, 0);
    return listTree(to);
  };
  assertEquals(await of("t*"), ["sub/", "sub/deep/", "sub/deep/three", "sub/two", "todo@3d"]);
  assertEquals(await of("s?b"), ["sub/", "sub/deep/", "sub/deep/three", "sub/two"]);
});

Deno.test("restore: --overwrite always, if-newer, if-changed, never", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { same: "same", other: "vault", newer: "vault", sly: "vault" });
  const old = new Date(1_600_000_000_000);
  for (const name of names(dir.at("s"))) Deno.utimeSync(dir.at("s", name), old, old);
  await run(["backup", dir.at("s"), dir.at("v")]);
  const restored = async (how: string): Promise<string[]> => {
    const t = dir.at(how);
    makeTree(t, { same: "same", other: "there, longer", newer: "there, newer", sly: "there" });
    for (const name of ["same", "sly"]) Deno.utimeSync(`${t}/${name}`, old, old);
    const before = new Date(1_500_000_000_000);
    Deno.utimeSync(`${t}/other`, before, before);
    const r = await run(["restore", dir.at("v"), "--to", t, "--overwrite", how]);
    assertEquals(r.code, 0);
    return names(t).filter((name) => read(t, name) === "vault");
  };
  assertEquals(await restored("always"), ["newer", "other", "sly"]);
  assertEquals(await restored("if-changed"), ["newer", "other"]);
  assertEquals(await restored("if-newer"), ["other"]);
  assertEquals(await restored("never"), []);
  assertEquals((await run(["restore", dir.at("v"), "--to", "x", "--overwrite", "no"])).code, 2);
});

Deno.test("restore: a hard link of what is replaced keeps the old content", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "vault" });
  await run(["backup", dir.at("s"), dir.at("v")]);
  makeTree(dir.at("t"), { a: "there" });
  Deno.linkSync(dir.at("t", "a"), dir.at("other"));
  assertEquals((await run(["restore", dir.at("v"), "--to", dir.at("t")])).code, 0);
  assertEquals(read(dir.at("t", "a")), "vault");
  assertEquals(read(dir.at("other")), "there");
});

Deno.test("restore: a dry run tells what would be and writes nothing; the restore then does just that", async () => {
  using dir = tempDir();
  const [first] = await twoRuns(dir.at);
  await run(["restore", dir.at("v"), "--to", dir.at("t")]);
  write(dir.at("t", "extra", "file"), "not in the snapshot");
  Deno.removeSync(dir.at("t", "link"));
  makeTree(dir.at("t", "link"), {});
  const before = listTree(dir.at("t"));
  const args = ["restore", dir.at("v"), "--to", dir.at("t"), "--at", first, "--delete", "--json"];
  const dry = await run([...args, "--dry-run"]);
  assertEquals(listTree(dir.at("t")), before);
  assertEquals(
    dry.json.filter((m) => m.message_type === "change").map((m) => `${m.modifier} ${m.path}`)
      .sort(),
    ["+ empty", "+ sub/two", "- extra", "- extra/file", "M one", "T link"],
  );
  const kept = (m: { json: Record<string, unknown>[] }): unknown[] =>
    m.json.filter((m) => m.message_type === "decision").map((m) => [m.path, m.keep, m.reason])
      .sort();
  assertEquals(kept(dry), [
    ["icon@2x.png", true, "already the same"],
    ["sub/deep/three", true, "already the same"],
    ["todo@3d", true, "already the same"],
  ]);
  const never = await run([...args, "--dry-run", "--overwrite", "never"]);
  assert(kept(never).some((k) => String(k) === "one,true,--overwrite never"), never.stdout);
  const told = await run([...args.slice(0, -1), "--dry-run", "--verbose"]);
  assert(told.stdout.includes("keep   sub/deep/three  (already the same)"), told.stdout);
  const wet = await run(args);
  assertEquals(wet.code, 0);
  const counts = (m: Record<string, unknown>): unknown => ({
    ...m,
    dry_run: 0,
    total_duration: 0,
  });
  assertEquals(counts(summary(wet)), counts({ ...summary(dry) }));
  assert(!isThere(dir.at("t", "extra")));
  assertEquals(Deno.readLinkSync(dir.at("t", "link")), "../nowhere");
  const again = await run([...args, "--dry-run"]);
  assertEquals(again.json.filter((m) => m.message_type === "change"), []);
});

Deno.test("restore: a dry run tells the changes of each directory by path, however the system lists them", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { sub: { c: "1" }, b: "1", d: "1" });
  await backUp(dir.at("s"), [dir.at("v")]);
  // listed in another order than that of the names, whether the system keeps the newest first or last
  const extra = ["e", "a", "c", "z", "x", "y"];
  for (const name of extra) {
    for (const below of extra) write(dir.at("t", name, below), "extra");
    write(dir.at("t", "sub", name), "extra");
  }
  const ports = enginePorts();
  const paths: string[] = [];
  ports.emit = (m) => void (m.message_type === "change" && paths.push(m.path));
  await restoreHere(dir.at("v"), dir.at("t"), { dryRun: true, delete: true }, ports);
  const [top, below] = [paths.filter((p) => !p.startsWith("sub/")), paths.slice(-6)];
  assertEquals(paths, [...top, ...below]);
  assertEquals(top, [...top].sort());
  assertEquals(top.filter((p) => !p.includes("/")), ["a", "b", "c", "d", "e", "x", "y", "z"]);
  assertEquals(below, ["sub/a", "sub/c", "sub/e", "sub/x", "sub/y", "sub/z"]);
});

Deno.test("restore: --delete works only below what is restored, and follows no link", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { sub: { a: "a" }, b: "b" });
  await run(["backup", dir.at("s"), dir.at("v")]);
  makeTree(dir.at("outside"), { precious: "p" });
  makeTree(dir.at("t"), {
    extra: "stays",
    sub: { extra: "goes", "out": new Link("../../outside"), more: { deep: "goes" } },
  });
  const r = await run(["restore", dir.at("v"), "sub", "--to", dir.at("t"), "--delete", "--json"]);
  assertEquals(r.code, 0);
  assertEquals(listTree(dir.at("t")), ["extra", "sub/", "sub/a"]);
  assertEquals(read(dir.at("outside", "precious")), "p");
});

Deno.test("restore --in-place: tells first, brings back, deletes neither the vault nor what no backup looks at", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "a", "skip.tmp": "t", node: { x: "x" }, tagged: { ".nobackup": "" } });
  const vault = dir.at("s", "backups", "v");
  Deno.mkdirSync(dir.at("s", "backups"));
  const made = await run([
    ...["backup", dir.at("s"), vault, "--exclude", "*.tmp", "--exclude", "node/"],
    ...["--exclude-if-present", ".nobackup"],
  ]);
  assertEquals(made.code, 0);
  makeTree(dir.at("s"), { a: "changed", extra: "goes" });
  makeTree(dir.at("s", "other"), { "inner": {} });
  await run(["backup", dir.at("outside"), dir.at("s", "other", "inner")]);
  const r = await run(["restore", vault, "--in-place", "--delete", "--json"]);
  assertEquals(r.code, 0);
  const told = r.json.findIndex((m) =>
    m.message_type === "note" && String(m.message).includes("1 entry is overwritten")
  );
  assert(told > 0, r.stdout);
  assertEquals(read(dir.at("s", "a")), "a");
  assertEquals(names(dir.at("s")), ["a", "backups", "node", "skip.tmp", "tagged"]);
  assertEquals((await run(["list", vault])).code, 0);
});

Deno.test("restore --in-place: tells of a file that only its content tells apart", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "good", b: "same" });
  Deno.utimeSync(dir.at("s", "a"), 1_600_000_000, 1_600_000_000);
  await run(["backup", dir.at("s"), dir.at("v")]);
  Deno.writeTextFileSync(dir.at("s", "a"), "rot!");
  Deno.utimeSync(dir.at("s", "a"), 1_600_000_000, 1_600_000_000);
  for (const more of [["--dry-run"], []]) {
    const r = await run(["restore", dir.at("v"), "--in-place", "--json", ...more]);
    assertEquals(
      r.json.filter((m) => m.message_type === "change").map((m) => `${m.modifier} ${m.path}`),
      ["M a"],
    );
  }
  assertEquals(read(dir.at("s", "a")), "good");
});

Deno.test("restore --in-place: never deletes another vault, nor into it restores", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "a" });
  await run(["backup", dir.at("s"), dir.at("v")]);
  await run(["backup", dir.at("s"), dir.at("t", "deep", "w"), "--init"]);
  const r = await run(["restore", dir.at("v"), "--to", dir.at("t"), "--delete", "--json"]);
  assertEquals(r.code, 0);
  assertEquals((await run(["list", dir.at("t", "deep", "w")])).code, 0);
});

Deno.test({
  name:
    "restore --delete: a .$META$ of somebody's own that is a link makes no directory a vault, wherever it leads",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.at("s"), { a: "a", kept: { b: "b" } });
    await run(["backup", dir.at("s"), dir.at("v")]);
    const others = { long: { b: "b" }, loop: { c: "c" }, other: { d: "d" } };
    makeTree(dir.at("t"), { a: "a", kept: { b: "old" }, ...others });
    const meta = (where: string): string => dir.at("t", where, ".$META$");
    Deno.symlinkSync("x".repeat(300), meta("long"));
    Deno.symlinkSync(meta("loop"), meta("loop"));
    Deno.symlinkSync(dir.at("v", ".$META$"), meta("other"));
    Deno.symlinkSync("x".repeat(300), meta("kept"));
    const r = await run(["restore", dir.at("v"), "--to", dir.at("t"), "--delete", "--json"]);
    assertEquals(r.code, 0, r.stderr);
    assertEquals([...Deno.readDirSync(dir.at("t"))].map((e) => e.name).sort(), ["a", "kept"]);
    assertEquals(read(dir.at("t"), "kept/b"), "b");
  },
});

Deno.test("restore: nothing is written into another vault, be it the target, around it or below it", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "a", d: { a: "d" } });
  makeTree(dir.at("o"), { a: "other", d: { a: "others" } });
  await run(["backup", dir.at("s"), dir.at("v")]);
  await run(["backup", dir.at("o"), dir.at("w")]);
  const before = listTree(dir.at("w"));
  for (const target of [dir.at("w"), dir.at("w", "d"), dir.at("w", "new", "er")]) {
    for (const more of [["--dry-run"], [], ["--delete"]]) {
      const r = await run(["restore", dir.at("v"), "--to", target, "--json", ...more]);
      assertEquals([r.code, errors(r).length], [2, 1]);
    }
  }
  Deno.removeSync(dir.at("s", "d"), { recursive: true });
  Deno.renameSync(dir.at("w"), dir.at("s", "d"));
  for (const more of [[], ["--delete"], ["d/a"]]) {
    const r = await run(["restore", dir.at("v"), "--in-place", "--json", ...more]);
    assertEquals([r.code, errors(r).map((e) => e.path)], [3, ["d"]]);
  }
  assertEquals(listTree(dir.at("s", "d")), before);
});

Deno.test({
  name: "restore --delete: what is mounted now where the snapshot has an empty directory stays",
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.at("s"), { a: "a", drive: {} });
    assertEquals((await run(["backup", dir.at("s"), dir.at("v")])).code, 0);
    const mount = (...args: string[]): boolean =>
      new Deno.Command("mount", { args }).outputSync().success;
    if (!mount("-t", "tmpfs", "none", dir.at("s", "drive"))) return;
    try {
      makeTree(dir.at("s"), { drive: { photos: "p", d: { more: "m" } }, extra: "x" });
      const r = await run(["restore", dir.at("v"), "--in-place", "--delete"]);
      assertEquals([r.code, names(dir.at("s"))], [0, ["a", "drive"]]);
      assertEquals(names(dir.at("s", "drive")), ["d", "photos"]);
    } finally {
      new Deno.Command("umount", { args: [dir.at("s", "drive")] }).outputSync();
    }
  },
});

Deno.test("restore: a source that was a vault goes back to where it was", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "a" });
  await run(["backup", dir.at("s"), dir.at("w")]);
  await run(["backup", dir.at("w"), dir.at("v")]);
  Deno.removeSync(dir.at("w", "a"));
  assertEquals((await run(["restore", dir.at("v"), "--in-place"])).code, 0);
  assertEquals(read(dir.at("w", "a")), "a");
});

Deno.test("restore: damaged content is not written; --force puts it beside; the rest comes back", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { bad: "right", good: "good", long: "x".repeat(3 << 20) });
  await run(["backup", dir.at("s"), dir.at("v")]);
  Deno.writeTextFileSync(dir.at("v", "bad"), "wrong");
  Deno.writeTextFileSync(dir.at("v", "long"), "y".repeat(3 << 20));
  const r = await run(["restore", dir.at("v"), "--to", dir.at("t"), "--json"]);
  assertEquals(r.code, 3);
  assertEquals(errors(r).map((e) => [e.path, e.code]), [["bad", "damaged"], ["long", "damaged"]]);
  assertEquals(names(dir.at("t")), ["good"]);
  const forced = await run(["restore", dir.at("v"), "--to", dir.at("t"), "--force", "--json"]);
  assertEquals(forced.code, 3);
  assertEquals(names(dir.at("t")), ["bad.hikae-damaged", "good", "long.hikae-damaged"]);
  assertEquals(read(dir.at("t", "bad.hikae-damaged")), "wrong");
  // what lies under such a name is not written over
  Deno.writeTextFileSync(dir.at("t", "bad.hikae-damaged"), "mine");
  await run(["restore", dir.at("v"), "bad", "--to", dir.at("t"), "--force"]);
  assertEquals(read(dir.at("t", "bad.hikae-damaged")), "mine");
  assertEquals(read(dir.at("t", "bad.hikae-damaged2")), "wrong");
});

Deno.test("restore: a partial snapshot gives what is there and names what is not", async () => {
  using dir = tempDir();
  const [first] = await twoRuns(dir.at);
  Deno.removeSync(dir.at("v", "sub", ".$META$", `.$DEL@${newest(dir.at("v"))}$two`));
  const r = await run(["restore", dir.at("v"), "--to", dir.at("t"), "--at", first, "--json"]);
  assertEquals(r.code, 3);
  assertEquals(errors(r).map((e) => e.path), ["sub/two"]);
  assertEquals(read(dir.at("t", "one")), "first");
});

Deno.test("restore: a vault without any record gives its living copies", async () => {
  using dir = tempDir();
  await twoRuns(dir.at);
  Deno.removeSync(dir.at("v", ".$META$", "runs"), { recursive: true });
  dropIndex(dir.at("v"));
  const r = await run(["restore", dir.at("v"), "--to", dir.at("t"), "--json"]);
  assertEquals(r.code, 0);
  assertEquals(summary(r).stamp, null);
  assertEquals(listTree(dir.at("t")), listTree(dir.at("s")));
  assertEquals(names(dir.at("v", ".$META$")).includes("runs"), false);
});

Deno.test("restore --verify reads back what was written", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "a", sub: { b: "b" } });
  await run(["backup", dir.at("s"), dir.at("v")]);
  const r = await run(["restore", dir.at("v"), "--to", dir.at("t"), "--verify", "--json"]);
  assertEquals(summary(r).files_verified, 2);
});

Deno.test({
  name:
    "restore: a read-only tree comes back, is changed and comes back again, without root's powers",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.at("s"), { ro: { a: "a", l: new Link("a"), sub: { b: "b" } } });
    Deno.chmodSync(dir.at("s", "ro", "sub"), 0o555);
    Deno.chmodSync(dir.at("s", "ro"), 0o555);
    await run(["backup", dir.at("s"), dir.at("v")]);
    // root that heeds modes: what everybody else is
    const before = Deno.uid() === 0
      ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
      : [];
    const args = ["restore", dir.at("v"), "--to", dir.at("t"), "--json"];
    const first = await run(args, { before });
    assertEquals([first.code, first.stderr], [0, ""]);
    assertEquals(listTree(dir.at("t")), listTree(dir.at("s")));
    assertEquals((Deno.lstatSync(dir.at("t", "ro")).mode ?? 0) & 0o777, 0o555);
    Deno.chmodSync(dir.at("t", "ro"), 0o755);
    Deno.removeSync(dir.at("t", "ro", "l"));
    Deno.chmodSync(dir.at("t", "ro"), 0o555);
    const second = await run([...args, "ro/l"], { before });
    assertEquals([second.code, second.stderr], [0, ""]);
    assertEquals(listTree(dir.at("t")), listTree(dir.at("s")));
    assertEquals((Deno.lstatSync(dir.at("t", "ro")).mode ?? 0) & 0o777, 0o555);
  },
});

Deno.test("restore: Ctrl-C ends with 130 and leaves no temporary file", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), {});
  for (let i = 0; i < 40; i++) {
    Deno.writeFileSync(dir.at("s", `f${i}`), new Uint8Array(8 << 20).fill(i));
  }
  await run(["backup", dir.at("s"), dir.at("v")]);
  let code = 0;
  // where the machine lets it come to its end before it is met, once more
  for (let tries = 0; code === 0 && tries < 20; tries++) {
    if (isThere(dir.at("t"))) Deno.removeSync(dir.at("t"), { recursive: true });
    const child = spawn(["restore", dir.at("v"), "--to", dir.at("t")]);
    const output = child.output();
    let over = false;
    void output.then(() => over = true);
    while (!over && names(dir.at("t")).length < 3) await new Promise((r) => setTimeout(r, 5));
    if (!over) child.kill("SIGINT");
    ({ code } = await output);
  }
  assertEquals(code, 130);
  assertEquals(names(dir.at("t")).filter((n) => n.startsWith(".hikae")), []);
  assert(names(dir.at("t")).length < 40);
});

Deno.test("restore: the engine may read vault and target and write the target; main keeps what links need", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "a" });
  await run(["backup", dir.at("s"), dir.at("v")]);
  const r = await run([
    "restore",
    dir.at("v"),
    "--to",
    dir.at("t"),
    "--explain-permissions",
    "--json",
  ]);
  const sets = r.json.filter((m) => m.message_type === "permissions");
  const none = { net: [], env: [], run: [], sys: [], ffi: [] };
  const index = indexPlace(dir.at("v"))?.dir;
  assertEquals(sets.map(({ text: _, ...rest }) => rest), [
    { message_type: "permissions", thread: "main", read: true, write: true, ...none },
    {
      message_type: "permissions",
      thread: "engine",
      read: [dir.at("v"), dir.at("t"), index],
      write: [dir.at("t"), index],
      ...none,
    },
  ]);
  assert(!isThere(dir.at("t")));
});

Deno.test("restore: an interrupted run answers to its own stamp only, and says so", async () => {
  using dir = tempDir();
  const [, second] = await twoRuns(dir.at);
  const runs = dir.at("v", ".$META$", "runs");
  const [head = ""] = read(runs, `${second}.jsonl`).split("\n");
  Deno.writeTextFileSync(
    `${runs}/20990101_000000.jsonl`,
    `${head.replace(second, "20990101_000000")}\n`,
  );
  const latest = await run(["restore", dir.at("v"), "--to", dir.at("t"), "--json"]);
  assertEquals([latest.code, summary(latest).stamp], [0, second]);
  const args = ["restore", dir.at("v"), "--to", dir.at("u"), "--at", "20990101_000000", "--json"];
  const named = await run(args);
  assertEquals([named.code, summary(named).stamp], [0, "20990101_000000"]);
  assert(named.json.some((m) => String(m.message).includes("interrupted")));
  assertEquals(listTree(dir.at("u")), listTree(dir.at("s")));
});

Deno.test("restore: versions that may belong to a run are told of, and --delete leaves them", async () => {
  using dir = tempDir();
  const [first] = await twoRuns(dir.at);
  Deno.writeTextFileSync(dir.at("s", "one"), "one, changed again");
  await run(["backup", dir.at("s"), dir.at("v")]);
  Deno.removeSync(dir.at("v", ".$META$", "runs", `${first}.jsonl`));
  dropIndex(dir.at("v"));
  makeTree(dir.at("t"), { "icon@2x.png": "there", extra: "goes" });
  const args = ["restore", dir.at("v"), "--at", "latest~1", "--to", dir.at("t"), "--delete"];
  const r = await run([...args, "--json"]);
  // a record is lost: what it sealed cannot be proven any more
  assertEquals(r.code, 3);
  assert(r.json.some((m) => m.message_type === "error" && m.code === "unproven"));
  assert(r.json.some((m) => m.message_type === "note" && /since when/.test(String(m.message))));
  assertEquals(read(dir.at("t", "one")), "one, changed");
  assertEquals(read(dir.at("t", "icon@2x.png")), "there");
  assert(!isThere(dir.at("t", "extra")));
});

Deno.test("restore: a job's vault by its name, in place to the job's source", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "a" });
  const config = { jobs: { docs: { source: dir.at("s"), vaults: [dir.at("v")] } } };
  Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify(config));
  const options = { cwd: dir.path };
  assertEquals((await run(["backup", "docs"], options)).code, 0);
  Deno.removeSync(dir.at("s"), { recursive: true });
  const r = await run(["restore", "docs", "--in-place", "--json"], options);
  assertEquals([r.code, r.stderr], [0, ""]);
  assertEquals(listTree(dir.at("s")), ["a"]);
});
