/** How the house stands: where SQL is, who opens a vault, how long files and functions are. */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

/** The source files below a folder, by their path. */
function filesBelow(dir: string): string[] {
  return [...Deno.readDirSync(ROOT + dir)].flatMap((e) =>
    e.isDirectory
      ? filesBelow(`${dir}/${e.name}`)
      : e.name.endsWith(".ts")
      ? [`${dir}/${e.name}`]
      : []
  ).sort();
}

/** A file without its comments. */
function code(file: string): string {
  return Deno.readTextFileSync(ROOT + file).replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "");
}

/** The files that may hold SQL beside `src/vault/history/`, and what of. */
const SQL: Readonly<Record<string, string>> = {
  "src/vault/catalog.ts": "rows are written here, and read by their keys",
  "src/vault/catalog_schema.ts": "the tables",
  "src/vault/dir_counts.ts": "the counts that prove a directory's rows whole",
  "src/vault/index_carry.ts": "reads an older index, whatever is left of it",
  "src/vault/index_db.ts": "hands statements on",
  "src/vault/index_files.ts": "the settings of a database file",
  "src/vault/index_session.ts": "transactions, and statements by their text",
};

/** A statement, or a condition on the columns of versions. */
const ASKS =
  /\.(sql|select|prepare)\(|\bSELECT \w|\bWHERE v\.|"(v\.)?(until|since|type|dir|gone) [=<>I]/;

Deno.test("house: all SQL over versions is in src/vault/history, and none in the engine", () => {
  const found = ["base", "vault", "engine", "bundle", "workers"].flatMap((dir) =>
    filesBelow(`src/${dir}`)
  ).filter((f) => ASKS.test(code(f)));
  assertEquals(
    found.filter((f) => !f.startsWith("src/vault/history/") && SQL[f] === undefined),
    [],
  );
});

/** Who may open an index by itself, and why. */
const INDEX: Readonly<Record<string, string>> = {
  "src/vault/open.ts": "the door",
  "src/engine/bundle/history.ts": "the index of bundles, in memory: there is no vault",
};

const OPENS =
  /\b(openForReading|openForWriting|openIfCurrent|openInLane)\(|\bCatalog\.create\(|\bnew Catalog\(/;

Deno.test("house: nothing opens a vault's index but by src/vault/open.ts", () => {
  const found = ["engine", "bundle", "workers", "cli", "serve"].flatMap((dir) =>
    filesBelow(`src/${dir}`)
  ).concat("src/vault/open.ts").filter((f) => OPENS.test(code(f)));
  assertEquals(found.sort(), Object.keys(INDEX).sort());
});

Deno.test("house: no query opens a vault; the table of commands does", () => {
  const found = filesBelow("src/engine/query").filter((f) => /\bReader\.open\(/.test(code(f)));
  // `list` answers without an index where it can
  assertEquals(found.filter((f) => !f.endsWith("/list.ts")), ["src/engine/query/asked.ts"]);
});

/** The longest file of src, in lines, and the longest function. */
const MOST_LINES = 400;
const MOST_OF_A_FUNCTION = 60;

/** Texts of another language: lists, not code. */
const LISTS = /^src\/text\/(en|ja)\b|^src\/cli\/help\/|\.d\.ts$/;

Deno.test("house: no file of src is longer than 400 lines, no function longer than 60", () => {
  const long: string[] = [];
  for (const file of filesBelow("src").filter((f) => !LISTS.test(f))) {
    const lines = Deno.readTextFileSync(ROOT + file).trimEnd().split("\n");
    if (lines.length > MOST_LINES) long.push(`${file}: ${lines.length} lines`);
    for (const [name, length] of functionsOf(lines)) {
      if (length > MOST_OF_A_FUNCTION) long.push(`${file}: ${name} has ${length} lines`);
    }
  }
  assertEquals(long, []);
});

/** Functions and methods with their lengths, told by indents as `deno fmt` leaves them. */
function functionsOf(lines: readonly string[]): [string, number][] {
  const begins =
    /^( *)(?:export )?(?:default )?(?:(?:static|override|protected|private|async|get|set) )*(?:function\*? )?(#?\w+|\*#?\w+)(?:<.*>)?\(.*$/;
  const words = new Set(["if", "for", "while", "switch", "catch", "return", "await", "super"]);
  const found: [string, number][] = [];
  lines.forEach((line, i) => {
    const [, indent, name] = begins.exec(line) ?? [];
    if (indent === undefined || name === undefined || words.has(name)) return;
    if (indent.length > 2 || indent.length === 0 && !/function/.test(line)) return;
    const open = lines.findIndex((l, j) => j >= i && /[{;]$/.test(l));
    if (open < 0 || !(lines[open] ?? "").endsWith("{")) return;
    const end = lines.findIndex((l, j) => j > open && l === `${indent}}`);
    if (end > 0) found.push([name, end - i + 1]);
  });
  return found;
}

/** Type names that more than one file of src declares, and why. */
const SAME_NAME: Readonly<Record<string, string>> = {
  Options: "the text of a new plugin (plugin_starter.ts) declares what it does in that plugin",
};

/** An interface, type alias, class or enum at the top of a file, exported or not. */
const DECLARES =
  /^(?:export )?(?:default )?(?:declare )?(?:abstract )?(?:const )?(?:interface|type|class|enum) (\w+)/gm;

Deno.test("house: a type name means one thing: no two files of src declare the same", () => {
  const files = new Map<string, Set<string>>();
  for (const file of filesBelow("src")) {
    for (const [, name] of Deno.readTextFileSync(ROOT + file).matchAll(DECLARES)) {
      if (name !== undefined) files.set(name, (files.get(name) ?? new Set()).add(file));
    }
  }
  assertEquals(
    [...files].filter(([name, at]) => at.size > 1 && SAME_NAME[name] === undefined)
      .map(([name, at]) => `${name}: ${[...at].join(", ")}`),
    [],
  );
  assert(files.size > 500, "types are found at all");
});
