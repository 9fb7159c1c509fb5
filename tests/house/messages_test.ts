/** What people read: it fits 80 columns, says what to do next, and has colours on terminals only. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Command } from "../../src/cli/command.ts";
import { commandHelp, overview } from "../../src/cli/help/help.ts";
import { foreignCommand } from "../../src/cli/help/foreign_commands.ts";
import { COMMANDS } from "../../src/cli/table.ts";
import { helpText } from "../../src/text/help_text.ts";
import { asError } from "../../src/engine/backup/backup.ts";
import { fold } from "../../src/report/wrap_text.ts";
import { formatMessage } from "../../src/report/text.ts";
import { NO_TERMINAL, onTerminal } from "../helpers/terminal_helper.ts";
import { makeTree, removeTree, run, type TempDir, tempDir } from "../helpers/cli_helper.ts";

const WIDTH = 80;

function* everyCommand(commands: readonly Command[], above = ""): Generator<[string, Command]> {
  for (const command of commands) {
    yield [`${above}${command.name}`, command];
    yield* everyCommand(command.sub ?? [], `${above}${command.name} `);
  }
}

/** Lines that are too wide though they could be broken: a path is as long as it is. */
function tooWide(text: string): string[] {
  return text.split("\n").filter((line) =>
    line.length > WIDTH && !line.split(" ").some((word) => word.includes("/") && word.length > 30)
  );
}

Deno.test("messages: every help page fits 80 columns", () => {
  const pages = [...everyCommand(COMMANDS)].map(([path, c]) => commandHelp(c, path));
  const wide = [overview(COMMANDS), ...pages].flatMap((page) => page.split("\n"))
    .filter((line) => line.length > WIDTH);
  assertEquals(wide, []);
});

Deno.test("messages: every command that runs has an example, and says what it does", () => {
  const bare = [...everyCommand(COMMANDS)].filter(([, c]) =>
    c.load !== undefined && !c.hidden &&
    (c.examples.length === 0 || c.examples.some((e) => helpText(e.does) === ""))
  );
  assertEquals(bare.map(([path]) => path), []);
});

Deno.test("messages: long lines hang below their own words; paths and commands stay whole", () => {
  assertEquals(
    fold("error: one two three four five\n  a hint that is long too", 16),
    "error: one two\n       three\n       four five\n  a hint that is\n  long too",
  );
  assertEquals(
    fold("note: see `hikae list V` now", 14),
    "note: see\n      `hikae list V`\n      now",
  );
  assertEquals(fold("# note: aaa bbb ccc", 14), "# note: aaa\n#       bbb\n#       ccc");
  assertEquals(fold(`  ${"/x".repeat(20)} yes`, 10), `  ${"/x".repeat(20)}\n  yes`);
  assertEquals(fold("\x1b[31merror:\x1b[0m 12345", 12), "\x1b[31merror:\x1b[0m 12345");
});

Deno.test("messages: a path is not said twice, and the system's numbers are left to programs", () => {
  const text = (path: string, message: string): string | undefined =>
    formatMessage({ message_type: "note", path, message }, { color: false, verbose: false });
  assertEquals(text("/a/b", "write /a/b: no"), "note: write /a/b: no");
  assertEquals(text("/a/b", "write: gone (os error 2)"), "note: /a/b: write: gone");
  assertEquals(text("a", "a plugin failed"), "note: a: a plugin failed");
  assertEquals(text("a", "a: it changed"), "note: a: it changed");
});

Deno.test("messages: the path of a nested entry is said, though the message has it within a longer one", () => {
  const text = (path: string, message: string): string | undefined =>
    formatMessage({ message_type: "note", path, message }, { color: false, verbose: false });
  const renamed = "store: no permission (rename '/v/.$META$/$TMP@1' -> '/v/d/e')";
  assertEquals(text("d/e", renamed), `note: d/e: ${renamed}`);
  assertEquals(text("a.b", "read: xa.b.c is gone"), "note: a.b: read: xa.b.c is gone");
  assertEquals(text("/v/d", "open '/v/d': no"), "note: open '/v/d': no");
  assertEquals(text("/v/d", "make /v/d: no"), "note: make /v/d: no");
});

