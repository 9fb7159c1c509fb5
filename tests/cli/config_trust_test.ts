/** A config that lies in the working directory starts nothing until it was allowed; as root nobody else may write it. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  isThere,
  makeTree,
  run,
  type RunResult,
  summary,
  type TempDir,
  tempDir,
} from "../helpers/cli_helper.ts";

const STARTS = {
  docs: { source: "source", vaults: ["vault"], plugins: [{ path: "./plugin.ts" }] },
};
const PLAIN = { source: "source", vaults: ["plain"] };

function world(jobs: object = { ...STARTS, plain: PLAIN }): TempDir {
  const dir = tempDir();
  makeTree(dir.path, {
    source: { a: "1" },
    "plugin.ts": 'export default { name: "p", preBackup(_r, h) { h.log("info", "it runs"); } };',
    "hikae.jsonc": JSON.stringify({ jobs }),
  });
  return dir;
}

function hikae(dir: TempDir, args: readonly string[], cwd = dir.path): Promise<RunResult> {
  const env = { HIKAE_STATE_DIR: dir.at("state"), XDG_CONFIG_HOME: dir.at("config") };
  return run(args, { cwd, env });
}

Deno.test("a config found in the working directory starts no plugin until it was allowed", async () => {
  using dir = world();
  for (
    const words of [["backup", "docs"], ["backup", "--all"], ["backup", "docs", "--dry-run"], [
      "plugin",
      "list",
    ]]
  ) {
    const refused = await hikae(dir, words);
    assertEquals(refused.code, 2, words.join(" "));
    assertMatch(refused.stderr, /hikae config trust/);
    assert(!refused.stderr.includes("it runs"));
  }
  assert(!isThere(dir.at("vault")));
  const trusted = await hikae(dir, ["config", "trust"]);
  assertEquals(trusted.code, 0, trusted.stderr);
  assertMatch(trusted.stderr, /docs: plugin .*plugin\.ts/);
  const ran = await hikae(dir, ["backup", "docs"]);
  assertEquals(ran.code, 0, ran.stderr);
  assertMatch(ran.stderr, /it runs/);
});

Deno.test("jobs that start nothing run, and a config that is named or in its own place needs no word", async () => {
  using dir = world();
  assertEquals((await hikae(dir, ["backup", "plain"])).code, 0);
  assertEquals((await hikae(dir, ["list", "plain"])).code, 0);
  assertEquals((await hikae(dir, ["backup", "docs", "--config", "hikae.jsonc"])).code, 0);
  makeTree(dir.at("config", "hikae"), {
    "hikae.jsonc": JSON.stringify({
      jobs: {
        docs: {
          ...STARTS.docs,
          source: dir.at("source"),
          vaults: [dir.at("vault")],
          plugins: [{ path: dir.at("plugin.ts") }],
        },
      },
    }),
  });
  if (Deno.build.os === "linux") {
    assertEquals((await hikae(dir, ["backup", "docs"], dir.at("config", "hikae"))).code, 0);
    assertEquals((await hikae(dir, ["backup", "docs"], dir.at("source"))).code, 0);
  }
});

Deno.test("what was allowed is the config as it was, at its own place", async () => {
  using dir = world();
  const trusted = await hikae(dir, ["config", "trust", "--json"]);
  assertEquals([summary(trusted).action, trusted.code], ["config trust", 0]);
  assertEquals((await hikae(dir, ["backup", "docs"])).code, 0);
  makeTree(dir.at("copy"), {
    source: {},
    "hikae.jsonc": Deno.readTextFileSync(dir.at("hikae.jsonc")),
  });
  assertEquals((await hikae(dir, ["backup", "docs"], dir.at("copy"))).code, 2);
  Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify({ jobs: STARTS }, null, 1));
  assertEquals((await hikae(dir, ["backup", "docs"])).code, 2);
  assertEquals((await hikae(dir, ["config", "trust"])).code, 0);
  assertEquals((await hikae(dir, ["backup", "docs"])).code, 0);
});

Deno.test("a job's own commands are started only for a config that was allowed, which names them", async () => {
  const commands = { before: [[Deno.execPath(), "--version"]] };
  using dir = world({ docs: { source: "source", vaults: ["vault"], commands } });
  assertEquals((await hikae(dir, ["backup", "docs"])).code, 2);
  const trusted = await hikae(dir, ["config", "trust"]);
  assert(trusted.stderr.includes(`may start ${Deno.execPath()}`), trusted.stderr);
  assertEquals((await hikae(dir, ["backup", "docs"])).code, 0);
});

Deno.test("config check and prune start nothing for a config that was not allowed", async () => {
  using dir = world();
  assertEquals((await hikae(dir, ["backup", "docs", "--config", "hikae.jsonc"])).code, 0);
  const checked = await hikae(dir, ["config", "check"]);
  assertMatch(checked.stderr, /note: .*config trust/s);
  assertEquals((await hikae(dir, ["prune", "docs", "--keep-last", "1"])).code, 2);
  assertEquals((await hikae(dir, ["backup", "docs", "--explain-permissions"])).code, 0);
});

Deno.test({
  name: "as root a config or plugin that others may write is refused, exit code 2",
  ignore: Deno.build.os === "windows" || Deno.uid() !== 0,
  fn: async () => {
    using dir = world();
    Deno.chmodSync(dir.at("hikae.jsonc"), 0o666);
    const config = await hikae(dir, ["backup", "plain", "--config", "hikae.jsonc"]);
    assertEquals(config.code, 2, config.stderr);
    assertMatch(config.stderr, /can be written by others/);
    const trusted = await hikae(dir, ["config", "trust"]);
    assertEquals(trusted.code, 2, trusted.stdout);
    assertMatch(trusted.stderr, /can be written by others/);
    Deno.chmodSync(dir.at("hikae.jsonc"), 0o600);
    Deno.chmodSync(dir.at("plugin.ts"), 0o666);
    const plugin = await hikae(dir, ["backup", "docs", "--config", "hikae.jsonc"]);
    assertEquals(plugin.code, 2, plugin.stderr);
    assertMatch(plugin.stderr, /others may write/);
    Deno.chownSync(dir.at("plugin.ts"), 1234, 1234);
    Deno.chmodSync(dir.at("plugin.ts"), 0o600);
    assertEquals((await hikae(dir, ["backup", "docs", "--config", "hikae.jsonc"])).code, 2);
  },
});
