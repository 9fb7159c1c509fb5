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
  "src/vault/record_index.ts": "rows of records are read by their keys, and all of them",
  "src/vault/catalog_schema.ts": "the tables",
  "src/vault/dir_counts.ts": "the counts that prove a directory's rows whole",
  "src/vault/index_carry.ts": "reads an older index, whatever is left of it",
  "src/vault/index_db.ts": "hands statements on",
  "src/vault/index_files.ts": "the settings of a database file",
  "src/vault/schema_check.ts": "the tables, as SQLite tells of them",
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
  "src/vault/mend_records.ts": "what the records say, to mend them by it before the door is opened",
  "src/vault/open_beside.ts": "the same for the other threads of a run",
  "src/engine/bundle/history.ts": "the index of bundles, in memory: there is no vault",
};

const OPENS =
  /\b(openForReading|openForWriting|openIfCurrent)\(|\bCatalog\.create\(|\bnew Catalog\(/;

Deno.test("house: nothing opens a vault's index but by src/vault/open.ts, or beside and before it", () => {
  const found = ["engine", "bundle", "workers", "cli", "serve"].flatMap((dir) =>
    filesBelow(`src/${dir}`)
  ).concat("src/vault/open.ts", "src/vault/open_beside.ts", "src/vault/mend_records.ts").filter((
    f,
  ) => OPENS.test(code(f)));
  assertEquals(found.sort(), Object.keys(INDEX).sort());
});

Deno.test("house: no query opens a vault; the table of commands does", () => {
  const found = filesBelow("src/engine/query").filter((f) => /\bReader\.open\(/.test(code(f)));
  assertEquals(found, ["src/engine/query/asked.ts"]);
});

/** The files that read files of a vault's disk by themselves, and which: none of it is content of a version. */
const READS: Readonly<Record<string, string>> = {
  "src/vault/content.ts": "the only way to content",
  "src/vault/attr_file.ts": "attributes beside records",
  "src/vault/begun_names.ts": "what a run may leave torn",
  "src/vault/create.ts": "opens a file of its own, to try the disk",
  "src/vault/index_files.ts": "the index at home",
  "src/vault/lock.ts": "the lock, and who holds it",
  "src/vault/reconcile_living.ts": "metadata.txt",
  "src/vault/record_mend.ts": "records",
  "src/vault/record_read.ts": "records",
  "src/vault/record_repair.ts": "records",
  "src/vault/record_writer.ts": "records",
  "src/vault/vault.ts": "vault.json, records",
  "src/vault/walk.ts": "metadata.txt, names.txt",
  "src/engine/adopt/last_step.ts": "a link of a copy that is no vault yet",
  "src/engine/adopt/own_files.ts": "a file of a copy that is no vault yet",
  "src/engine/adopt/plan.ts": "a copy that is no vault yet, and the source",
  "src/engine/backup/compare/scan_entry.ts": "metadata.txt",
  "src/engine/backup/compare/scan_spill.ts": "rows of this run, at home",
  "src/engine/backup/copy/block_wise.ts": "the temporary file that it writes",
  "src/engine/backup/copy/content.ts": "the source",
  "src/engine/backup/copy/flusher.ts": "opens to flush, reads nothing",
  "src/engine/backup/copy/retire.ts": "names.txt",
  "src/engine/backup/share/own_copies.ts": "opens to flush, reads nothing",
  "src/engine/bundle/create.ts": "records",
  "src/engine/bundle/pieces.ts": "records, and what a bundle brought",
  "src/engine/bundle/progress.ts": "what is under way, in the spool",
  "src/engine/bundle/sent.ts": "what was sent, at home",
  "src/engine/import/file_history.ts": "the copies that are imported",
  "src/engine/maintain/empty_directories.ts": "names.txt",
  "src/engine/query/diff_source.ts": "the source",
  "src/engine/restore/begun_files.ts": "what a killed restore left in the target",
  "src/engine/restore/files.ts": "the target",
  "src/engine/restore/link_groups.ts": "the target",
  "src/engine/restore/new_files.ts": "the target",
  "src/engine/restore/plan.ts": "the target",
  "src/engine/seen_files.ts": "whatever is seen ahead for who asks for it",
  "src/engine/share/make_shared.ts": "opens to flush, reads nothing",
  "src/engine/share/reflink.ts": "a file of its own, to try the disk",
  "src/engine/share/rendezvous.ts": "opens to flush, reads nothing",
  "src/engine/source/source_dir.ts": "opens the source, reads nothing",
  "src/engine/verify/repair.ts": "the source, names.txt",
  "src/engine/verify/structure.ts": "metadata.txt",
  "src/engine/verify/unrecorded.ts": "metadata.txt",
};

const READING =
  /\.open\([^)]*\bread: true|\.copyFile\(|\b(hashFile|hashRest|readBytes|readTextIfAny|readLines|sameFiles)\(/;

Deno.test("house: content of versions is read by src/vault/content.ts alone", () => {
  const found = ["vault", "engine"].flatMap((dir) => filesBelow(`src/${dir}`))
    .filter((f) => READING.test(code(f)));
  assertEquals(found.sort(), Object.keys(READS).sort());
  // where content lies is known there alone, too
  const places = filesBelow("src").filter((f) => /\/locate\.ts"/.test(code(f)));
  assertEquals(places, ["src/vault/content.ts"]);
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
