/** Commands of a job before and after its runs (`commands`). */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  makeTree,
  read,
  run,
  type RunResult,
  type TempDir,
  tempDir,
} from "../helpers/cli_helper.ts";

const UNIX = Deno.build.os !== "windows";

/** Runs a job with these commands. */
async function backup(
  dir: TempDir,
  commands: object,
  { args = [], env = {} }: { args?: string[]; env?: Record<string, string> } = {},
): Promise<RunResult> {
  const job = { source: dir.at("src"), vaults: [dir.at("vault")], commands };
  makeTree(dir.path, { "hikae.jsonc": JSON.stringify({ jobs: { docs: job } }) });
  const flags = ["--init", "--config", dir.at("hikae.jsonc")];
  return await run(["backup", "docs", ...flags, ...args], { cwd: dir.path, env });
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

Deno.test({
  name: "commands: before makes what is backed up, after knows how it went, output is told",
  ignore: !UNIX,
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.at("src"), { "a.txt": "a" });
    const done = await backup(dir, {
      before: [["sh", "-c", 'echo dumping; echo "$SECRET" > "$HIKAE_SOURCE/dump.sql"']],
      after: [{
        run: ["sh", "-c", `env | grep ^HIKAE_ | sort > "$1"`, "sh", dir.at("after.txt")],
        timeout: "1m",
      }],
      failed: [["touch", dir.at("failed.txt")]],
    }, { env: { SECRET: "of the environment" } });
    assertEquals(done.code, 0, done.stderr);
    assertEquals(read(dir.at("vault"), "dump.sql"), "of the environment\n");
    assertStringIncludes(done.stdout + done.stderr, "command: dumping");
    const env = read(dir.path, "after.txt");
    assertMatch(env, /^HIKAE_EXIT=0\nHIKAE_JOB=docs\nHIKAE_OUTCOME=done\nHIKAE_SOURCE=.*src\n/m);
    assertMatch(env, /^HIKAE_STAMP=\d{8}_\d{6}$/m);
    assertMatch(env, /^HIKAE_VAULTS=.*vault$/m);
    assert(!exists(dir.at("failed.txt")), "nothing failed");
  },
});

Deno.test({
  name: "commands: before that fails means no run, and the failed ones are called",
  ignore: !UNIX,
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.at("src"), { "a.txt": "a" });
    const commands = {
      // what it complained of is told, whatever it printed besides
      before: [["sh", "-c", "echo no database >&2; sleep 0.2; echo -- a dump; exit 7"]],
      after: [["touch", dir.at("after.txt")]],
      failed: [["sh", "-c", `echo $HIKAE_OUTCOME $HIKAE_EXIT > "$1"`, "sh", dir.at("failed.txt")]],
    };
    const stopped = await backup(dir, commands);
    assertEquals(stopped.code, 1, stopped.stderr);
    assertMatch(stopped.stderr, /command, preBackup: .*sh ended with 7: no database/);
    assertStringIncludes(stopped.stderr, 'repair the command in the job\'s "commands"');
    assert(!exists(dir.at("vault", ".$META$")), "nothing was backed up");
    assertEquals(read(dir.path, "failed.txt"), "failed 1\n");
    assert(!exists(dir.at("after.txt")));
    const warned = await backup(dir, { before: [{ run: ["false"], onError: "warn" }] });
    assertEquals(warned.code, 3, warned.stderr);
    assertEquals(read(dir.at("vault"), "a.txt"), "a");
    const ignored = await backup(dir, { after: [{ run: ["false"], onError: "ignore" }] });
    assertEquals(ignored.code, 0, ignored.stderr);
    const after = await backup(dir, { after: [["false"]] });
    assertEquals(after.code, 3, after.stderr);
    const slow = await backup(dir, { after: [{ run: ["sleep", "60"], timeout: "2s" }] });
    assertEquals(slow.code, 3);
    assertMatch(slow.stderr, /command.*(time for it is over|time limit)/);
  },
});

Deno.test({
  name: "commands: a guard calls the failed ones",
  ignore: !UNIX,
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.at("src"), { "a.txt": "a" });
    assertEquals((await backup(dir, {})).code, 0);
    Deno.removeSync(dir.at("src", "a.txt"));
    const say = ["sh", "-c", `echo $HIKAE_OUTCOME > "$1"`, "sh", dir.at("failed.txt")];
    const held = await backup(dir, { failed: [say] });
    assertEquals(held.code, 4, held.stderr);
    assertEquals(read(dir.path, "failed.txt"), "held\n");
  },
});

Deno.test({
  name: "commands: nothing is started by a dry run, --explain-permissions or config check",
  ignore: !UNIX,
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.at("src"), { "a.txt": "a" });
    const touch = ["touch", dir.at("started")];
    const commands = { before: [touch], after: [touch], failed: [touch] };
    assertEquals((await backup(dir, commands, { args: ["--dry-run"] })).code, 0);
    const explained = await backup(dir, commands, { args: ["--explain-permissions"] });
    assertStringIncludes(explained.stdout + explained.stderr, "touch");
    await run(["config", "check", "--config", dir.at("hikae.jsonc")], { cwd: dir.path });
    assert(!exists(dir.at("started")));
  },
});

Deno.test({
  name:
    "commands: they start where the caller stood, also from a checkout (deno task goes elsewhere)",
  ignore: !UNIX,
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.path, {
      src: { "a.txt": "a" },
      stood: {},
      "ja.jsonc": '{ "jobs": {}, "lang": "ja" }',
    });
    const env = { INIT_CWD: dir.at("stood") };
    const done = await backup(dir, { before: [["touch", "here"]] }, { env });
    assertEquals(done.code, 0, done.stderr);
    assert(exists(dir.at("stood", "here")));
    // so does the language of a config that is named by a relative path
    const words = ["list", "nowhere", "--config", "../ja.jsonc"];
    assertMatch((await run(words, { env })).stderr, /^エラー/);
  },
});

Deno.test("commands: what is no command is told with its place", async () => {
  using dir = tempDir();
  makeTree(dir.at("src"), {});
  for (const wrong of [{ before: ["pg_dump -f x"] }, { before: [[]] }, { sometimes: [["true"]] }]) {
    const result = await backup(dir, wrong);
    assertEquals(result.code, 2, JSON.stringify(wrong) + result.stderr);
    assertMatch(result.stderr, /hikae\.jsonc:\d+:\d+/);
  }
});
