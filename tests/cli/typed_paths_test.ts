/** Paths and patterns as people type them: in another case, with accents made otherwise, from the root of the disk. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { belowDir } from "../../src/base/relpath.ts";
import { HikaeError } from "../../src/base/errors.ts";
import { withWindowsQuoteHint } from "../../src/cli/windows_quotes.ts";
import { oddPattern, oddTag } from "../../src/engine/source/patterns.ts";
import { listTree, makeTree, run, summary, tempDir } from "../helpers/cli_helper.ts";

const WINDOWS = Deno.build.os === "windows";

Deno.test("a full path of Windows lies below the source in either case", () => {
  assertEquals(belowDir("c:/W/S/sub/b", "C:/w/s", true), "sub/b");
  assertEquals(belowDir("c:/W/S", "C:/w/s", true), "");
  assertEquals(belowDir("C:/w/sub", "C:/w/s", true), undefined);
  assertEquals(belowDir("/W/s/b", "/w/s", false), undefined);
  assertEquals(belowDir("a/b", "", false), "a/b");
});

Deno.test("a path that should be the name of an entry is told, in a run and by config check", async () => {
  assertEquals([oddTag(".nobackup", false), oddTag("a\\b", false)], [undefined, undefined]);
  for (const windows of [false, true]) assert(oddTag("a/b", windows) !== undefined);
  assert(oddTag("a\\b", true) !== undefined);
  using dir = tempDir();
  makeTree(dir.at("s"), { sub: { a: "a", tag: { b: "b" } } });
  const flags = ["--exclude-if-present", "tag/b"];
  const told = await run(["backup", dir.at("s"), dir.at("v"), ...flags], { cwd: dir.path });
  assertEquals(told.code, 0, told.stderr);
  assertStringIncludes(told.stderr, "note: tag/b: no entry has a /");
  const job = { source: "s", vaults: ["v"], excludeIfPresent: ["tag/b"] };
  Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify({ jobs: { job } }));
  const checked = await run(["config", "check", "--json"], { cwd: dir.path });
  assertEquals(checked.code, 0, checked.stderr);
  assertEquals(checked.json.filter((m) => m.message_type === "note").map((m) => m.path), ["tag/b"]);
});

Deno.test("a pattern that cannot mean what it says is named, with what to write", () => {
  const sources = ["/home/me/docs", "/data/docs"];
  assertStringIncludes(oddPattern("/home/me/docs/cache", sources, false) ?? "", "write /cache");
  assertStringIncludes(oddPattern("!/data/docs/a/b", sources, false) ?? "", "write /a/b");
  // as a shell completes it
  assertStringIncludes(oddPattern("./cache/", sources, false) ?? "", "write /cache/");
  assertEquals(oddPattern(".cache", sources, false), undefined);
  assertStringIncludes(oddPattern("~/docs/cache", sources, false) ?? "", "~ has no meaning");
  assertStringIncludes(oddPattern("!C:/Users/x", sources, false) ?? "", "no drive");
  assertStringIncludes(oddPattern("d:\\x", sources, false) ?? "", "no drive");
  // as rsync, Borg and shells have them
  assertStringIncludes(oddPattern("- *.log", sources, false) ?? "", "write *.log");
  assertStringIncludes(oddPattern("+ /a b", sources, false) ?? "", "write !/a b");
  assertStringIncludes(oddPattern("re:^x", sources, false) ?? "", "without re:");
  assertStringIncludes(oddPattern("*.{log,tmp}", sources, true) ?? "", "braces are");
  const fine = [
    "-x",
    "re: mail.txt",
    "{a}",
    "a,b",
    "\\{a,b}",
    "a:b",
    "cache/",
    "/cache",
    "*.tmp",
    "~$*",
    "\\#a",
    "a\\ ",
    "/home/me/other",
    "# /data/docs/x",
    "",
  ];
  for (const pattern of fine) assertEquals(oddPattern(pattern, sources, false), undefined, pattern);
  const windows = (pattern: string): string => oddPattern(pattern, ["C:\\w\\s"], true) ?? "";
  assertStringIncludes(windows("c:\\W\\s\\sub"), "write /sub");
  assertStringIncludes(windows("D:/other"), "no drive");
  assertStringIncludes(windows("sub\\b.txt"), "write sub/b.txt");
  assertStringIncludes(windows("sub\\"), "write sub/");
  for (const pattern of ["~$*", "\\#a", "\\[a\\]", "sub/*.txt"]) assertEquals(windows(pattern), "");
});

Deno.test("a backup tells of such a pattern and goes on; an exclude file that is not UTF-8 stops it", async () => {
  using dir = tempDir();
  makeTree(dir.path, { source: { a: "1", cache: { b: "2" } } });
  const vault = dir.at("vault");
  const odd = await run([
    "backup",
    dir.at("source"),
    vault,
    "--exclude",
    dir.at("source/cache"),
    "--json",
  ]);
  assertEquals(summary(odd).files_new, 2);
  const notes = odd.json.filter((m) => m.message_type === "note").map((m) => String(m.message));
  assertStringIncludes(notes.join(), "write /cache");
  const text = [..."cache/\r\n"].flatMap((c) => [c.charCodeAt(0), 0]);
  Deno.writeFileSync(dir.at("utf16"), new Uint8Array([0xff, 0xfe, ...text]));
  const refused = await run(["backup", dir.at("source"), vault, "--exclude-from", dir.at("utf16")]);
  assertEquals(refused.code, 2);
  assertStringIncludes(refused.stderr, "save it as UTF-8");
  const job = { source: "./source", vaults: ["./vault"], exclude: ["~/source/cache"] };
  makeTree(dir.path, { "hikae.jsonc": JSON.stringify({ jobs: { job } }) });
  const checked = await run(["config", "check"], { cwd: dir.path });
  assertEquals(checked.code, 0, checked.stderr);
  assertStringIncludes(checked.stderr, "~ has no meaning");
});

Deno.test("a path in another case is found on Windows, and named elsewhere", async () => {
  using dir = tempDir();
  makeTree(dir.path, { source: { Notes: { "Caf\u00e9.txt": "1" } } });
  const vault = dir.at("vault");
  await run(["backup", dir.at("source"), vault]);
  const typed = "notes/cafe\u0301.TXT";
  const calls = [
    ["cat", vault, typed],
    ["ls", vault, typed],
    ["history", vault, typed],
    ["restore", vault, typed, "--to", dir.at("out")],
    ["restore", vault, `${dir.at("source").toLowerCase()}/${typed}@latest`, "--to", dir.at("out")],
  ];
  for (const [i, call] of calls.entries()) {
    const done = await run(call);
    if (WINDOWS) assertEquals(done.code, 0, done.stderr);
    else if (i < 4) {
      assertEquals(done.code, 1, call.join(" "));
      assertStringIncludes(done.stderr, "did you mean Notes/Caf\u00e9.txt?");
    }
  }
  const none = await run(["cat", vault, "notes/nothing"]);
  assertEquals([none.code, none.stderr.includes("did you mean")], [1, false]);
  const found = await run(["find", vault, WINDOWS ? "Notes\\*" : "Notes/*", "--json"]);
  const paths = found.json.filter((m) => m.message_type === "version").map((m) => m.path);
  assertEquals(paths, ["Notes/Caf\u00e9.txt"], found.stdout);
});

Deno.test("of two names that read alike the one that lives is meant, of two that live neither", async () => {
  using dir = tempDir();
  makeTree(dir.path, { source: { README: "1" } });
  await run(["backup", dir.at("source"), dir.at("vault")]);
  Deno.removeSync(dir.at("source/README"));
  makeTree(dir.path, { source: { Readme: "2" } });
  await run(["backup", dir.at("source"), dir.at("vault")]);
  const one = await run(["cat", dir.at("vault"), "readme"]);
  assertStringIncludes(WINDOWS ? one.stdout : one.stderr, WINDOWS ? "2" : "did you mean Readme?");
  if (WINDOWS) return;
  makeTree(dir.path, { source: { README: "1" } });
  await run(["backup", dir.at("source"), dir.at("vault")]);
  const two = await run(["cat", dir.at("vault"), "readme"]);
  assertEquals([two.code, two.stderr.includes("did you mean")], [1, false]);
});

Deno.test("a backslash that took the quotation mark along is named, JSON is left alone", () => {
  const error = new HikaeError("no_vault", "open vault: there is none", { path: "x", hint: "old" });
  const told = withWindowsQuoteHint(error, ["backup", 'C:\\my docs" E:\\v']) as HikaeError;
  assertEquals([told.id, told.message, told.path], [error.id, error.message, "x"]);
  assertStringIncludes(told.hint ?? "", "leave out the backslash");
  for (const words of [["list", "v"], ["--options", '{"file": "x"}']]) {
    assertEquals(withWindowsQuoteHint(error, words), error);
  }
  const other = new Error("x");
  assertEquals(withWindowsQuoteHint(other, ['a"b']), other);
});

Deno.test({
  name: "windows: a source in quotation marks with a backslash at its end is answered with that",
  ignore: !WINDOWS,
  fn: async () => {
    const done = await run(["backup", 'C:\\my docs" E:\\v']);
    assertEquals(done.code, 2);
    assertStringIncludes(done.stderr, "leave out the backslash");
  },
});

Deno.test("after -- an argument is one however it is spelt, also as help", async () => {
  using dir = tempDir();
  for (const name of ["--help", "-h", "--version"]) {
    const listed = await run(["list", "--", name], { cwd: dir.path });
    assertEquals([listed.code, listed.stdout], [10, ""], listed.stderr);
    const help = await run(["list", name === "--version" ? "--help" : name, "--", "x"], {
      cwd: dir.path,
    });
    assertEquals(help.code, 0);
  }
});

Deno.test({
  name: "what is no text in the environment, or the working directory, is said and is no bug",
  ignore: WINDOWS,
  fn: async () => {
    using dir = tempDir();
    const main = new URL("../../main.ts", import.meta.url).pathname;
    const hikae = async (line: string): Promise<[number, string]> => {
      const script = `bad=$(printf '${dir.path}/e\\377'); mkdir -p "$bad"; ${line}`;
      const args = ["-c", script, "sh", Deno.execPath(), "run", "-A", "--quiet", main];
      // what `deno task` says of where the caller stood
      const env = { INIT_CWD: "" };
      const { code, stderr } = await new Deno.Command("sh", { args, env }).output();
      return [code, new TextDecoder().decode(stderr)];
    };
    for (const name of ["TERM", "XDG_CONFIG_HOME", "INIT_CWD"]) {
      const [code, said] = await hikae(`${name}="$bad" "$@" list ${dir.at("none")}`);
      assertEquals(code, 10, `${name}: ${said}`);
    }
    makeTree(dir.at("source"), { a: "1" });
    const vault = `${dir.at("source")} ${dir.at("vault")} --init`;
    const [state, told] = await hikae(`HIKAE_STATE_DIR="$bad" "$@" backup ${vault}`);
    assertEquals(state, 0, told);
    assertStringIncludes(told, "HIKAE_STATE_DIR is not valid UTF-8");
    const [there, said] = await hikae(`cd "$bad" && "$@" list ${dir.at("none")}`);
    assertEquals(there, 1, said);
    assertStringIncludes(said, "find the working directory: ");
    assertEquals((await hikae(`cd "$bad" && "$@" list --help`))[0], 0);
  },
});

Deno.test("letters of other tools are told of, and a slip is no fault of the program", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "a" });
  const all = await run(["backup", "-av", dir.at("s"), dir.at("v")], { cwd: dir.path });
  assertEquals([all.code, all.stderr.split("\n").length], [2, 3], all.stderr);
  assertStringIncludes(all.stderr, "unknown option -a\n  leave -a out");
  const other = await run(["backup", "-vx", dir.at("s"), dir.at("v")], { cwd: dir.path });
  assertEquals(other.code, 2);
  assertStringIncludes(other.stderr, "unknown option -x\n  type hikae backup --help");
  const word = await run(["backup", dir.at("s"), dir.at("v"), "-json"], { cwd: dir.path });
  assertEquals(word.code, 2);
  assertStringIncludes(word.stderr, "unknown option -json\n  did you mean --json?");
});

Deno.test("a # begins a name where a pattern is given by itself, and a comment in an exclude file", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { "#recycle": { a: "a" }, "#snapshot": { b: "b" }, "#kept": "k" });
  makeTree(dir.path, { rules: "#kept\n" });
  const job = { source: "s", vaults: ["v"], exclude: ["#snapshot/"], excludeFrom: "rules" };
  Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify({ jobs: { job } }));
  const flags = ["--exclude", "#recycle/", "--init", "--json"];
  const done = await run(["backup", "job", ...flags], { cwd: dir.path });
  assertEquals(done.code, 0, done.stderr);
  assertEquals(listTree(dir.at("v")).filter((path) => !path.includes(".$META$")), ["#kept"]);
});
