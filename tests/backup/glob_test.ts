import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import "../helpers/seed.ts";
import { HikaeError } from "../../src/base/errors.ts";
import { compileGlob, isGlob } from "../../src/base/glob.ts";
import { expandBraces } from "../../src/base/glob_braces.ts";

/** The obvious matcher of a name: tries everything. Knows `*`, `?` and characters. */
function naiveName(glob: string, name: string): boolean {
  const head = glob.charAt(0);
  if (head === "") return name === "";
  if (head === "*") {
    return naiveName(glob.slice(1), name) || (name !== "" && naiveName(glob, name.slice(1)));
  }
  if (name === "" || (head !== "?" && head !== name.charAt(0))) return false;
  return naiveName(glob.slice(1), name.slice(1));
}

function naivePath(globs: readonly string[], names: readonly string[]): boolean {
  const [head, ...tail] = globs;
  if (head === undefined) return names.length === 0;
  if (/^\*\*+$/.test(head)) {
    if (tail.length === 0) return names.length > 0;
    return naivePath(tail, names) || (names.length > 0 && naivePath(globs, names.slice(1)));
  }
  return names.length > 0 && naiveName(head, names[0] ?? "") && naivePath(tail, names.slice(1));
}

function naive(glob: string, path: string): boolean {
  const names = path.split("/");
  if (glob.includes("/")) return naivePath(glob.split("/"), names);
  return naiveName(glob, names.at(-1) ?? "");
}

const MATCHES: [glob: string, yes: string[], no: string[]][] = [
  ["*.txt", ["a.txt", "d/e/a.txt", ".txt"], ["a.txt.bak", "a.TXT", "a.txt/b"]],
  ["a?c", ["abc", "x/a😀c"], ["ac", "abbc", "a/c"]],
  ["src/*.ts", ["src/a.ts"], ["src/b/a.ts", "x/src/a.ts", "src/.ts2"]],
  ["src/**/*.ts", ["src/a.ts", "src/b/c/a.ts"], ["a.ts", "xsrc/a.ts"]],
  ["**/x", ["x", "a/x", "a/b/x"], ["a/bx", "x/a"]],
  ["a/**", ["a/b", "a/b/c"], ["a", "ab/c"]],
  ["a/**/**/b", ["a/b", "a/c/b"], ["a", "b"]],
  ["**", ["a", "a/b"], []],
  ["***", ["a", "a/b"], []],
  ["a**b", ["ab", "axxb", "d/ab"], ["a/b"]],
  ["/a", ["a"], ["b/a"]],
  ["./*.md", ["r.md"], ["d/r.md"]],
  ["dir/", ["dir", "a/dir"], ["dirs"]],
  ["[a-c]1", ["a1", "c1"], ["d1", "-1"]],
  ["[!a-c]1", ["d1", "-1"], ["a1", "1"]],
  ["[^a]", ["b", "😀"], ["a", "bb"]],
  ["[]x]", ["]", "x"], ["[]x]", "y"]],
  ["[a-]", ["a", "-"], ["b"]],
  ["[\\]]", ["]"], ["\\"]],
  ["[z-a]", [], ["a", "z", "m"]],
  ["[😀-😂]", ["😁"], ["😃", "a"]],
  ["[abc", ["[abc"], ["a"]],
  ["a[/]b/c", ["a[/]b/c"], ["a/b/c"]],
  ["{a,b}.txt", ["a.txt", "b.txt"], ["{a,b}.txt", "c.txt"]],
  ["{a/b,c}", ["a/b", "c", "d/c"], ["d/a/b"]],
  ["x{1,{2,3}y}", ["x1", "x2y", "x3y"], ["x2", "x1y"]],
  ["x{,y}", ["x", "xy"], ["y"]],
  ["{a}", ["{a}"], ["a"]],
  ["{a,b", ["{a,b"], ["a"]],
  ["{x{a,b}", ["{xa", "{xb"], ["xa"]],
  ["{a{b,c}d}", ["{abd}", "{acd}"], ["abd"]],
  ["\\*\\{a,b\\}", ["*{a,b}"], ["x{a,b}", "*a"]],
  ["[{,}]", ["{", ",", "}"], ["[{,}]", "[]"]],
  ["a.b+c(d)$", ["a.b+c(d)$"], ["aXb+c(d)$"]],
  ["\\", ["\\"], [""]],
];