Deno.test("messages: a full disk is called one, whoever met it", () => {
  for (const code of ["ENOSPC", "EDQUOT", "ERR_SQLITE_ERROR"]) {
    const error = asError(Object.assign(new Error("database or disk is full"), { code }), "/v");
    assertEquals(error.message, "store: the disk of the vault is full");
    assertStringIncludes(error.hint ?? "", "make room");
  }
});

/** Slips, and what each is answered with: the exit code and a part of the answer. */
const SLIPS: readonly [string, number, string][] = [
  ["--frob", 2, "--frob needs a command"],
  ["bakup source vault", 2, "did you mean hikae backup?"],
  ["help bakup", 2, "did you mean hikae backup?"],
  ["snapshots vault", 2, "in hikae: hikae list VAULT"],
  ["help forget", 2, "in hikae: hikae prune VAULT"],
  ["version", 2, "in hikae: hikae --version"],
  ["backup ./source vault --vault other", 2, "hikae backup SOURCE other"],
  ["schedule instal", 2, "did you mean hikae schedule install?"],
  ["backup --exlude x source vault", 2, "did you mean --exclude?"],
  ["backup", 2, "hikae backup JOB (the jobs: documents)"],
  ["backup docments", 2, "did you mean hikae backup documents?"],
  ["backup documents ./vault", 2, "jobs and paths do not mix"],
  ["backup ./source", 2, "type hikae backup ./source VAULT"],
  ["backup ./sorce vault", 1, "there is no such directory"],
  ["list docments", 10, "did you mean the job documents?"],
  ["list ./nowhere", 10, "plug in its drive, or name the directory"],
  ["restore documents", 2, "say --to DIR, or --in-place"],
  ["snapshot", 2, "type hikae snapshot --help"],
  ["snapshot list extra", 2, "is neither a flag nor a command"],
  ["snapshot restore --snapshot-file gone.json --output-directory out", 1, "there is no such file"],
  ["snapshot --target-directory gone", 1, "there is no such directory"],
  ["schedule install", 2, "hikae schedule install JOB --daily"],
  ["schedule remove", 2, "hikae schedule remove JOB (--all"],
  ["schedule doctor", 2, "hikae schedule doctor JOB"],
];

/** A directory with a source, and a config that has a job for it. */
function withJob(): TempDir {
  const dir = tempDir();
  makeTree(dir.path, { source: { "todo.txt": "1", d: { old: "2" } } });
  const config = { jobs: { documents: { source: dir.at("source"), vaults: [dir.at("vault")] } } };
  Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify(config));
  return dir;
}

Deno.test("messages: a slip is answered with what was meant, and no stack", async () => {
  using dir = withJob();
  for (const [line, code, part] of SLIPS) {
    const done = await run(line.split(" "), { cwd: dir.path });
    assertEquals(done.code, code, line);
    assertStringIncludes(done.stderr, part, line);
    assert(!/\n\s+at /.test(done.stderr), done.stderr);
    assertEquals(done.stdout, "", line);
  }
});

Deno.test("messages: the words of other programs lead to commands that there are", () => {
  const names = new Set(COMMANDS.map((c) => c.name));
  const words = ["check", "dump", "extract", "forget", "rm", "snapshots", "stats"];
  for (const word of words) {
    assert(!names.has(word), word);
    const named = [...(foreignCommand(word) ?? "").matchAll(/hikae ([a-z]+)/g)].map((m) =>
      m[1] ?? ""
    );
    assert(named.length > 0 && named.every((n) => names.has(n)), word);
  }
  assertEquals(foreignCommand("toString"), undefined);
});

