import { assert, assertEquals } from "@std/assert";
import { Automaton, foldCode } from "../../src/base/automaton.ts";
import { Ignore } from "../../src/base/gitignore.ts";

const ignores = (lines: string[], path: string, ignoreCase = false): boolean =>
  new Ignore(lines, { ignoreCase }).ignores(path.replace(/\/$/, ""), path.endsWith("/"));

/** A pattern, what it ignores and what it does not; a path that ends in "/" is a directory. */
type Row = [pattern: string, yes: string[], no: string[]];

const ROWS: Row[] = [
  ["foo", ["foo", "foo/", "a/foo", "a/b/foo/", "foo/a", "a/foo/b/c"], [
    "fo",
    "foob",
    "xfoo",
    "FOO",
  ]],
  ["foo/", ["foo/", "a/foo/", "foo/a"], ["foo", "a/foo"]],
  ["/foo", ["foo", "foo/a"], ["a/foo"]],
  ["/foo/", ["foo/"], ["foo", "a/foo/"]],
  ["a/foo", ["a/foo", "a/foo/x"], ["b/a/foo", "foo"]],
  ["a/b/", ["a/b/"], ["a/b", "x/a/b/"]],
  ["*.o", ["a.o", ".o", "d/a.o", "a.o/x"], ["a.oo", "o", "a.O"]],
  ["f*o", ["fo", "foo", "f.o", "d/fxo"], ["f/o", "foox"]],
  ["a/*", ["a/b", "a/.b", "a/b/c"], ["a", "b/a/c"]],
  ["a/*/c", ["a/b/c"], ["a/c", "a/b/b/c", "a/b"]],
  ["/*", ["a", "a/b", ".a"], []],
  ["*", ["a", "a/b", ".a/"], []],
  ["?", ["a", "é", "😀", "d/a"], ["ab", "de/ab"]],
  ["a?b", ["axb", "a😀b", "a b"], ["ab", "axxb", "a/b"]],
  ["x/a?b", ["x/axb"], ["x/a/b"]],
  ["**/foo", ["foo", "a/foo", "a/b/foo"], ["xfoo", "foox"]],
  ["**/a/b", ["a/b", "x/a/b", "x/y/a/b"], ["a/x/b", "xa/b"]],
  ["foo/**", ["foo/a", "foo/a/b"], ["foo", "foo/", "a/foo/b"]],
  ["a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["a", "b", "ab", "a/xb", "x/a/b"]],
  ["a/**/**/b", ["a/b", "a/x/b", "a/x/y/z/b"], ["ab"]],
  ["**", ["a", "a/b"], []],
  ["/**", ["a", "a/b"], []],
  ["**/", ["a/", "a/b", "b/a/"], ["a"]],
  ["**/**/", ["a/"], ["a"]],
  ["***/x", ["x", "a/x", "a/b/x"], ["ax"]],
  ["a/x**y", ["a/xy", "a/x1y"], ["a/x1"]],
  // stars that are no whole component, after a special character: one star
  ["a/?x**/y", ["a/1x/y", "a/1xx/y"], ["a/1x/2/y", "a/1y"]],
  // right after the plain beginning of a pattern git takes them for a whole component
  ["foo**/bar", ["foobar", "foo/bar", "foox/y/bar"], ["fo/bar", "x/foobar"]],
  ["[ab]c", ["ac", "bc", "x/ac"], ["cc", "c", "abc"]],
  ["[!ab]c", ["cc", "éc", "😀c"], ["ac", "bc", "c"]],
  ["[^ab]c", ["cc"], ["ac"]],
  ["[a-c]", ["a", "b", "c"], ["d", "-", "A"]],
  ["[c-a]", ["c"], ["a", "b", "-"]],
  ["[a-]", ["a", "-"], ["b"]],
  ["[-a]", ["-", "a"], ["b"]],
  ["[--0]", ["-", ".", "0"], ["1", ","]],
  ["[a-c-e]", ["a", "b", "-", "e"], ["d"]],
  ["[]a]", ["]", "a"], ["[]a]"]],
  ["[]-a]", ["]", "^", "_", "`", "a"], ["-", "b"]],
  ["[!]a]", ["b"], ["]", "a"]],
  ["[]]", ["]"], ["[]]"]],
  ["[\\]x]", ["]", "x"], ["\\"]],
  ["[\\\\]", ["\\"], ["a"]],
  ["[a\\-z]", ["a", "-", "z"], ["b", "\\"]],
  ["[a-\\z]", ["b", "z"], ["\\", "-"]],
  ["[[:alpha:]]", ["a", "Z"], ["1", ":", "é"]],
  ["[[:digit:][:upper:]]", ["1", "A"], ["a"]],
  ["[![:space:]]", ["a"], [" ", "\t"]],
  ["[[:alnum:]_]", ["_", "a", "1"], ["-"]],
  ["[[:punct:]]", ["!", "~"], ["a", " "]],
  ["[[:xdigit:]]", ["f", "F", "0"], ["g"]],
  ["[[:nope:]]", [], ["n", "[", ":"]],
  ["[[:digit]", ["[", ":", "d"], ["1"]],
  ["[[:]", ["[", ":"], ["]"]],
  ["a[/]b", [], ["a/b", "a[/]b"]],
  ["[é-ü]", ["ê", "ü"], ["a", "þ"]],
  ["[😀-😂]x", ["😁x"], ["😃x", "x"]],
  ["[abc", [], ["[abc", "a"]],
  ["a\\", [], ["a", "a\\"]],
  ["\\a", ["a"], ["\\a"]],
  ["\\*", ["*"], ["a", "\\*"]],
  ["\\[a]", ["[a]"], ["a"]],
  ["\\#x", ["#x"], ["x"]],
  ["\\!x", ["!x"], ["x"]],
  ["#x", [], ["#x", "x"]],
  ["", [], ["a"]],
  ["/", [], ["a", "a/"]],
  ["!", [], ["!", "a"]],
  ["foo//", [], ["foo", "foo/", "foo/a"]],
  ["//foo", [], ["foo"]],
  ["a//b", [], ["a/b"]],
  ["foo ", ["foo"], ["foo "]],
  ["foo\\ ", ["foo "], ["foo"]],
  ["foo\\  ", ["foo "], ["foo  "]],
  ["foo\t", ["foo\t"], ["foo"]],
  [" foo", [" foo"], ["foo"]],
  ["foo\r", ["foo\r"], ["foo"]],
  ["a b", ["a b"], ["a", "b"]],
  ["...", ["..."], [".."]],
  ["$a(b)+{c}|^", ["$a(b)+{c}|^"], ["ab"]],
  ["**/node_modules/**/*.md", ["node_modules/a.md", "x/node_modules/y/z/a.md"], ["a.md"]],
];

Deno.test("gitignore: each pattern ignores what it should and nothing else", () => {
  for (const [pattern, yes, no] of ROWS) {
    for (const path of yes) assert(ignores([pattern], path), `${pattern} should ignore ${path}`);
    for (const path of no) assert(!ignores([pattern], path), `${pattern} should not: ${path}`);
  }
});

Deno.test("gitignore: the last pattern that matches decides", () => {
  assert(!ignores(["*.o", "!keep.o"], "keep.o"));
  assert(ignores(["!keep.o", "*.o"], "keep.o"));
  assert(ignores(["*.o", "!keep.o", "keep*"], "d/keep.o"));
  assert(!ignores(["a/*", "!a/b/"], "a/b/"));
  assert(ignores(["a/*", "!a/b/"], "a/b"));
});

Deno.test("gitignore: what lies in an ignored directory stays ignored", () => {
  assert(ignores(["a/", "!a/keep"], "a/keep"));
  assert(ignores(["a/", "!*"], "a/b") === false, "the directory itself is not ignored any more");
  assert(ignores(["b", "!b/c/d"], "b/c/d"));
  const rules = new Ignore(["/*", "!/a", "/a/*", "!/a/b"]);
  for (const path of ["a/b", "a/b/c"]) assert(!rules.ignores(path, false), path);
  for (const path of ["b", "a/c", "a/c/b", "x/a/b"]) assert(rules.ignores(path, false), path);
});

Deno.test("gitignore: answers do not hang on what was asked before", () => {
  const lines = ["a/", "*.o", "!x/*.o", "b/*/c", "**/d"];
  const paths = [
    "a/x",
    "ab/x",
    "a",
    "x/y.o",
    "x/z/y.o",
    "b/1/c",
    "b/12/c",
    "b/1",
    "d",
    "x/d/e",
    "abc",
  ];
  const rules = new Ignore(lines);
  for (const first of paths) {
    for (const path of paths) {
      rules.ignores(first, true);
      assertEquals(rules.ignores(path, false), ignores(lines, path), `${first}, ${path}`);
    }
  }
});

Deno.test("gitignore: letters match in either case when asked", () => {
  for (const path of ["makefile", "MAKEFILE", "d/Makefile"]) {
    assert(ignores(["Makefile"], path, true));
  }
  assert(ignores(["*.TXT"], "a.txt", true));
  assert(ignores(["*.txt"], "A.TXT", true));
  assert(ignores(["Über*/"], "üBERX/", true));
  assert(ignores(["[a-c]?"], "BX", true));
  assert(ignores(["[A-C]x"], "bX", true));
  assert(ignores(["[À-Ý]x"], "éX", true));
  assert(ignores(["[[:upper:]]"], "a", true));
  assert(!ignores(["[!a]"], "A", true));
  // the Kelvin sign is no k, and one letter does not become two
  assert(!ignores(["k"], "\u212a", true));
  assert(!ignores(["i"], "\u0130", true));
  // as git has it: a capital in a class by itself, or after "\\", is met by no letter
  assert(!ignores(["[A]x"], "ax", true));
  assert(!ignores(["\\A"], "A", true));
});

Deno.test("gitignore: the line that would ignore a name in another letter case is told", () => {
  const rules = new Ignore(["# a", "a/", "", "*.o", "!B.o"], { tellOtherCase: true });
  const lineFor = (path: string, isDir: boolean): number | "ignored" | undefined =>
    rules.ignores(path, isDir) ? "ignored" : rules.lineInOtherCase(isDir);
  assertEquals(lineFor("A", true), 1);
  assertEquals(lineFor("A", false), undefined);
  assertEquals(lineFor("A/x", false), 1);
  assertEquals(lineFor("A/x.o", false), "ignored");
  assertEquals(lineFor("a/X.O", false), "ignored");
  assertEquals(lineFor("x.O", false), 3);
  assertEquals(lineFor("b.o", false), "ignored");
  assertEquals(lineFor("b.O", false), undefined);
  assertEquals(lineFor("c", false), undefined);
});

Deno.test("gitignore: of a name that is long, the end counts too", () => {
  const long = "x".repeat(40);
  for (
    const [line, yes, no] of [
      [`${long}a`, `${long}a`, `${long}b`],
      ["*a", `${long}a`, `${long}b`],
      ["/d/**", `d/${long}`, long],
      ["d/*/**/a", `d/e/${long}/a`, `d/e/a${long}`],
      ["é*", `é${long}`, `${long}é`],
    ]
  ) {
    assert(ignores([line ?? ""], yes ?? ""), yes);
    assert(!ignores([line ?? ""], no ?? ""), no);
  }
});

Deno.test("gitignore: a hostile pattern takes no longer than its length and the path's", () => {
  const deep = "d/".repeat(60);
  assert(!ignores(["**/?/".repeat(12) + "**/zzz"], deep + "x"));
  assert(ignores(["**/?/".repeat(12) + "**/zzz"], deep + "zzz"));
  assert(!ignores(["*a".repeat(500) + "b"], "a".repeat(255)));
  assert(!ignores(["**/*?*[a-z]*".repeat(100) + "b/c"], "a/".repeat(1000) + "a"));
  assert(!ignores(["[".repeat(100_000)], "a"));
  assert(!ignores(["\\".repeat(99_999)], "a"));
  assert(!ignores(["*".repeat(100_000) + "b"], "a"));
  assert(!ignores(["!".repeat(100_000), " ".repeat(100_000)], "a"));
});

Deno.test("an automaton that may keep few states answers as one with room", () => {
  const patterns = ["ab*c", "a**"].map((text) =>
    [...text].map((c) =>
      c === "*" ? { kind: "star" as const } : { kind: "char" as const, code: c.charCodeAt(0) }
    )
  );
  const value = (matched: readonly number[]): string => matched.join();
  const options = { fold: false, value };
  const large = new Automaton(patterns, options);
  const small = new Automaton(patterns, { ...options, room: 300 });
  let text = "";
  for (let i = 0; i < 2000; i++) {
    text = text.slice(-7) + "abcé😀/"[(i * i + (i >> 3)) % 7];
    const run = (a: Automaton<string>): string => a.run(a.start, text, 0, text.length).value;
    assertEquals(run(small), run(large), text);
  }
});

Deno.test("letters fold one by one, and never into ASCII", () => {
  for (let code = 0; code < 0x20000; code++) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const folded = foldCode(code);
    assertEquals(foldCode(folded), folded, `U+${code.toString(16)}`);
    assert(code < 0x80 || folded >= 0x80, `U+${code.toString(16)}`);
  }
});