Deno.test("a glob matches as documented", () => {
  for (const [glob, yes, no] of MATCHES) {
    const match = compileGlob(glob);
    for (const path of yes) assert(match(path), `${glob} should match ${path}`);
    for (const path of no) assert(!match(path), `${glob} should not match ${path}`);
  }
});

Deno.test("a glob matches either case when asked", () => {
  const match = compileGlob("Ab[c-d]/*.TXT", { ignoreCase: true });
  assert(match("aBC/x.txt"));
  assert(match("ABd/X.Txt"));
  assert(!match("ABe/x.txt"));
  assert(compileGlob("[A-C]*", { ignoreCase: true })("bx"));
  assert(compileGlob("É*", { ignoreCase: true })("été"));
  assert(!compileGlob("ab")("AB"));
});

Deno.test("a glob answers like a matcher that tries everything", () => {
  const part = fc.array(fc.constantFrom("a", "b", "*", "?", "."), { minLength: 1, maxLength: 5 })
    .map((chars) => chars.join(""));
  const glob = fc.array(fc.oneof(part, fc.constant("**")), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join("/")).filter((text) => !text.startsWith("./"))
    .filter((text) => text !== "**" && text !== "***");
  const name = fc.array(fc.constantFrom("a", "b", "."), { minLength: 1, maxLength: 5 })
    .map((chars) => chars.join(""));
  const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => names.join("/"));
  fc.assert(
    fc.property(glob, path, (g, p) => assertEquals(compileGlob(g)(p), naive(g, p), `${g} ~ ${p}`)),
    { numRuns: 3000 },
  );
});

Deno.test("any text without special characters matches itself alone, any other text when escaped", () => {
  const name = fc.string({ unit: "grapheme", minLength: 1 })
    .filter((text) => !text.includes("/") && !/^\.*$/.test(text));
  fc.assert(fc.property(name, name, (text, other) => {
    const match = compileGlob(text.replaceAll(/[\\*?[\]{},!^-]/g, "\\$&"));
    assert(match(text));
    assertEquals(match(other), other === text);
  }));
});

Deno.test("a hostile glob is answered without backtracking for ever", () => {
  const name = "a".repeat(255);
  assert(!compileGlob("*a".repeat(100) + "*b")(name));
  assert(!compileGlob("*?*[a-z]".repeat(40) + "b")(name));
  const deep = Array.from({ length: 1000 }, () => "a").join("/");
  assert(!compileGlob("**/a/".repeat(200) + "b")(deep));
  assert(!isGlob("[".repeat(4096)));
  assert(!isGlob("{".repeat(4096)));
  assert(!compileGlob("{".repeat(4096))("x"));
});

Deno.test("a glob that is empty or too large is refused", () => {
  for (const glob of ["", "/", "//", "a".repeat(5000), "{a,b}".repeat(9), "{a,b}".repeat(800)]) {
    assertEquals(assertThrows(() => compileGlob(glob), HikaeError).id, "usage", glob);
  }
  const nested = "{".repeat(1000) + "a,b}".repeat(1000);
  assertThrows(() => compileGlob(nested), HikaeError);
});

Deno.test("braces are written out in order", () => {
  assertEquals(expandBraces("{a,b}{c,d}"), ["ac", "ad", "bc", "bd"]);
  assertEquals(expandBraces("p{,{x,y}z}q"), ["pq", "pxzq", "pyzq"]);
});

Deno.test("a plain path is no glob", () => {
  for (const glob of ["*", "a?", "x[ab]", "{a,b}", "d/**", "a\\*"]) assert(isGlob(glob), glob);
  for (const path of ["", "a", "d/e.txt", "x[", "{a}", "a]", "icon@2x.png", "a\\b"]) {
    assert(!isGlob(path), path);
  }
});