/** What a new user types in the first hour, with what goes wrong then. */
const FIRST_HOUR = [
  "hikae",
  "hikae backup source vault --dry-run",
  "hikae backup source vault",
  "echo 3 > source/todo.txt; rm -r source/d",
  "hikae backup source vault",
  "hikae list vault",
  "hikae ls vault",
  "hikae history vault todo.txt",
  "hikae diff vault latest~1",
  "hikae find vault '*'",
  "hikae restore vault todo.txt@3d --to .",
  "hikae restore vault todo.txt@latest~1 --to out",
  "hikae restore vault",
  "hikae prune vault --keep-daily 14 --dry-run",
  "hikae cleanup vault",
  "hikae verify vault",
  "hikae status",
  "hikae report vault",
  "hikae config check",
  "hikae config check --config wrong.jsonc",
  "hikae backup documents --explain-permissions",
  "hikae plugin list --shipped",
  "hikae schedule install documents --daily 21:00 --print --scheduler systemd",
  "hikae completions tcsh",
  "hikae snapshot --target-directory source",
  "hikae snapshot list",
  "hikae delete vault latest~1",
  "echo damage >> vault/todo.txt; hikae verify vault; hikae verify vault --repair",
  "mv vault away; hikae backup source vault; mv away vault",
  "mv source gone; mkdir source; hikae backup source vault",
  "hikae bakup",
  "hikae restore vault --at whenever --to out",
];

Deno.test({
  name: "messages: on a terminal everything that is said in the first hour fits 80 columns",
  ignore: NO_TERMINAL,
  fn: async () => {
    using dir = withJob();
    Deno.writeTextFileSync(dir.at("wrong.jsonc"), '{ "jobs": { "a": { "sauce": "x" } } }');
    const said = await onTerminal(dir, FIRST_HOUR, { NO_COLOR: "1" });
    // each line does what it is there for; where it is folded hangs on the length of the directory's name
    const flat = said.replace(/\s+/g, " ");
    for (const part of ["snapshot 2", "unknown key", "a vault was here before", "is empty"]) {
      assertStringIncludes(flat, part);
    }
    assert(!/unexpected error|\n\s+at .*:\d+:\d+/.test(said), said);
    // the progress line is written over in place
    const lines = said.split("\n").map((line) =>
      line.slice(line.lastIndexOf("\r") + 1).replaceAll("\x1b[K", "")
    );
    assertEquals(tooWide(lines.join("\n")), []);
  },
});

// deno-lint-ignore no-control-regex
const COLOUR = /\x1b\[\d/;

Deno.test({
  name: "messages: colours are for the stream that is a terminal, unless they are not wanted",
  ignore: NO_TERMINAL,
  fn: async () => {
    using dir = withJob();
    const wrong = "hikae list ./nowhere";
    const changes = "hikae backup source vault --dry-run";
    assert(COLOUR.test(await onTerminal(dir, [wrong])));
    assert(COLOUR.test(await onTerminal(dir, [changes])));
    const plain = [`${wrong} --no-color`, `${changes} --no-color`, `${wrong} 2>&1 | cat`];
    assert(!COLOUR.test(await onTerminal(dir, plain)));
    for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }]) {
      assert(!COLOUR.test(await onTerminal(dir, [wrong, changes], env)));
    }
    await onTerminal(dir, [`${wrong} 2> errors`, `${changes} > changes`]);
    for (const file of ["errors", "changes"]) {
      const text = Deno.readTextFileSync(dir.at(file));
      assert(text !== "" && !COLOUR.test(text), `${file}: ${text}`);
    }
  },
});

Deno.test({
  name: "messages: --no-progress moves no cursor",
  ignore: NO_TERMINAL,
  fn: async () => {
    using dir = withJob();
    for (let i = 0; i < 2000; i++) Deno.writeTextFileSync(dir.at("source", `f${i}`), "x");
    const moving = await onTerminal(dir, ["hikae backup source one"]);
    const still = await onTerminal(dir, ["hikae backup source two --no-progress"]);
    assertStringIncludes(still, "files: 2,002 new");
    // deno-lint-ignore no-control-regex
    assert(!/[\x1b]|\r(?!\n)/.test(still), still);
    // a fast machine may be done before the first line
    if (moving.includes("\r")) assertStringIncludes(moving, "\x1b[K");
    removeTree(dir.at("one"));
  },
});
