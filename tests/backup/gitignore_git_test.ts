/**
 * The gitignore matcher held against git itself: random patterns over a real tree, letter case both ways. Where git is
 * not there the test is skipped, and says so.
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import "../helpers/seed.ts";
import { Ignore } from "../../src/base/gitignore.ts";
import { patternsOf } from "../../src/engine/source/patterns.ts";

/** A path of the tree, and whether it is a directory. */
type Entry = readonly [path: string, isDir: boolean];

const ROUNDS = 60;
const TOP = [
  "a",
  "b",
  "A",
  "ab",
  "aB",
  "foo",
  "Foo",
  "bar",
  "a.b",
  "a b",
  "[a]",
  "!a",
  "#a",
  "x-y",
];
const ODD = ["a\\b", "-", "^", "]", "é", "a ", "z1", "*", "x\r", "x"];
const ATOMS = [
  ...["a", "b", "A", "B", "foo", "Foo", "bar", "x", "1", "é", ".", "-", " ", "!", "#"],
  ...["*", "*", "**", "***", "?", "/", "/", "/", "**/", "/**", "/**/"],
  ...["\\a", "\\A", "\\", "\\*", "\\[", "\\ ", "a b", "\r"],
  ...["[ab]", "[A-C]", "[!a]", "[^a-b]", "[]]", "[a-]", "[--0]", "[a", "[", "]", "[A-b]", "[A]"],
  ...["[[:alpha:]]", "[[:upper:]]", "[[:lower:]x]", "[[:nope:]]", "[[:]", "[[:digit:]a-b]"],
  ...["[\\]]", "[a\\-z]", "[z-a]", "[!]a-]"],
];

function hasGit(): boolean {
  try {
    return new Deno.Command("git", { args: ["--version"] }).outputSync().success;
  } catch {
    return false;
  }
}

/** Directories three deep, each with files and directories of many names. */
function plant(root: string): Entry[] {
  const entries: Entry[] = [];
  const names = Deno.build.os === "windows"
    ? TOP.filter((n) => n === n.toLowerCase())
    : [...TOP, ...ODD];
  const grow = (prefix: string, depth: number): void => {
    names.forEach((name, i) => {
      if (depth > 0 && (i + depth * 5 + prefix.length) % 3 > 0) return;
      const isDir = depth < 3 && (i + depth) % 4 === 0;
      entries.push([prefix + name, isDir]);
      if (!isDir) return Deno.writeTextFileSync(`${root}/${prefix}${name}`, "");
      Deno.mkdirSync(`${root}/${prefix}${name}`);
      grow(`${prefix}${name}/`, depth + 1);
    });
  };
  grow("", 0);
  return entries;
}

/** What git says of each path: true when it is ignored. */
async function ask(root: string, file: string, fold: boolean, paths: string): Promise<boolean[]> {
  Deno.writeTextFileSync(`${root}/.git/info/exclude`, file);
  const git = new Deno.Command("git", {
    args: ["-C", root, "-c", `core.ignorecase=${fold}`, "-c", "core.excludesFile="].concat(
      ["check-ignore", "--no-index", "-z", "-v", "-n", "--stdin"],
    ),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = git.stdin.getWriter();
  const written = writer.write(new TextEncoder().encode(paths)).then(() => writer.close());
  const { stdout, stderr } = await git.output();
  await written;
  assertEquals(new TextDecoder().decode(stderr), "");
  const fields = new TextDecoder().decode(stdout).split("\0");
  const ignored: boolean[] = [];
  for (let i = 0; i + 3 < fields.length; i += 4) {
    ignored.push(fields[i + 1] !== "" && !fields[i + 2]?.startsWith("!"));
  }
  return ignored;
}

Deno.test({
  name: "gitignore: git gives the same answers, letter case both ways",
  // counted with the tests that are skipped: git is not there
  ignore: !hasGit(),
  fn: async () => {
    const root = Deno.makeTempDirSync({ prefix: "hikae-git-" });
    try {
      new Deno.Command("git", { args: ["-C", root, "init", "-q", "."] }).outputSync();
      const entries = plant(root);
      const paths = entries.map(([path]) => `${path}\0`).join("");
      const line = fc.array(fc.constantFrom(...ATOMS), { minLength: 1, maxLength: 5 })
        .chain((atoms) => fc.constantFrom("", "", "", "!").map((not) => not + atoms.join("")));
      const file = fc.tuple(
        fc.array(line, { minLength: 1, maxLength: 4 }),
        fc.constantFrom("\n", "\r\n"),
        fc.boolean(),
      ).map(([lines, end, last]) => lines.join(end) + (last ? end : ""));
      let pairs = 0;
      const check = async (text: string): Promise<void> => {
        const both = new Ignore(patternsOf(text), { tellOtherCase: true });
        for (const fold of [false, true]) {
          const rules = new Ignore(patternsOf(text), { ignoreCase: fold });
          const answers = await ask(root, text, fold, paths);
          assertEquals(answers.length, entries.length);
          entries.forEach(([path, isDir], i) => {
            // for git a letter that is not ASCII is two characters
            if (path.includes("é") && /[?[]/.test(text)) return;
            pairs++;
            const what = JSON.stringify({ text, fold, path, isDir });
            assertEquals(rules.ignores(path, isDir), answers[i], what);
            const ignored = both.ignores(path, isDir);
            if (!fold) assertEquals(ignored, answers[i], what);
            else if (!ignored) {
              assertEquals(both.lineInOtherCase(isDir) !== undefined, answers[i], what);
            }
          });
        }
      };
      await fc.assert(fc.asyncProperty(file, check), { numRuns: ROUNDS });
      assert(pairs > 5000, `only ${pairs} pairs`);
    } finally {
      Deno.removeSync(root, { recursive: true });
    }
  },
});
