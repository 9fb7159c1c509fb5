/** Keys of bundles: protected by a passphrase, hybrid ones, and those that lie where they should not. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { bundle, stateOf, world } from "./bundle_support.ts";
import { makeTree, run as hikae, type RunResult, tempDir } from "../helpers/cli_helper.ts";

Deno.test("bundle keygen: a key file with a passphrase opens with it, and with no other", async () => {
  using dir = tempDir();
  const w = await world(dir);
  const [key, phrase] = [dir.at("protected.age"), dir.at("phrase")];
  Deno.writeTextFileSync(phrase, "correct horse battery staple\n");
  const made = await hikae(["bundle", "keygen", "-o", key, "--passphrase-file", phrase, "--json"]);
  assertEquals(made.code, 0, made.stderr);
  assertStringIncludes(Deno.readTextFileSync(key), "-----BEGIN AGE ENCRYPTED FILE-----");
  assert(!made.stdout.includes("SECRET"));
  w.recipient = String(made.json[0]?.recipient);
  makeTree(w.source, { a: "1" });
  await bundle(w);
  const restore = async (...more: string[]): Promise<RunResult> =>
    await hikae(
      ["bundle", "restore", w.where, "--to", dir.at("back"), "-i", key, ...more],
      { env: w.env },
    );
  Deno.writeTextFileSync(dir.at("other"), "wrong\n");
  assertEquals((await restore("--passphrase-file", dir.at("other"))).code, 2);
  const asked = await restore();
  assertEquals(asked.code, 2);
  assertStringIncludes(asked.stderr, "--passphrase-file");
  assertEquals((await restore("--passphrase-file", phrase)).code, 0);
  assertEquals(stateOf(dir.at("back")), stateOf(w.source));
  const verify = ["bundle", "verify", w.where, "-i", key, "--passphrase-file", phrase];
  assertEquals((await hikae(verify, { env: w.env })).code, 0);
});

Deno.test("bundle keygen: a hybrid key, and an ordinary one beside it, each open the bundles", async () => {
  using dir = tempDir();
  const w = await world(dir);
  const key = dir.at("hybrid.txt");
  const made = await hikae(["bundle", "keygen", "--hybrid", "-o", key, "--json"]);
  const recipient = String(made.json[0]?.recipient);
  assert(recipient.startsWith("age1pq1"), recipient);
  makeTree(w.source, { a: "1" });
  await bundle(w, "--recipient", recipient);
  for (const [i, file] of [key, dir.at("key.txt")].entries()) {
    const back = dir.at(`back${i}`);
    const args = ["bundle", "restore", w.where, "--to", back, "-i", file];
    const done = await hikae(args, { env: w.env });
    assertEquals(done.code, 0, done.stderr);
    assertEquals(stateOf(back), stateOf(w.source));
  }
});

Deno.test("config check: a secret key of a job's bundles on this machine or in the config is a warning", async () => {
  using dir = tempDir();
  const w = await world(dir);
  makeTree(w.source, { a: "1" });
  const secret = /AGE-SECRET-KEY-1\S+/.exec(Deno.readTextFileSync(dir.at("key.txt")))?.[0] ?? "";
  const job = { source: w.source, vaults: [w.vault] };
  const config = dir.at("hikae.jsonc");
  const said = async (text: string): Promise<string> => {
    Deno.writeTextFileSync(config, text);
    const env = { ...w.env, HOME: dir.at("home"), XDG_CONFIG_HOME: dir.at("home", "config") };
    const done = await hikae(["config", "check", "--config", config], { env });
    assertEquals(done.code, 0, done.stderr);
    return done.stdout + done.stderr;
  };
  const written = (recipients: string): string =>
    JSON.stringify({ jobs: { docs: { ...job, bundle: { to: w.where, recipients } } } });
  assertStringIncludes(await said(written(w.recipient)), "the secret key of its bundles lies");
  // another's key is none of this job's
  const other = await hikae(["bundle", "keygen", "--json"]);
  const { recipient } = other.json[0] as { recipient: string };
  assert(!(await said(written(recipient))).includes("secret key"));
  makeTree(dir.path, {
    home: { config: { age: { "keys.txt": Deno.readTextFileSync(dir.at("key.txt")) } } },
  });
  Deno.removeSync(dir.at("key.txt"));
  assertStringIncludes(await said(written(w.recipient)), "keys.txt");
  const own = await said(`// ${secret}\n${written(recipient)}`);
  assertStringIncludes(own, "stands in this config");
});
