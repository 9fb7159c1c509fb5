/** Completions in real shells, and the manual page, both made from the command table. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import type { Command } from "../../src/cli/command.ts";
import { rowsOf } from "../../src/cli/complete/model.ts";
import { powershellScript } from "../../src/cli/complete/powershell.ts";
import { SHELLS } from "../../src/cli/complete/shells.ts";
import { manPage } from "../../src/cli/help/man.ts";
import { COMMANDS } from "../../src/cli/table.ts";
import type { HelpId } from "../../src/text/help_text.ts";
import { makeTree, run, tempDir } from "../helpers/cli_helper.ts";

/** Words that are in no catalogue: what has no such id is said as it stands. */
const said = (words: string): HelpId => words as HelpId;

const DATA = fromFileUrl(new URL("../testdata/completions/", import.meta.url));

/** A table that has each thing that completions can meet, so that these tests do not change with hikae's commands. */
const TABLE: readonly Command[] = [
  {
    name: "copy",
    summary: said("copy: it's [all] of it"),
    usage: ["SOURCE VAULT [--at S]"],
    flags: [
      {
        name: "from",
        short: "f",
        value: "FILE",
        help: said("a file: with 'quotes' [and] brackets"),
      },
      { name: "mode", value: "MODE", choices: ["fast", "slow"], help: said("how") },
      { name: "note", value: "TEXT", many: true, help: said("any text") },
      { name: "secret", hidden: true, help: said("not shown") },
    ],
    examples: [{ line: "hikae copy a b --note '.hidden -x'", does: said("copy a") }],
    access: "backup",
    load: () => Promise.reject(new Error("not called")),
  },
  {
    name: "set",
    summary: said("settings"),
    usage: ["show|clear-all"],
    flags: [],
    examples: [],
    access: "none",
    sub: [
      {
        name: "show",
        summary: said("show them"),
        usage: [""],
        flags: [{ name: "deep", help: said("all") }],
        examples: [],
        access: "none",
        load: () => Promise.reject(new Error("not called")),
      },
      {
        name: "clear-all",
        summary: said("clear them"),
        usage: ["[FILE]"],
        flags: [],
        examples: [],
        access: "none",
        load: () => Promise.reject(new Error("not called")),
      },
    ],
  },
  { ...hidden("inner"), hidden: true },
];

function hidden(name: string): Command {
  return { name, summary: said("hidden"), usage: [""], flags: [], examples: [], access: "none" };
}

/** Lines, and what is offered for the word at their end. */
const CASES: readonly { line: string; offers: string[] }[] = [
  { line: "hikae ", offers: ["copy", "set"] },
  { line: "hikae c", offers: ["copy"] },
  { line: "hikae --json s", offers: ["set"] },
  { line: "hikae set ", offers: ["clear-all", "show"] },
  { line: "hikae set show --d", offers: ["--deep"] },
  { line: "hikae set --quiet sh", offers: ["show"] },
  { line: "hikae copy --mo", offers: ["--mode"] },
  { line: "hikae copy --mode ", offers: ["fast", "slow"] },
  { line: "hikae copy --mode s", offers: ["slow"] },
  { line: "hikae copy --mode=f", offers: ["fast"] },
  { line: "hikae copy --note x --mode f", offers: ["fast"] },
  { line: "hikae copy --note ", offers: [] },
  { line: "hikae copy --secr", offers: [] },
  { line: "hikae copy --from one", offers: ["one file"] },
  { line: "hikae copy -f tw", offers: ["two"] },
  { line: "hikae copy one", offers: ["one file"] },
  { line: "hikae set clear-all tw", offers: ["two"] },
  { line: "hikae set show tw", offers: [] },
  { line: "hikae inn", offers: [] },
];

