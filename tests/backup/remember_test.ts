/** What this machine knows of a vault, from the moment that there is one: the guard for the next run must not wait for the end of the first. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import { errors, isThere, makeTree, names, run, spawn, tempDir } from "../helpers/cli_helper.ts";
import {
  answering,
  backUp,
  type BackupOptions,
  backupRequest,
  enginePorts,
  performBackup,
} from "../helpers/engine_helper.ts";

type Place = ReturnType<typeof tempDir>;

/** Backs up in this process; gives what was remembered, each with what lay in the vault then. */
async function remembered(
  place: Place,
  vaults: readonly string[],
  options: BackupOptions = {},
  fs: Partial<FileSystem> = {},
): Promise<[string, string[]][]> {
  const met: [string, string[]][] = [];
  const ports = enginePorts([], { ...denoFs, ...fs });
  ports.ask = answering({
    met: (vault) => {
      assert(isThere(join(vault, ".$META$", "vault.json")), "it is no vault yet");
      met.push([vault, names(vault)]);
      return Promise.resolve(undefined);
    },
  });
  const request = backupRequest(place.at("source"), vaults.map((v) => place.at(v)), options);
  await performBackup(ports, request);
  return met;
}

Deno.test("remember: each vault once it is made, with nothing copied yet; not what could not be made", async () => {
  using place = tempDir();
  makeTree(place.path, { source: { a: "1" }, other: { mine: "keep" } });
  const met = await remembered(place, ["v0", "other", "v1"]);
  assertEquals(met, [[place.at("v0"), [".$META$"]], [place.at("v1"), [".$META$"]]]);
  assertEquals(names(place.at("v1")), [".$META$", "a"]);
  const full: FileSystem["rename"] = () => {
    throw Object.assign(new Error("made to fail"), { code: "ENOSPC" });
  };
  assertEquals(await remembered(place, ["v2"], {}, { rename: full }), []);
});

Deno.test("remember: a vault that another machine has made too; nothing in a dry run", async () => {
  using place = tempDir();
  makeTree(place.at("source"), { a: "1" });
  assertEquals(await remembered(place, ["v0"], { dryRun: true }), []);
  await backUp(place.at("source"), [place.at("v0")]);
  assertEquals(await remembered(place, ["v0"], { dryRun: true }), []);
  assertEquals(await remembered(place, ["v0"]), [[place.at("v0"), [".$META$", "a"]]]);
});

Deno.test("remember: a known vault is not told of again", async () => {
  using place = tempDir();
  makeTree(place.at("source"), { a: "1" });
  await backUp(place.at("source"), [place.at("v0")]);
  const ports = enginePorts();
  ports.ask = answering({ met: () => Promise.reject(new Error("it is known")) });
  const request = backupRequest(place.at("source"), []);
  const vaults = [{ root: place.at("v0"), given: "v0", known: true }];
  const [outcome] = await backup(ports, { ...request, vaults });
  assertEquals(outcome?.failed, undefined);
});

Deno.test("remember: killed in the very first run, the vault then not plugged in: exit 4", async () => {
  using place = tempDir();
  const [source, vault, state] = [place.at("source"), place.at("vault"), place.at("state")];
  makeTree(source, { a: "1" });
  // the filter is asked once the vault is open: it says so, and holds the run there
  Deno.writeTextFileSync(
    place.at("p.ts"),
    `export default { name: "mine", filter() {
      Deno.writeTextFileSync(${JSON.stringify(place.at("said", "asked"))}, "");
      return new Promise(() => {});
    } };`,
  );
  Deno.mkdirSync(place.at("said"));
  const plugins = [{ path: place.at("p.ts"), allow: { write: [place.at("said")] } }];
  const config = place.at("hikae.jsonc");
  const save = (jobs: unknown): void => Deno.writeTextFileSync(config, JSON.stringify({ jobs }));
  save({ j: { source, vaults: [vault], plugins } });
  const env = { HIKAE_STATE_DIR: state };
  const child = spawn(["backup", "j", "--config", config, "--json"], { env });
  const ended = child.output();
  let over = false;
  void ended.then(() => over = true);
  while (!over && !isThere(place.at("said", "asked"))) {
    await new Promise((go) => setTimeout(go, 20));
  }
  if (!over) child.kill("SIGKILL");
  assertEquals((await ended).success, false);
  assertEquals(names(vault), [".$META$"]);
  Deno.removeSync(vault, { recursive: true });
  save({ j: { source, vaults: [vault] } });
  const next = await run(["backup", "j", "--config", config, "--json"], { env });
  assertEquals(errors(next).map((e) => e.code), ["guard_empty_vault"]);
  assertEquals(next.code, 4);
  assert(!isThere(vault));
});

Deno.test("remember: what this machine knew of vaults and makes no sense any more is kept beside the new", async () => {
  using place = tempDir();
  makeTree(place.path, { source: { a: "1" }, state: { "vaults.json": '{"/media/usb": {"sour' } });
  const env = { HIKAE_STATE_DIR: place.at("state") };
  const back = await run(["backup", place.at("source"), place.at("vault")], { env });
  assertEquals(back.code, 0, back.stderr);
  const kept = Deno.readTextFileSync(place.at("state", "vaults.json.damaged"));
  assertEquals(kept, '{"/media/usb": {"sour');
  const known = JSON.parse(Deno.readTextFileSync(place.at("state", "vaults.json")));
  assertEquals(Object.keys(known).map((path) => path.endsWith("vault")), [true]);
});
