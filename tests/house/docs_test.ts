/** The documentation against the program: links, tables, keys, examples, and the tests that pages name. */

import { assert, assertEquals } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path";
import { DURING } from "../../src/base/event.ts";
import { ERRORS, EXIT_MEANING } from "../../src/base/errors.ts";
import { helpText } from "../../src/text/help_text.ts";
import type { Command } from "../../src/cli/command.ts";
import { findCommand, parseFlags } from "../../src/cli/parse.ts";
import { COMMANDS } from "../../src/cli/table.ts";
import { printable } from "../../src/report/printable.ts";
import { makeTree, run, type TempDir, tempDir } from "../helpers/cli_helper.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

/** The pages at the root and every page of docs, by their paths below the checkout. */
function pages(): string[] {
  const docs = [...Deno.readDirSync(join(ROOT, "docs"))].map((e) => `docs/${e.name}`);
  return [
    "README.md",
    "README.ja.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    ...docs.filter((path) => path.endsWith(".md")).sort(),
  ];
}

/** These, and those for developers, which no reader of the README is sent to. */
function allPages(): string[] {
  const dev = [...Deno.readDirSync(join(ROOT, "docs/dev"))].map((e) => `docs/dev/${e.name}`);
  return [...pages(), ...dev.filter((path) => path.endsWith(".md")).sort()];
}

function textOf(page: string): string {
  return Deno.readTextFileSync(join(ROOT, page));
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** The anchor that a heading gets. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
}

function anchors(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map((m) => anchorOf(m[1] ?? ""));
}

Deno.test("docs: every relative link leads to a file, and to a heading of it", () => {
  const broken: string[] = [];
  for (const page of allPages()) {
    for (const [, link = ""] of textOf(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(link)) continue;
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? page : join(dirname(page), file);
      if (!isThere(join(ROOT, target))) broken.push(`${page}: ${link}`);
      else if (anchor !== undefined && target.endsWith(".md")) {
        if (!anchors(textOf(target)).includes(anchor)) broken.push(`${page}: ${link}`);
      }
    }
  }
  assertEquals(broken, []);
});

Deno.test("docs: the tests that a page names are there", () => {
  const missing: string[] = [];
  for (const page of allPages()) {
    for (const [path] of textOf(page).matchAll(/\btests\/[\w./-]*[\w/]/g)) {
      if (!isThere(join(ROOT, path))) missing.push(`${page}: ${path}`);
    }
  }
  assertEquals(missing, []);
});

Deno.test("docs: what the pages on the format and on security promise names its tests, and those are there", () => {
  const wrong: string[] = [];
  const words = (text: string): string => text.replaceAll(/\s+/g, " ");
  for (const page of ["docs/format.md", "docs/security.md"]) {
    const text = textOf(page);
    const named = [...text.matchAll(/\btests\/[\w/]+_test\.ts/g)].length;
    let found = 0;
    const notes = [...text.matchAll(/^\[\^(\w+)\]: (Tests?\b(?:.|\n(?!\n))*)/gm)];
    for (const [, label = "", group = ""] of notes.map((m) => [m[0], m[1], words(m[2] ?? "")])) {
      if (text.split(`[^${label}]`).length !== 3) {
        wrong.push(`${page}: note ${label} without its sentence`);
      }
      for (const part of group.split(/(?<=_test\.ts)/)) {
        const path = /tests\/[\w/]+_test\.ts/.exec(part)?.[0];
        if (path === undefined) continue;
        found++;
        const names = [...part.matchAll(/"([^"]+)"/g)].map((m) => m[1] ?? "");
        if (names.length === 0) wrong.push(`${page}: ${path} without the name of a test`);
        const tests = testsIn(path);
        for (const name of names) {
          if (!tests.some((t) => t.includes(name))) wrong.push(`${page}: "${name}" in ${path}`);
        }
      }
    }
    assertEquals(found, named, `${page}: a test is named outside of a footnote "[^1]: Test: …"`);
  }
  assertEquals(wrong, []);
});

