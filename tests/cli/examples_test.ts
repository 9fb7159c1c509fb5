/** Every example of the help, and the README's quick start, run as they stand: only places and waits are others. */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import type { Command } from "../../src/cli/command.ts";
import { newKeyPair } from "../../src/bundle/keygen.ts";
import { COMMANDS } from "../../src/cli/table.ts";
import { makeTree, names, run, type RunOptions, type RunResult } from "../helpers/cli_helper.ts";
import { Grown } from "../helpers/maintain_helper.ts";
import { serving } from "../serve/serving.ts";

const DAY = 86_400_000;
const UNIX = Deno.build.os !== "windows";

/** The examples of all commands, in the order of help. */
function examplesOf(commands: readonly Command[]): string[] {
  return commands.flatMap((c) => [...c.examples.map((e) => e.line), ...examplesOf(c.sub ?? [])]);
}

/** A crontab that is a file, and a systemd that does not answer: nothing is scheduled on this machine. */
const PROGRAMS: Readonly<Record<string, string>> = {
  crontab:
    'touch "$HOME/table"; if [ "$1" = -l ]; then cat "$HOME/table"; else cat > "$HOME/table"; fi',
  systemctl: "exit 1",
  "xdg-open": "exit 0",
  nautilus: "exit 0",
};

/** A source with a past of ten days in a vault, a job for both, and the programs of {@link PROGRAMS}. */
async function makeWorld(): Promise<Grown> {
  const world = new Grown();
  const file = (days: number): string => `as of ${days} days ago`;
  for (const days of [10, 5, 2]) {
    world.now = Date.now() - days * DAY;
    world.put({ "budget 2026.ods": "1", notes: { "todo.txt": file(days) } });
    await world.backup();
  }
  makeTree(join(world.path, "copy"), { "budget 2026.ods": "1", notes: { "todo.txt": "before" } });
  makeTree(join(world.path, "daily.2"), { "todo.txt": "the day before" });
  makeTree(join(world.path, "daily.1"), { "todo.txt": "yesterday" });
  const pair = await newKeyPair();
  const bundle = { to: join(world.path, "nas", "bundles"), recipients: pair.recipient };
  const job = { source: world.source, vaults: [world.vault], bundle };
  makeTree(world.path, { work: {}, bin: {} });
  Deno.writeTextFileSync(
    join(world.path, "work", "hikae.jsonc"),
    JSON.stringify({ jobs: { documents: job } }),
  );
  Deno.writeTextFileSync(join(world.path, "work", "keys.txt"), `# backups\n${pair.recipient}\n`);
  Deno.writeTextFileSync(join(world.path, "work", "secret.txt"), `${pair.identity}\n`);
  for (const [name, text] of Object.entries(PROGRAMS)) {
    Deno.writeTextFileSync(join(world.path, "bin", name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }
  // a config that was found in the working directory writes no bundle before
  const env = { HOME: world.path, HIKAE_STATE_DIR: join(world.path, "state") };
  const trusted = await run(["config", "trust"], { cwd: join(world.path, "work"), env });
  assertEquals(trusted.code, 0, trusted.stderr);
  return world;
}

/** The words of a line as a shell makes them. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, "$1$2")
  );
}

/** The line with the places of this world, and with waits that a test can wait for. */
function here(line: string, world: Grown): string {
  const [snapshot = "none.json"] = names(join(world.path, "work", "snapshots"));
  const dayBefore = new Date(Date.now() - 4 * DAY).toISOString().slice(0, 10);
  const places: Record<string, string> = {
    "~/Documents": world.source,
    "/mnt/usb/documents": world.vault,
    "/mnt/usb": world.path,
    "/mnt/nas/bundles": join(world.path, "nas", "bundles"),
    "/tmp": world.path,
  };
  return line.replace(
    /~\/Documents|\/mnt\/usb\/documents|\/mnt\/usb\b|\/mnt\/nas\/bundles|\/tmp\b/g,
    (place) => places[place] ?? place,
  )
    .replace("--at 2026-11-20", `--at ${dayBefore}`)
    .replace(/snapshot_\d+_\d+\.json/, snapshot)
    .replace(/--interval \w+ --duration \w+/, "--interval 1 --duration 1")
    .replace(/^(hikae schedule doctor .*)/, "$1 --no-run");
}

/** A line that serves until it is told to end: once it says where. */
async function serveOnce(words: readonly string[], options: RunOptions): Promise<RunResult> {
  await using server = await serving(words.slice(1), options);
  return await server.stop();
}

async function checkLine(line: string, world: Grown): Promise<void> {
  // there is a config already where the others are run
  const fresh = /\binit\b/.test(line);
  const cwd = fresh ? Deno.makeTempDirSync({ dir: world.path }) : join(world.path, "work");
  const env = {
    HOME: world.path,
    PATH: `${join(world.path, "bin")}:${Deno.env.get("PATH")}`,
    HIKAE_STATE_DIR: join(world.path, "state"),
    DENO_DIR: denoDir,
  };
  const words = wordsOf(here(line, world)).slice(1);
  if (words[0] === "init") {
    const answers = [
      world.source,
      join(world.path, "first"),
      "yes",
      "no",
      "none",
      "all",
      "no",
      "yes",
    ];
    const done = await run(words, { cwd, env, stdin: answers.map((a) => `${a}\n`).join("") });
    return assertEquals(done.code, 0, `${line}\n${done.stdout}${done.stderr}`);
  }
  const done =
    await (words[0] === "serve" ? serveOnce(words, { cwd, env }) : run(words, { cwd, env }));
  assertEquals(done.code, 0, `${line}\n${done.stdout}${done.stderr}`);
  assert(!/unexpected error/.test(done.stderr), `${line}\n${done.stderr}`);
}

/** HOME is another one for the children, the cache of Deno is not. */
const denoDir = (JSON.parse(
  new TextDecoder().decode(
    new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).outputSync().stdout,
  ),
) as { denoDir: string }).denoDir;

Deno.test({
  name: "examples: every example of the help does what it says, and ends with 0",
  ignore: !UNIX,
  fn: async () => {
    using world = await makeWorld();
    const lines = examplesOf(COMMANDS);
    const removes = (line: string): boolean => line.startsWith("hikae schedule remove");
    // what help names before the doctor is what the doctor looks at
    const ordered = [...lines.filter((l) => !removes(l)), ...lines.filter(removes)];
    for (const line of ordered) await checkLine(line, world);
    assertEquals(
      Deno.readTextFileSync(join(world.path, "restored", "notes", "todo.txt")).length,
      16,
    );
    const back = join(world.path, "work", "notes", "todo.txt");
    assertEquals(Deno.readTextFileSync(back), "as of 5 days ago");
  },
});

Deno.test({
  name: "examples: the README's quick start runs line by line",
  ignore: !UNIX,
  fn: async () => {
    const readme = Deno.readTextFileSync(fromFileUrl(new URL("../../README.md", import.meta.url)));
    const part = readme.split("\n## Quick start\n")[1]?.split("\n## ")[0] ?? "";
    const lines = part.split("\n").filter((line) => line.startsWith("hikae "))
      .map((line) => line.replace(/\s+#\s.*$/, ""));
    assert(lines.length >= 8, `${lines.length} lines`);
    using world = await makeWorld();
    for (const line of lines) await checkLine(line, world);
  },
});