function has(program: string): boolean {
  try {
    return new Deno.Command(program, { args: ["--version"], stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}

/** A directory with the script and, below it, one with two files, one of them with a space in its name. */
async function withScript(
  shell: string,
  table: readonly Command[],
  work: (ask: (program: string, args: string[]) => Promise<string[]>, dir: string) => Promise<void>,
): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "hikae-completions-" });
  try {
    await Deno.mkdir(`${dir}/here`);
    for (const name of ["one file", "two"]) await Deno.writeTextFile(`${dir}/here/${name}`, "");
    const script = SHELLS.find((s) => s.name === shell)?.render(table) ?? "";
    await Deno.writeTextFile(`${dir}/script`, script);
    await work(async (program, args) => {
      const { stdout, stderr } = await new Deno.Command(program, {
        args,
        cwd: `${dir}/here`,
        stdin: "null",
        env: { HOME: dir, TERM: "xterm" },
      }).output();
      const text = new TextDecoder();
      assertEquals(text.decode(stderr), "");
      return text.decode(stdout).split("\n").filter((l) => l !== "").sort();
    }, dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** The words of a line as bash cuts them: `=` is a word of its own. */
function bashWords(line: string): string[] {
  return line.split(" ").flatMap((word) => word.split(/(=)/).filter((w, i) => w !== "" || i === 0));
}

const BASH = `
# what readline alone can do is left to it
compopt() { :; }
source ../script
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_hikae
printf '%s\\n' "\${COMPREPLY[@]}"
`;

Deno.test({
  name: "completions: bash offers what fits",
  ignore: !has("bash"),
  fn: () =>
    withScript("bash", TABLE, async (ask) => {
      for (const { line, offers } of CASES) {
        const got = await ask("bash", ["--norc", "-c", BASH, "bash", ...bashWords(line)]);
        assertEquals(got, offers, line);
      }
    }),
});

Deno.test({
  name: "completions: zsh offers what fits (needs zsh)",
  ignore: !has("zsh"),
  fn: () =>
    withScript("zsh", TABLE, async (ask, dir) => {
      for (const { line, offers } of CASES) {
        const got = await ask("zsh", ["-f", `${DATA}capture.zsh`, dir, `${dir}/script`, line]);
        assertEquals(got.map((word) => word.replaceAll("\\", "")), offers, line);
      }
    }),
});

Deno.test({
  name: "completions: fish offers what fits (needs fish)",
  ignore: !has("fish"),
  fn: () =>
    withScript("fish", TABLE, async (ask) => {
      for (const { line, offers } of CASES) {
        const got = await ask("fish", [
          "--no-config",
          "-c",
          `source ../script; complete -C '${line}'`,
        ]);
        // a word of a --flag=word comes with its flag
        const words = got.map((l) =>
          l.split("\t")[0]?.replace(/^--[a-z]+=/, "").replaceAll("\\", "")
        );
        assertEquals(words, offers, line);
      }
    }),
});

Deno.test("completions: PowerShell's script is the one that was looked at", async () => {
  // there is no PowerShell here to try it in: every change of the script is to be read by a person
  const script = powershellScript(rowsOf(TABLE));
  if (Deno.env.get("HIKAE_UPDATE_GOLDEN")) await Deno.writeTextFile(`${DATA}hikae.ps1`, script);
  assertEquals(script, await Deno.readTextFile(`${DATA}hikae.ps1`));
});

for (const shell of ["bash", "zsh", "fish"]) {
  Deno.test({
    name: `completions: ${shell} reads the script of hikae's own table`,
    ignore: !has(shell),
    fn: () =>
      withScript(shell, COMMANDS, async (ask, dir) => {
        assertEquals(await ask(shell, ["-n", `${dir}/script`]), []);
      }),
  });
}

Deno.test("completions: every command and flag is in every script, hidden ones are not", () => {
  const rows = rowsOf(COMMANDS);
  assertEquals(
    rows[0]?.next.map((n) => n.name),
    COMMANDS.filter((c) => !c.hidden).map((c) => c.name),
  );
  for (const shell of SHELLS) {
    const script = shell.render(COMMANDS);
    for (const row of rows) {
      for (const { name } of row.next) assertStringIncludes(script, name, shell.name);
      for (const { name } of row.flags) assertStringIncludes(script, name, shell.name);
    }
  }
});

Deno.test("completions: paths are offered where a usage line or a flag takes one", () => {
  const rows = new Map(rowsOf(COMMANDS).map((row) => [row.path, row]));
  assertEquals(rows.get("backup")?.files, true);
  assertEquals(rows.get("schedule list")?.files, false);
  const config = rows.get("backup")?.flags.find((f) => f.name === "config");
  assertEquals(config?.kind, "path");
});

async function troff(page: string): Promise<{ text: string; warnings: string }> {
  const file = await Deno.makeTempFile({ suffix: ".1" });
  try {
    await Deno.writeTextFile(file, page);
    const { stdout, stderr } = await new Deno.Command("man", {
      args: ["--warnings", "-E", "UTF-8", "-l", file],
      stdin: "null",
      env: { MANWIDTH: "80", MANPAGER: "cat", LC_ALL: "C.UTF-8", MANROFFSEQ: "" },
    }).output();
    const text = new TextDecoder();
    return { text: text.decode(stdout), warnings: text.decode(stderr) };
  } finally {
    await Deno.remove(file);
  }
}

Deno.test({
  name:
    "man page: man reads it without a warning, and shows every command and example as they are typed",
  ignore: !has("man"),
  fn: async () => {
    const { text, warnings } = await troff(manPage(COMMANDS, "1.2.3", "2026-11-21"));
    assertEquals(warnings, "");
    assertEquals(text.split("\n").filter((line) => line.length > 80), []);
    const whole = text.replace(/ \\\n\s+/g, " ");
    const check = (commands: readonly Command[], parent: string): void => {
      for (const command of commands.filter((c) => !c.hidden)) {
        const path = `${parent} ${command.name}`;
        assertStringIncludes(text, path);
        for (const flag of command.flags.filter((f) => !f.hidden)) {
          assertStringIncludes(text, `--${flag.name}`);
        }
        for (const { line } of command.examples) assertStringIncludes(whole, line);
        check(command.sub ?? [], path);
      }
    };
    check(COMMANDS, "hikae");
    assertStringIncludes(text, "hikae 1.2.3");
  },
});

Deno.test({
  name: "man page: dots, quotes, backslashes and dashes come out as they went in",
  ignore: !has("man"),
  fn: async () => {
    const odd = "'.x' \\fB -- \"q\" `b` ^ ~ 日本";
    const table: Command[] = [{
      ...hidden("odd"),
      summary: said(".so /etc/passwd"),
      about: said(odd),
      examples: [{ line: `.${odd}`, does: said("nothing") }],
    }];
    const { text, warnings } = await troff(manPage(table, "1", "2026-11-21"));
    assertEquals(warnings, "");
    assertStringIncludes(text, `.${odd}`);
    assert(!text.includes("root:"));
  },
});

Deno.test("completions: hikae itself offers jobs, stamps and paths in the vault", async () => {
  using dir = tempDir();
  makeTree(dir.path, { source: { notes: { "to do.txt": "1", "other.txt": "2" }, "n.txt": "3" } });
  const job = { source: "source", vaults: ["vault"] };
  const jobs = { documents: job, "my job": { ...job, vaults: ["v2"] } };
  Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify({ jobs }));
  const options = { cwd: dir.path };
  assertEquals((await run(["backup", "documents"], options)).code, 0);
  const [stamp] = (await run(["list", "documents", "--json"], options)).json.map((m) => m.stamp);
  const ask = async (...words: string[]): Promise<string[]> => {
    const r = await run(["__complete", ...words], options);
    assertEquals([r.code, r.stderr], [0, ""]);
    return r.stdout.split("\n").filter((l) => l !== "");
  };
  assertEquals(await ask("backup", ""), ["documents", "my job"]);
  assertEquals(await ask("backup", '""'), ["documents", "my job"]);
  assertEquals(await ask("restore", "m"), ["my job"]);
  assertEquals(await ask("schedule", "install", "d"), ["documents"]);
  assertEquals(await ask("config", "check", "d"), []);
  assertEquals(await ask("restore", "documents", "--at", ""), ["latest", String(stamp)]);
  assertEquals(await ask("diff", "vault", "20"), [String(stamp)]);
  assertEquals(await ask("cat", "documents", "n"), ["n.txt", "notes/"]);
  assertEquals(await ask("cat", "documents", "notes/t"), ["notes/to do.txt"]);
  assertEquals(await ask("cat", "nowhere", "n"), []);
  assertEquals(await ask("restore", "documents", "--to", "n"), []);
});

/** How each shell is asked for what it offers after `hikae restore `, with a stand-in of hikae first in PATH. */
const ASKED: Record<string, (dir: string, path: string) => string[]> = {
  bash: (dir, path) => [
    "--norc",
    "-c",
    `PATH='${path}'; . ${dir}/script; compopt() { :; }; COMP_WORDS=(hikae restore ''); ` +
    `COMP_CWORD=2; _hikae; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ],
  zsh: (dir) => ["-f", `${DATA}capture.zsh`, dir, `${dir}/script`, "hikae restore "],
  fish: (dir, path) => [
    "--no-config",
    "-c",
    `set -x PATH ${path.split(":").join(" ")}; source ${dir}/script; complete -C 'hikae restore '`,
  ],
};

for (const [shell, args] of Object.entries(ASKED)) {
  Deno.test({
    name:
      `completions: ${shell} puts in what hikae offers, and expands nothing of it (needs ${shell})`,
    ignore: !has(shell),
    fn: async () => {
      const before = Deno.env.get("PATH") ?? "";
      using bin = tempDir();
      try {
        const path = `${bin.path}:${before}`;
        Deno.env.set("PATH", path);
        const offer = `$(touch ${bin.path}/harm)`;
        const hikae = `#!/bin/sh\nprintf '%s\\n' 'documents' '${offer}' "asked:$2"\n`;
        Deno.writeTextFileSync(bin.at("hikae"), hikae, { mode: 0o755 });
        await withScript(shell, COMMANDS, async (ask, dir) => {
          const offered = (await ask(shell, args(dir, path))).join("\n").replaceAll("\\", "");
          for (const word of ["documents", offer, "asked:restore"]) {
            assertStringIncludes(offered, word);
          }
        });
        assertEquals([...Deno.readDirSync(bin.path)].map((e) => e.name), ["hikae"]);
      } finally {
        Deno.env.set("PATH", before);
      }
    },
  });
}
