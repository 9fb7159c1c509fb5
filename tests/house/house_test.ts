/** How the house stands: where SQL is, who opens a vault, how long files and functions are. */

import { assertEquals } from "@std/assert";
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