/** The names of tests in a file, those that are put together with \`${…}\` in their parts. */
function testsIn(path: string): string[] {
  const text = textOf(path);
  const named = /(?:\btest\(|\bname:|\.step\(|const what =)\s*(["`])((?:\\.|(?!\1).)*)\1/g;
  return [...text.matchAll(named)].map(([, , name = ""]) => name.replaceAll("\\", ""));
}

Deno.test("docs: the source files that a page names are there", () => {
  const missing: string[] = [];
  for (const page of pages()) {
    for (const [, path = ""] of textOf(page).matchAll(/`((?:src|tools|plugins)\/[\w./-]+)`/g)) {
      if (!isThere(join(ROOT, path))) missing.push(`${page}: ${path}`);
    }
  }
  assertEquals(missing, []);
});

/** The rows of the table below a heading, as cells. */
function tableBelow(text: string, heading: string): string[][] {
  const below = text.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const rows = below.split("\n").filter((line) => line.startsWith("|")).slice(2);
  return rows.map((row) => row.split("|").slice(1, -1).map((cell) => cell.trim()));
}

Deno.test("docs: json.md has the error ids and exit codes of the program", () => {
  const text = textOf("docs/json.md");
  const ids = Object.entries(ERRORS).map(([id, exit]) => [`\`${id}\``, String(exit)]);
  assertEquals(tableBelow(text, "Error ids"), ids);
  const codes = Object.entries(EXIT_MEANING).map(([code, means]) => [code, helpText(means)]);
  assertEquals(tableBelow(text, "Exit codes"), codes);
});

/** The words in backquotes below the heading of a message, or of a command's summary. */
function keysBelow(title: string, part: "message" | "summary"): Set<string> {
  const [messages = "", summaries = ""] = textOf("docs/json.md").split(
    "\n## Summary per command\n",
  );
  const sections = (part === "message" ? messages : summaries).split(/\n(?=## |### )/);
  const section = sections.find((s) => s.trimStart().split("\n")[0]?.includes(`\`${title}\``));
  assert(section !== undefined, `json.md has no section ${title}`);
  return new Set([...section.matchAll(/`([a-z_]+)`/g)].map((m) => m[1] ?? ""));
}

/** The keys that lines of one kind have and json.md does not. */
function undocumented(command: string, lines: readonly Record<string, unknown>[]): string[] {
  const backup = keysBelow("backup", "summary");
  return lines.flatMap((line) => {
    const type = String(line.message_type);
    const summary = type === "summary";
    const likeBackup = type === "snapshot" || (summary && ["adopt", "import"].includes(command));
    const keys = summary ? keysBelow(command, "summary") : keysBelow(type, "message");
    return Object.keys(line).filter((key) =>
      key !== "message_type" && !keys.has(key) && !(likeBackup && backup.has(key))
    ).map((key) => `${command}: ${type}.${key}`);
  });
}

const RECIPIENT = "age1fxspwfp3dftzg58a96q4vmpdfaaletp9qaa7wgxk2lc88r6vwv9sejaqwc";
const IDENTITY = "AGE-SECRET-KEY-16YH7TQM4FKYC33DQ283NVSJ2MC44R2MXLZR7NZ7VN4CV4JCLXYCS57CFFA";

/** Command lines in an order in which each finds something to tell; what they end with. */
const LINES: readonly [string, number][] = [
  ["backup source vault --dry-run", 0],
  ["backup source vault", 0],
  ["backup source vault --explain-permissions", 0],
  ["list vault", 0],
  ["ls vault", 0],
  ["history vault changes", 0],
  ["find vault *", 0],
  ["diff vault latest~1", 0],
  ["status vault", 0],
  ["report vault", 0],
  ["restore vault --to target --dry-run", 0],
  ["restore vault --to target", 0],
  ["verify vault", 0],
  ["cleanup vault --max-retention 1s --dry-run", 0],
  ["prune vault --keep-last 1 --dry-run", 0],
  ["delete vault latest~1", 0],
  ["prune vault --keep-last 1", 0],
  ["reindex vault", 0],
  ["ls vault nothere", 1],
  ["job source vault --interval 1s --duration 1s", 0],
  ["snapshot take --target-directory source", 0],
  ["snapshot list", 0],
  ["snapshot prune --snapshot-number 1 --dry-run", 0],
  ["dedupe vault", 0],
  ["import copy --at 20200101_000000 --to imported", 0],
  ["adopt copy --source source", 4],
  ["bundle keygen", 0],
  ["bundle keygen -o key.txt", 0],
  [`bundle create vault --to bundles --recipient ${RECIPIENT}`, 0],
  ["bundle list bundles", 0],
  ["bundle verify bundles", 0],
  ["bundle restore bundles --to unpacked --identity identity.txt", 0],
  ["bundle prune --plan bundles --keep-last 1 --identity identity.txt", 0],
  ["backup j --log", 0],
  ["logs j", 0],
  ["status", 0],
  ["config init made", 0],
  ["config check", 0],
  ["config check --config wrong.jsonc", 2],
  ["config show", 0],
  ["config trust", 0],
  ["plugin list", 0],
  ["plugin new made.ts", 0],
  ["plugin test made.ts --hook postBackup", 0],
  ["schedule install j --daily 03:00 --print --scheduler systemd", 0],
  ["integrate -n", 0],
  ["index list", 0],
  ["index clean vault --dry-run", 0],
];

async function linesOf(dir: TempDir): Promise<[string, Record<string, unknown>[]][]> {
  const all: [string, Record<string, unknown>[]][] = [];
  for (const [line, code] of LINES) {
    const words = line.split(" ");
    const done = await run([...words, "--json"], { cwd: dir.path });
    assertEquals(done.code, code, `${line}: ${done.stderr}${done.stdout}`);
    const written = done.stdout.split("\n").filter((text) => text !== "");
    assertEquals(done.json.length, written.length, `${line}: stdout has JSON lines only`);
    for (const text of written) assert(text.startsWith('{"message_type":"'), text);
    all.push([words[0] ?? "", done.json]);
    if (line !== "backup source vault") continue;
    makeTree(dir.at("source"), { changes: "other" });
    Deno.removeSync(dir.at("source", "goes"));
    await run(["backup", "source", "vault", "--quiet"], { cwd: dir.path });
  }
  return all;
}

Deno.test("docs: with --json stdout has JSON lines only, and json.md has every key of them", async () => {
  using dir = tempDir();
  makeTree(dir.path, {
    source: { changes: "1", goes: "2", d: { stays: "3" } },
    copy: { a: "1" },
    "identity.txt": IDENTITY,
    "hikae.jsonc": JSON.stringify({ jobs: { j: { source: "source", vaults: ["second"] } } }),
    "wrong.jsonc": '{"job": {}}',
  });
  const lacking = (await linesOf(dir)).flatMap(([command, lines]) =>
    // the lines of each run of a job are those of backup
    undocumented(command, command === "job" ? lines.slice(-1) : lines)
  );
  assertEquals([...new Set(lacking)], []);
});

/** Every command of the table with its path, subcommands too. */
function* everyCommand(commands: readonly Command[], above = ""): Generator<[string, Command]> {
  for (const command of commands) {
    yield [`${above}${command.name}`, command];
    yield* everyCommand(command.sub ?? [], `${above}${command.name} `);
  }
}

/** The words of a line as a shell makes them. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, "$1$2")
  );
}

/** Checks that a line names a command of the table, with flags that it has. */
function checkLine(line: string): void {
  const words = wordsOf(line).slice(1);
  const found = findCommand(COMMANDS, words);
  assert(found !== undefined, line);
  if (!words.includes("--help")) parseFlags(found.command, found.path, found.rest);
}

Deno.test("docs: the examples of every command parse, and are of that command", () => {
  for (const [path, command] of everyCommand(COMMANDS)) {
    for (const { line } of command.examples) {
      const words = wordsOf(line);
      assertEquals(words[0], "hikae", line);
      assertEquals(findCommand(COMMANDS, words.slice(1))?.path, path, line);
      checkLine(line);
    }
  }
});

/** The lines of a page that stand in blocks of shell commands. */
function* shellLines(text: string): Generator<string> {
  let language: string | undefined;
  for (const line of text.split("\n")) {
    const fence = /^\s*```(\w*)/.exec(line);
    if (fence !== null) language = language === undefined ? fence[1] ?? "" : undefined;
    else if (language === "sh" || language === "") yield line.replace(/^\$ /, "").trim();
  }
}

Deno.test("docs: the command lines of the pages parse", () => {
  let checked = 0;
  for (const page of pages()) {
    for (const text of shellLines(textOf(page))) {
      const line = text.replace(/\s#\s.*$/, "").replace(/\s*[|>].*$/, "");
      // words in capitals and brackets stand for something
      if (!/^hikae [a-z]/.test(line) || /\b[A-Z]{3,}\b|…|\(/.test(line)) continue;
      checkLine(line);
      checked++;
    }
  }
  assert(checked > 20, `${checked} lines`);
});

Deno.test("docs: every page is linked from the README", () => {
  const readme = textOf("README.md");
  assertEquals(pages().slice(1).filter((page) => !readme.includes(`](${page})`)), []);
});

Deno.test("docs: the README shows the picture of a run, with command lines that are right", () => {
  assert(textOf("README.md").includes("](docs/run.svg)"));
  const text = textOf("docs/run.svg").replace(/<[^>]*>/g, "").replaceAll("&gt;", ">");
  const lines = text.split("\n").filter((line) => line.startsWith("$ hikae "));
  assert(lines.length > 3, text);
  for (const line of lines) checkLine(line.slice(2));
});

const UNIX = Deno.build.os !== "windows";

Deno.test({
  name: "security.md: records, index, logs and what this machine knows are private",
  ignore: !UNIX,
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.path, { source: { d: { file: "1" } } });
    const config = { jobs: { j: { source: dir.at("source"), vaults: [dir.at("vault")] } } };
    Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify(config));
    const env = { HIKAE_STATE_DIR: dir.at("state") };
    assertEquals((await run(["backup", "j", "--log"], { cwd: dir.path, env })).code, 0);
    const mode = (...names: string[]): string =>
      ((Deno.lstatSync(dir.at(...names)).mode ?? 0) & 0o777).toString(8);
    assertEquals(mode("vault", ".$META$", "runs"), "700");
    assertEquals(mode("vault", ".$META$", "lock.json"), "600");
    const { id } = JSON.parse(Deno.readTextFileSync(dir.at("vault", ".$META$", "vault.json")));
    assertEquals(mode("state", "index"), "700");
    assertEquals(mode("state", "index", id), "700");
    for (const { name } of Deno.readDirSync(dir.at("state", "index", id))) {
      assertEquals(mode("state", "index", id, name), "600", name);
    }
    assertEquals(mode("state"), "700");
    const logs = [...Deno.readDirSync(dir.at("state", "logs", "j"))].filter((e) => e.isFile);
    assert(logs.length > 0);
    for (const { name } of logs) assertEquals(mode("state", "logs", "j", name), "600", name);
  },
});

Deno.test({
  name: "security.md: what lies below /proc, /dev and /sys is refused",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.path, { source: { file: "1" } });
    for (const words of [["/proc/self/fdinfo", "vault"], ["source", "/dev/shm/hikae-refused"]]) {
      const { code, stderr } = await run(["backup", ...words], { cwd: dir.path });
      assertEquals(code, 1, stderr);
    }
  },
});

Deno.test("security.md: a name cannot drive a terminal", () => {
  assertEquals(printable("a\x1b[31m\n\u202eb"), "a\\e[31m\\n\\u{202e}b");
});

Deno.test("docs: json.md has every word that an error says of what was being done", () => {
  const line = /- `during`:[^]*?\n- /.exec(textOf("docs/json.md"))?.[0] ?? "";
  const words = [...line.matchAll(/`([a-z]+)`/g)].map((m) => m[1] ?? "");
  assertEquals(DURING.filter((during) => !words.includes(during)), []);
});
