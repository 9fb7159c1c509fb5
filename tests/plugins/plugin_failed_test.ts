/** A plugin that failed is told wherever a run is told, and decides the exit code as its `onError` says. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  makeTree,
  names,
  read,
  run,
  type RunResult,
  summary,
  type TempDir,
  tempDir,
} from "../helpers/cli_helper.ts";

const THROWS = `export default { name: "breaks", postBackup() { throw new Error("no way"); } };`;
/** Writes what it is told of a run beside itself. */
const HEARS = `export default {
  name: "hears",
  permissions: { write: ["heard.json"] },
  postBackup(result) { Deno.writeTextFileSync(result.options.to, JSON.stringify(result)); },
};`;

interface Set {
  plugins: object[];
  job?: object;
}

function made({ plugins, job = {} }: Set): TempDir {
  const dir = tempDir();
  makeTree(dir.path, { source: { a: "1", b: "2" }, "breaks.ts": THROWS, "hears.ts": HEARS });
  const jobs = { docs: { source: "source", vaults: ["vault"], plugins, ...job } };
  Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify({ jobs }));
  return dir;
}

function hikae(dir: TempDir, ...args: string[]): Promise<RunResult> {
  const env = { HIKAE_STATE_DIR: dir.at("state") };
  return run([...args, "--config", "hikae.jsonc"], { cwd: dir.path, env });
}

function hearer(dir: TempDir): object {
  const to = dir.at("heard.json");
  return { path: "./hears.ts", allow: { write: [to] }, options: { to } };
}

/** Rewrites the config with plugins that need to know the directory. */
function withPlugins(dir: TempDir, plugins: object[]): void {
  const jobs = { docs: { source: "source", vaults: ["vault"], plugins } };
  Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify({ jobs }));
}

Deno.test("a plugin that failed ends a good run with exit code 3, and stands in summary, log, status and report", async () => {
  using dir = made({ plugins: [{ path: "./breaks.ts" }] });
  const ran = await hikae(dir, "backup", "docs", "--json", "--log");
  assertEquals(ran.code, 3, ran.stderr);
  assertEquals(summary(ran).plugins_failed, 1);
  assertEquals(summary(ran).errors, 0);
  const error = ran.json.find((m) => m.message_type === "error");
  assertMatch(
    String(error?.message),
    /^plugin breaks, postBackup: Error: no way; the run goes on/,
  );

  const [log = ""] = names(dir.at("state", "logs", "docs")).filter((n) => n.endsWith(".log"));
  const text = read(dir.at("state", "logs", "docs", log));
  assert(text.includes("plugin breaks, postBackup: Error: no way"), text);
  assert(text.includes("plugins_failed=1"), text);

  const status = await hikae(dir, "status", "docs", "--json");
  const line = status.json.find((m) => m.message_type === "job_status");
  assertEquals([line?.result, line?.plugins_failed], ["ok", 1]);
  assertMatch((await hikae(dir, "status", "docs")).stdout, /ok, 1 plugin failed/);
  const report = await hikae(dir, "report", "docs", "--json");
  assertEquals(summary(report).plugins_failed, 1);
  assertMatch((await hikae(dir, "report", "docs")).stdout, /1 plugin failed: breaks, postBackup/);
});

Deno.test("a plugin that ends the run (abort) is counted in status and report as well", async () => {
  for (const name of ["breaks", "first"]) {
    using dir = made({ plugins: [{ path: `./${name}.ts`, onError: "abort" }] });
    Deno.writeTextFileSync(
      dir.at("first.ts"),
      'export default { name: "first", preBackup() { throw new Error("no way"); } };',
    );
    assertEquals((await hikae(dir, "backup", "docs", "--json")).code, 1);
    const status = await hikae(dir, "status", "docs", "--json");
    const line = status.json.find((m) => m.message_type === "job_status");
    assertEquals([line?.result, line?.plugins_failed], ["failed", 1], name);
    if (name === "first") continue;
    assertEquals(summary(await hikae(dir, "report", "docs", "--json")).plugins_failed, 1);
  }
});

Deno.test("a run by hand leaves the same word in status, and the next good run takes it away", async () => {
  using dir = made({ plugins: [{ path: "./breaks.ts" }] });
  const ran = await hikae(dir, "backup", "docs");
  assertEquals(ran.code, 3);
  assertMatch(ran.stdout, /\n {2}1 plugin failed/);
  assertMatch((await hikae(dir, "status", "docs")).stdout, /ok, 1 plugin failed/);
  withPlugins(dir, []);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  assertEquals((await hikae(dir, "backup", "docs")).code, 0);
  const status = await hikae(dir, "status", "docs");
  assert(!status.stdout.includes("plugin"), status.stdout);
});

Deno.test("plugins after one that failed are told of it, and no success", async () => {
  using dir = made({ plugins: [] });
  withPlugins(dir, [{ path: "./breaks.ts" }, hearer(dir)]);
  assertEquals((await hikae(dir, "backup", "docs")).code, 3);
  const heard = JSON.parse(read(dir.at("heard.json")));
  assertEquals([heard.outcome, heard.exitCode], ["incomplete", 3]);
  assertEquals(heard.summaries[0].plugins_failed, 1);
  assertEquals(heard.pluginsFailed, [{
    plugin: "breaks",
    during: "postBackup",
    message: "Error: no way",
    onError: "warn",
  }]);
});

