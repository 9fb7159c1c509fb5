/** The key "bundle" of a job: a bundle after each good run, whose failure is exit code 3, and full ones when they are due. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { isFullDue, type SentBundle } from "../../src/engine/bundle/sent.ts";
import { parseStamp } from "../../src/base/stamp.ts";
import { objects, stateOf, type World, world } from "./bundle_support.ts";
import { makeTree, run as hikae, tempDir } from "../helpers/cli_helper.ts";

/** Writes the config of a job "docs"; gives its flags. */
function config(w: World, bundle: Record<string, unknown>, vaults = [w.vault]): string[] {
  const file = w.dir.at("hikae.jsonc");
  const job = { source: w.source, vaults, bundle: { recipients: w.recipient, ...bundle } };
  Deno.writeTextFileSync(file, JSON.stringify({ jobs: { docs: job } }));
  return ["--config", file];
}

Deno.test("bundle of a job: after each run, and list, verify and restore take the job's name", async () => {
  using dir = tempDir();
  const w = await world(dir);
  const flags = config(w, { to: w.where, volumeSize: "2M" });
  for (const content of ["1", "2"]) {
    makeTree(w.source, { a: content });
    const done = await hikae(["backup", "docs", ...flags], { env: w.env });
    assertEquals(done.code, 0, done.stderr);
  }
  assertEquals(objects(w).filter((n) => n.endsWith(".sha256")).length, 2);
  for (const command of ["list", "verify"]) {
    const told = await hikae(["bundle", command, "docs", ...flags], { env: w.env });
    assertEquals(told.code, 0, told.stderr);
    assertEquals(told.stdout.match(/complete/g)?.length, command === "list" ? 2 : 3);
  }
  const back = dir.at("back");
  const args = ["bundle", "restore", "docs", "--to", back, "-i", dir.at("key.txt"), ...flags];
  const restored = await hikae(args, { env: w.env });
  assertEquals(restored.code, 0, restored.stderr);
  assertEquals(stateOf(back), stateOf(w.source));
  const none = await hikae(["bundle", "create", "docs", ...flags, "--json"], { env: w.env });
  assertEquals(none.json.at(-1)?.stamp, null);
});

Deno.test("bundle of a job: one that fails is exit code 3, and the run itself is done", async () => {
  using dir = tempDir();
  const w = await world(dir);
  makeTree(w.source, { a: "1" });
  Deno.writeTextFileSync(w.where, "a file in the way");
  const flags = config(w, { to: w.where });
  const done = await hikae(["backup", "docs", ...flags, "--json"], { env: w.env });
  assertEquals(done.code, 3, done.stderr);
  assertEquals(done.json.find((m) => m.message_type === "summary")?.errors, 0);
  assertStringIncludes(done.stderr, "bundles");
  Deno.removeSync(w.where);
  assertEquals((await hikae(["backup", "docs", ...flags], { env: w.env })).code, 0);
});

Deno.test("bundle of a job: of several vaults the first that the run ended well in has one", async () => {
  using dir = tempDir();
  const w = await world(dir);
  makeTree(w.source, { a: "1" });
  const second = dir.at("second");
  const flags = config(w, { to: w.where }, [w.vault, second]);
  assertEquals((await hikae(["backup", "docs", ...flags], { env: w.env })).code, 0);
  assertEquals([...Deno.readDirSync(w.where)].length, 1);
  // the first one is out of reach: its drive is away, and something else is there
  Deno.renameSync(w.vault, dir.at("away"));
  Deno.mkdirSync(w.vault);
  Deno.writeTextFileSync(join(w.vault, "other"), "x");
  assertEquals((await hikae(["backup", "docs", ...flags], { env: w.env })).code, 3);
  assertEquals([...Deno.readDirSync(w.where)].length, 2);
});

Deno.test("bundle of a job: what cannot be is refused with its line", async () => {
  using dir = tempDir();
  const w = await world(dir);
  makeTree(w.source, { a: "1" });
  const said = async (bundle: Record<string, unknown>): Promise<string> => {
    const { code, stderr } = await hikae(["config", "check", ...config(w, bundle)], { env: w.env });
    assertEquals(code, 2, JSON.stringify(bundle));
    assertStringIncludes(stderr, "hikae.jsonc:1:");
    return stderr;
  };
  await said({ to: w.where, recipients: ["AGE-SECRET-KEY-1"] });
  await said({ to: w.where, recipients: [] });
  await said({ to: w.where, full: "weekly" });
  await said({ to: w.where, volumeSize: "2G" });
  await said({ to: "s3:http://example.com/bucket" });
  await said({ to: w.where, lock: { mode: "compliance", days: 30 } });
  await said({ to: "s3:https://example.com/bucket", lock: { mode: "compliance", days: 0 } });
});

Deno.test("bundle of a job: a config that was found in the working directory sends nothing before it is trusted", async () => {
  using dir = tempDir();
  const w = await world(dir);
  makeTree(w.source, { a: "1" });
  config(w, { to: w.where });
  const done = await hikae(["backup", "docs"], { env: w.env, cwd: dir.path });
  assertEquals(done.code, 2, done.stdout + done.stderr);
  assert(!done.stdout.includes("snapshot"));
});

Deno.test("bundle full rule: each month, or when the changes come to a share of the full one", () => {
  const stamp = (text: string): SentBundle["stamp"] =>
    parseStamp(text) ?? parseStamp("20260101_000000")!;
  const sent = (since: number): SentBundle => ({
    stamp: stamp("20260301_000000"),
    manifest: "",
    record: "",
    recipients: [],
    full: { stamp: stamp("20260301_000000"), bytes: 1000, since },
  });
  assertEquals(isFullDue(undefined, sent(9e9), stamp("20270101_000000")), false);
  assertEquals(isFullDue("monthly", sent(0), stamp("20260331_235959")), false);
  assertEquals(isFullDue("monthly", sent(0), stamp("20260401_000000")), true);
  assertEquals(isFullDue("monthly", sent(0), stamp("20270301_000000")), true);
  assertEquals(isFullDue(0.5, sent(500), stamp("20270301_000000")), false);
  assertEquals(isFullDue(0.5, sent(501), stamp("20270301_000000")), true);
  // what an older hikae kept does not say
  const { full: _, ...older } = sent(0);
  assertEquals(isFullDue("monthly", older, stamp("20260302_000000")), true);
});
