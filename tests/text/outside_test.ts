/**
 * No text for people stands outside of the catalogue. A literal that reads like words is taken for one; what is none
 * (names of programs, markup, code, the words of an error that only a fault of hikae's own can show) is told apart by
 * its form, and what is still left stands in a list that may only shrink.
 */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

/** How many literals that read like words a file may have, and why they are no messages (or not yet). */
const LEFT: Readonly<Record<string, number>> = {
  // gauges are English, as those who read them expect; the lines of a log are read by programs too
  "src/report/progress.ts": 1,
  "src/report/prometheus.ts": 15,
  // what only a fault of the index or of hikae's own parts shows; the command goes on without it
  "src/engine/backup/failures.ts": 1,
  "src/engine/bundle/packers.ts": 1,
  "src/engine/bundle/places.ts": 1,
  "src/engine/bundle/restore.ts": 1,
  "src/platform/remote_objects.ts": 2,
  "src/vault/attr_row.ts": 1,
  "src/vault/catalog.ts": 1,
  "src/vault/history/alive.ts": 3,
  "src/vault/record_finish.ts": 1,
  "src/vault/record_row.ts": 1,
  "src/vault/record_writer.ts": 1,
  "src/vault/version.ts": 1,
  // what a plugin's own thread says, which loads no catalogue
  "src/workers/import_guard.ts": 2,
  // files that are written: a config to start from, units of systemd
  "src/schedule/plan.ts": 1,
  "src/schedule/systemd.ts": 2,
  // names of programs, packages, commands, headers; what the build and its check read
  "src/base/drive_names.ts": 1,
  "src/cli/attributes/programs.ts": 3,
  "src/cli/vault/cmd_index_clean.ts": 1,
  "src/cli/help/help.ts": 4,
  "src/cli/snapshot/snapshot_source.ts": 2,
  "src/sandbox/program_permissions.ts": 5,
  "src/serve/dav.ts": 1,
  "src/serve/http.ts": 3,
  "src/workers/plugin_lockdown.ts": 3,
};

/** Two words of a sentence, one after the other. */
const WORDS = /[a-z]{2,}[,:;]? [a-z"'`({]{2,}|\{[a-z]*\} [a-z]{2,}/;
/** SQL, markup, style, comments of generated files, command lines, flags. */
const NONE =
  /^\s*(SELECT|INSERT|DELETE|UPDATE|CREATE|PRAGMA|ALTER|WITH|EXISTS|BEGIN|LEFT JOIN|\(SELECT|AND )\b|\b(NULL|FROM|ORDER BY|GLOB)\b|[<>]|^(#|\/\/|\/\*|hikae|type hikae|--)|(;|[^{]\}|\{)\s*$|default-src|=== |&& /;
/** Errors of the program against itself, which no user should ever meet. */
const INTERNAL = new Set(["Error", "RangeError", "TypeError"]);
/** Help names ids, completions are scripts, doubles are for tests, and the system's own words are told from others. */
const NOT_SEARCHED =
  /^src\/((text|cli\/spec|cli\/complete|platform\/doubles)\/|base\/uncoded\.ts$)/;

interface Node {
  type: string;
  value?: unknown;
  parent?: Node;
  callee?: { name?: string };
  key?: { name?: string };
  quasis?: { cooked?: string; raw: string }[];
}

/** True of a literal that is the argument of an error of the program's own. */
function isInternal(node: Node): boolean {
  const { parent } = node;
  return parent?.type === "NewExpression" && INTERNAL.has(parent.callee?.name ?? "");
}

function textOf(node: Node): string {
  if (node.type !== "TemplateLiteral") return String(node.value);
  return (node.quasis ?? []).map((q) => q.cooked ?? q.raw).join("{}");
}

function wordsIn(file: string, source: string, internal = isInternal): string[] {
  const found: string[] = [];
  const look = (node: Node): void => {
    if (node.parent?.type.startsWith("Import") || node.parent?.type === "TSLiteralType") return;
    if (node.parent?.type === "TaggedTemplateExpression" || internal(node)) return;
    // a name for programs
    if (node.parent?.type === "Property" && node.parent.key?.name === "action") return;
    const said = textOf(node);
    if (WORDS.test(said) && !NONE.test(said)) found.push(said);
  };
  const rule: Deno.lint.Rule = {
    create: () => ({
      Literal: (node) => typeof node.value === "string" ? look(node as unknown as Node) : undefined,
      TemplateLiteral: (node) => look(node as unknown as Node),
    }),
  };
  Deno.lint.runPlugin({ name: "words", rules: { words: rule } }, file, source);
  return found;
}

function* sources(dir: string): Generator<string> {
  for (const entry of Deno.readDirSync(join(ROOT, dir))) {
    const path = `${dir}/${entry.name}`;
    if (entry.isDirectory) yield* sources(path);
    else if (path.endsWith(".ts") && !NOT_SEARCHED.test(path)) yield path;
  }
}

Deno.test("text: no string for people stands outside of the catalogue, save for a list that shrinks", () => {
  const over: string[] = [];
  const seen = new Map<string, number>();
  for (const file of sources("src")) {
    const found = wordsIn(file, Deno.readTextFileSync(join(ROOT, file)));
    seen.set(file, found.length);
    if (found.length > (LEFT[file] ?? 0)) over.push(`${file}: ${JSON.stringify(found)}`);
  }
  assertEquals(over, []);
  const gone = Object.keys(LEFT).filter((file) => !seen.has(file));
  assertEquals(gone, [], "these files are no more: take them off the list");
});

Deno.test("text: what a shipped plugin says stands in its file of words, its errors too", () => {
  const found = [...sources("plugins")].filter((file) => !file.endsWith("words.ts"))
    .map((file) => [file, wordsIn(file, Deno.readTextFileSync(join(ROOT, file)), () => false)])
    .filter(([, words]) => words?.length !== 0);
  const files = found.map(([file, words]) => [file, words?.length]);
  assertEquals(Object.fromEntries(files), {
    // names of faults, headers of a mail, scripts, lists of endings
    "plugins/lib/scrambled.ts": 4,
    "plugins/lib/snapshot_windows.ts": 1,
    "plugins/restic.ts": 1,
    "plugins/lib/notification.ts": 3,
    "plugins/lib/restic.ts": 5,
    "plugins/lib/mime.ts": 4,
  }, `move what people read to plugins/lib/NAME_words.ts: ${JSON.stringify(found)}`);
});

Deno.test("text: the search finds a message that was put past the catalogue", () => {
  assert(
    wordsIn("a.ts", 'throw new HikaeError("failed", "the file could not be read");').length === 1,
  );
  assert(wordsIn("a.ts", "tell(`wrote ${n} of them to ${path}`);").length === 1);
  assertEquals(
    wordsIn("a.ts", 'text("usage.wrote", { file }); throw new RangeError("no such lane");'),
    [],
  );
});