Deno.test('with "onError": "ignore" the run is a good one, and the failure is told all the same', async () => {
  using dir = made({ plugins: [] });
  withPlugins(dir, [{ path: "./breaks.ts", onError: "ignore" }, hearer(dir)]);
  const ran = await hikae(dir, "backup", "docs", "--json");
  assertEquals(ran.code, 0, ran.stderr);
  assertEquals(summary(ran).plugins_failed, 1);
  assert(ran.json.some((m) => m.message_type === "note" && `${m.message}`.includes("no way")));
  const heard = JSON.parse(read(dir.at("heard.json")));
  assertEquals([heard.outcome, heard.exitCode, heard.pluginsFailed.length], ["done", 0, 1]);
  assertMatch((await hikae(dir, "status", "docs")).stdout, /ok, 1 plugin failed/);
});

Deno.test('with "onError": "abort" the run ends with exit code 1', async () => {
  using dir = made({ plugins: [{ path: "./breaks.ts", onError: "abort" }] });
  assertEquals((await hikae(dir, "backup", "docs")).code, 1);
});

Deno.test("a plugin whose file does not exist is no success", async () => {
  using dir = made({ plugins: [{ path: "./nowhere.ts" }] });
  const ran = await hikae(dir, "backup", "docs", "--json");
  assertEquals([ran.code, summary(ran).plugins_failed], [3, 1]);
  assertMatch(String(ran.json.find((m) => m.message_type === "error")?.message), /no such file/);
});

Deno.test("what prune and cleanup are told by a plugin that fails is exit code 3 too", async () => {
  using dir = made({ plugins: [{ path: "./breaks.ts" }] });
  Deno.writeTextFileSync(
    dir.at("breaks.ts"),
    `export default { name: "breaks", postCleanup() { throw new Error("no way"); } };`,
  );
  assertEquals((await hikae(dir, "backup", "docs")).code, 0);
  const pruned = await hikae(dir, "prune", "docs", "--keep-last", "1", "--json");
  assertEquals([pruned.code, summary(pruned).plugins_failed], [3, 1]);
});

Deno.test("a summary says that no plugin failed where none did", async () => {
  using dir = made({ plugins: [] });
  assertEquals(summary(await hikae(dir, "backup", "docs", "--json")).plugins_failed, 0);
  assertEquals(
    summary(await run(["backup", "source", "v2", "--json"], { cwd: dir.path })).plugins_failed,
    0,
  );
});

Deno.test("nothing is removed while it is not known what a plugin that failed protects", async () => {
  const guard = `export default { name: "guard", preCleanup() { throw new Error("no list"); } };`;
  const cases: [object, string | undefined, number, number][] = [
    // its failure, the plugin's code, the exit code of prune, how many snapshots are left
    [{}, guard, 3, 2],
    [{}, undefined, 3, 2],
    [{ onError: "abort" }, guard, 1, 2],
    [{ onError: "ignore" }, guard, 0, 1],
    [{ onError: "ignore" }, undefined, 0, 1],
  ];
  for (const [options, code, exit, left] of cases) {
    using dir = made({ plugins: [] });
    assertEquals((await hikae(dir, "backup", "docs")).code, 0);
    Deno.writeTextFileSync(dir.at("source/a"), "2");
    assertEquals((await hikae(dir, "backup", "docs")).code, 0);
    Deno.writeTextFileSync(dir.at("guard.ts"), code ?? "throw new Error('broken');");
    const plugins = [{ path: "./guard.ts", ...options }];
    const jobs = { docs: { source: "source", vaults: ["vault"], plugins } };
    Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify({ jobs }));
    const prune = await hikae(dir, "prune", "docs", "--keep-last", "1", "--json");
    const what = `${JSON.stringify(options)} ${code}: ${prune.stdout}${prune.stderr}`;
    assertEquals(prune.code, exit, what);
    const snapshots = (await hikae(dir, "list", "docs", "--json")).json;
    assertEquals(snapshots.filter((m) => m.message_type === "snapshot").length, left, what);
    const told = prune.json.filter((m) => String(m.message).includes("nothing is removed"));
    assertEquals(told.length, exit === 3 ? 1 : 0, what);
    // one message for one failure, and none that says the contrary
    const said = prune.json.filter((m) => String(m.message).includes("no list"));
    assertEquals(said.length, code === undefined ? 0 : 1, what);
    if (code !== undefined && exit === 3) assertEquals(said, told, what);
    assertEquals(names(dir.at("vault/.$META$")).some((n) => n.startsWith("$OLD")), left === 2);
  }
});

Deno.test("no shipped plugin protects anything: one that does not start keeps no rule from being applied", () => {
  const shipped = names("plugins").filter((n) => n.endsWith(".ts"));
  assert(shipped.length > 5);
  for (const name of shipped) {
    assert(!read("plugins", name).includes("preCleanup"), name);
  }
});
