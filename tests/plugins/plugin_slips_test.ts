/** Hooks that are spelt wrongly, no function, or not there: told wherever a plugin is, and never passed over. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { makeTree, run, type RunResult, tempDir } from "../helpers/cli_helper.ts";

const SLIP = '"postbackup" is nothing that hikae calls or reads; did you mean "postBackup"?';
const NO_FUNCTION = '"onError" is not a function and is never called';
const NO_HOOK = "it has no hook (";

Deno.test("plugins: a slip in the name of a hook is told in each run, by plugin list and config check", async () => {
  using dir = tempDir();
  makeTree(dir.path, {
    source: { a: "1" },
    "slip.ts": 'export default { name: "slip", postbackup() {}, onError: "mail" };',
    "fine.ts": 'export default { name: "fine", postBackup() { this.post(); }, post() {} };',
  });
  const plugins = [{ path: "./slip.ts" }, { path: "./fine.ts" }];
  const jobs = { docs: { source: "source", vaults: ["vault"], plugins } };
  Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify({ jobs }));
  const hikae = (...args: string[]): Promise<RunResult> =>
    run([...args, "--config", "hikae.jsonc"], { cwd: dir.path });
  const backup = await hikae("backup", "docs");
  assertEquals(backup.code, 0, backup.stderr);
  const notes = backup.stderr.split("\n").filter((line) => line.startsWith("note:"));
  assertEquals(notes.length, 3, backup.stderr);
  for (const told of [SLIP, NO_FUNCTION, NO_HOOK]) {
    assertStringIncludes(backup.stderr, `note: slip: ${told}`);
  }
  const [slip, fine] = (await hikae("plugin", "list", "--json")).json;
  assertEquals(slip?.["slips"], { postbackup: "postBackup", onError: "onError" });
  assertEquals(fine?.["slips"], undefined);
  const list = await run(["plugin", "list", "--config", "hikae.jsonc"], { cwd: dir.path });
  assertStringIncludes(list.stdout.replace(/\n */g, " "), `!      ${SLIP}`);
  const check = await hikae("config", "check");
  assertEquals(check.code, 1);
  assertStringIncludes(check.stderr, `job docs: plugin: ${SLIP}; ${NO_FUNCTION}`);
});

Deno.test("plugins: a getter of a plugin's own is not asked for slips", async () => {
  using dir = tempDir();
  makeTree(dir.path, {
    source: { a: "1" },
    "lazy.ts": `export default new class {
      name = "lazy";
      get client(): string { throw new Error("not connected yet"); }
      preBackup() {}
    }();`,
  });
  const jobs = { docs: { source: "source", vaults: ["vault"], plugins: [{ path: "./lazy.ts" }] } };
  Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify({ jobs }));
  const backup = await run(["backup", "docs", "--config", "hikae.jsonc"], { cwd: dir.path });
  assertEquals([backup.code, backup.stderr.includes("lazy")], [0, false], backup.stderr);
});
