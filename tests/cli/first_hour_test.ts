/** What a new user types first: near misses are understood, help fits the terminal, nothing far is suggested. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { commandHelp, overview } from "../../src/cli/help/help.ts";
import { excerpt } from "../../src/cli/excerpt.ts";
import { exampleFor } from "../../src/cli/help/help_examples.ts";
import { COMMANDS } from "../../src/cli/table.ts";
import { nearest } from "../../src/base/nearest.ts";
import { displayWidth, fitting } from "../../src/report/display_width.ts";
import { fold } from "../../src/report/wrap_text.ts";
import { Place } from "../conformance/fixture.ts";
import { run, type RunResult } from "../helpers/cli_helper.ts";

function paths(r: RunResult, type: string): unknown[] {
  return r.json.filter((m) => m.message_type === type).map((m) => m.path);
}

function notes(r: RunResult): string {
  return r.json.filter((m) => m.message_type === "note").map((m) => m.message).join();
}

Deno.test("diff of a vault alone tells what the last backup changed, and the first one all", async () => {
  using place = new Place({ a: "1", b: "1" });
  const { stamp } = await place.backup();
  const first = await run(["diff", place.vault, "--json"]);
  assertEquals([first.code, paths(first, "change")], [0, ["a", "b"]]);
  assertEquals([first.json.at(-1)?.from, first.json.at(-1)?.to], ["none", stamp]);
  place.put({ a: "22", c: "1" });
  place.drop("b");
  await place.backup();
  const r = await run(["diff", place.vault, "--json"]);
  const changes = r.json.filter((m) => m.message_type === "change");
  assertEquals(changes.map((m) => `${m.modifier} ${m.path}`), ["M a", "- b", "+ c"]);
  assertEquals(r.json.at(-1)?.from, stamp);
  assertEquals((await run(["diff", place.vault, "--source", "--json"])).code, 2);
});

Deno.test("ls takes a glob, and an exact path wins", async () => {
  using place = new Place({
    "a.txt": "1",
    "b.md": "1",
    d: { "c.txt": "1", deep: { "x.md": "" } },
    "[ab].txt": "1",
  });
  await place.backup();
  const ls = async (...words: string[]): Promise<unknown[]> =>
    paths(await run(["ls", place.vault, ...words, "--json"]), "entry");
  assertEquals(await ls("*.md"), ["b.md", "d/deep/x.md"]);
  assertEquals(await ls("d/*.txt"), ["d/c.txt"]);
  assertEquals(await ls("d*"), ["d", "d/c.txt", "d/deep", "d/deep/x.md"]);
  assertEquals(
    await ls("d*", "--depth", "1"),
    ["d", "d/c.txt", "d/deep", "d/deep/x.md"].slice(0, 3),
  );
  assertEquals(await ls("[ab].txt"), ["[ab].txt"]);
  assertEquals((await run(["ls", place.vault, "*.none"])).code, 1);
});

Deno.test("find widens only where nothing matches, and says so", async () => {
  using place = new Place({ "todo.txt": "1", d: { "my-todo": "1", Brief: "1" } });
  await place.backup();
  const find = (...words: string[]): Promise<RunResult> =>
    run(["find", place.vault, ...words, "--json"]);
  const wide = await find("todo");
  assertEquals(paths(wide, "version"), ["d/my-todo", "todo.txt"]);
  assertStringIncludes(notes(wide), "nothing is named todo");
  const exact = await find("todo.txt");
  assertEquals([paths(exact, "version"), notes(exact)], [["todo.txt"], ""]);
  const other = await find("BRIEF*");
  const folds = Deno.build.os !== "linux";
  assertEquals(paths(other, "version"), folds ? ["d/Brief"] : []);
  if (!folds) assertStringIncludes(notes(other), "only the letter case differs: d/Brief");
  // a vault whose disk folds case has one name in both
  const info = place.meta("vault.json");
  const text = JSON.stringify({
    ...JSON.parse(Deno.readTextFileSync(info)),
    case_sensitive: false,
  });
  Deno.writeTextFileSync(info, text);
  assertEquals(paths(await find("BRIEF*"), "version"), ["d/Brief"]);
  assertEquals(paths(await find("none*"), "version"), []);
});

Deno.test("list of a job names the vault that answers, and -n is a dry run", async () => {
  using place = new Place({ a: "1" });
  await place.backup();
  const config = `${place.path}/c.jsonc`;
  const jobs = { docs: { source: place.source, vaults: [place.vault] } };
  Deno.writeTextFileSync(config, JSON.stringify({ jobs }));
  const r = await run(["list", "docs", "--config", config]);
  assertStringIncludes(r.stdout, `in ${place.vault}`);
  place.put({ b: "1" });
  const dry = await run(["backup", place.source, place.vault, "-n", "--json"]);
  assertEquals([paths(dry, "change"), dry.json.at(-1)?.dry_run], [["b"], true]);
  assertEquals((await run(["ls", place.vault, "b"])).code, 1);
});

Deno.test("only what is near is suggested", () => {
  const names = COMMANDS.map((c) => c.name);
  const cases: [string, string | undefined][] = [
    ["bakup", "backup"],
    ["lst", "list"],
    ["rest", "restore"],
    ["hsitory", "history"],
    ["foo", undefined],
    ["push", undefined],
    ["mount", undefined],
  ];
  for (const [word, near] of cases) assertEquals(nearest(word, names), near, word);
});

Deno.test("the first screen fits 24 lines and names every command; help fits 40 columns", () => {
  for (const width of [80, 60, 40]) {
    const first = overview(COMMANDS, { os: "linux", shell: "sh", width, all: false }).split("\n");
    if (width === 80) assert(first.length <= 23, `${first.length}`);
    const long = first.filter((l) => l.length > width && !l.includes("hikae "));
    assertEquals(long, []);
    for (const c of COMMANDS.filter((c) => !c.hidden)) {
      assert(first.join(" ").split(/\s+/).includes(c.name), c.name);
      const help = commandHelp(c, c.name, { os: "linux", shell: "sh", width, all: false });
      assertEquals(
        help.split("\n").filter((l) => l.length > width && l.trim().split(" ").length > 1),
        [],
        c.name,
      );
      assert(!help.includes("Exit codes"));
    }
  }
  const all = commandHelp(COMMANDS[0] ?? never(), "backup", {
    os: "linux",
    shell: "sh",
    width: 80,
    all: true,
  });
  for (const part of ["Everywhere", "Exit codes"]) assertStringIncludes(all, part);
});

function never(): never {
  throw new Error("there are commands");
}

Deno.test("examples are in the paths and quotation marks of the system", () => {
  const line = "hikae backup ~/Documents /mnt/usb/documents --exclude '*.tmp'";
  const on = (os: "windows" | "darwin", shell: "cmd" | "powershell" | "sh"): string =>
    exampleFor(line, { os, shell });
  assertEquals(
    on("windows", "cmd"),
    'hikae backup %USERPROFILE%\\Documents E:\\Backup\\documents --exclude "*.tmp"',
  );
  assertEquals(
    on("windows", "powershell"),
    "hikae backup $HOME\\Documents E:\\Backup\\documents --exclude '*.tmp'",
  );
  assertStringIncludes(on("darwin", "sh"), "/Volumes/usb/documents");
  const screen = overview(COMMANDS, { os: "windows", shell: "cmd", width: 80, all: false });
  assert(!/\/mnt|~\//.test(screen), screen);
});

Deno.test("a line of a config with its mark fits the terminal, and the mark stands below its place", () => {
  const long = `{ "source": "~/${"ドキュメント".repeat(8)}", "vaults": ["v"], "excludes": ["a"] }`;
  const short = '  "excludes": []';
  for (const width of [40, 50, 80]) {
    for (const text of [long, short]) {
      const column = text.indexOf('"excludes') + 1;
      const [line = "", mark = ""] = excerpt(text, 1, column, width).split("\n");
      assert(displayWidth(line) <= width, `${width}: ${line}`);
      const at = line.indexOf('"excludes');
      assertEquals(displayWidth(line.slice(0, at)), mark.indexOf("^"), `${line}\n${mark}`);
    }
  }
});

Deno.test("wide characters are two columns, marks none", () => {
  assertEquals(displayWidth("控え"), 4);
  assertEquals(displayWidth("e\u0301a"), 2);
  assertEquals(displayWidth("😀"), 2);
  assertEquals(fitting("控えa", 4), "控え");
  assertEquals(fitting("控えa", 3), "控");
  assertEquals(fold("控え 控え 控え", 10), "控え 控え\n控え");
});
