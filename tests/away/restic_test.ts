/** `hikae:restic` with the real restic: what goes in, what comes back, and what is said when it cannot. */

import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { failed, test } from "./restic_world.ts";
import { treeOf } from "./world.ts";

test("a vault goes in and comes back as a vault, with its past", async (w) => {
  const { job } = w;
  job.put("d/a", 3000);
  const past = Deno.readFileSync(join(job.source, "d/a"));
  const first = await w.backup();
  assertEquals(first.code, 0, first.said);
  job.put("d/a", 3000);
  job.put("b", 10);
  assertEquals((await w.backup()).code, 0);
  const all = await w.snapshots();
  assertEquals(all.length, 2);
  const id = (JSON.parse(Deno.readTextFileSync(join(job.vault, ".$META$/vault.json"))) as {
    id: string;
  }).id;
  assertEquals(all[1]?.tags.slice(0, 3), [id, all[1]?.hostname, "docs"]);
  const back = job.dir.at("back");
  await w.run("restore", "latest", "--target", back);
  const vault = join(back, job.vault);
  assertEquals(treeOf(vault), treeOf(job.vault));
  assertFalse([...Deno.readDirSync(join(vault, ".$META$"))].some((e) => /^lock/.test(e.name)));
  const listed = (await job.hikae(["list", vault, "--json"])).json
    .filter((m) => m.message_type === "snapshot");
  assertEquals(listed.length, 2);
  const verified = await job.hikae(["verify", vault]);
  assertEquals(verified.code, 0, verified.said);
  const to = job.dir.at("restored");
  await job.hikae(["restore", vault, "--at", String(listed[0]?.stamp), "--to", to]);
  assertEquals(Deno.readFileSync(join(to, "d/a")), past);
});

test("two machines in one repository never touch each other's snapshots", async (w) => {
  const { job } = w;
  job.put("a", 100);
  w.use({ init: true }, { keep: { last: 1 } });
  assertEquals((await w.backup()).code, 0);
  const [own] = await w.snapshots();
  // another machine: the same vault's id and tags, another host; and another vault on this host
  const tags = (own?.tags ?? []).flatMap((tag) => ["--tag", tag]);
  for (let i = 0; i < 2; i++) {
    await w.run("backup", job.source, "--host", "elsewhere", ...tags);
    await w.run("backup", job.source, "--host", own?.hostname ?? "", "--tag", "another-vault");
  }
  job.put("a", 100);
  const second = await w.backup();
  assertEquals(second.code, 0, second.said);
  const hosts = (await w.snapshots()).map((s) =>
    `${s.hostname === own?.hostname} ${s.tags.length}`
  );
  assertEquals(hosts.sort(), ["false 3", "false 3", "true 1", "true 1", "true 3"]);
});

test("pruned once a week at most, checked every so many runs", async (w) => {
  const { job } = w;
  w.use({ init: true, check: { every: 3, sample: "100%" } }, { keep: { last: 1 } });
  const said: string[] = [];
  for (let i = 0; i < 4; i++) {
    job.put("a", 20_000);
    said.push((await w.backup()).said);
  }
  const runs = (what: RegExp): boolean[] => said.map((text) => what.test(text));
  assertEquals(runs(/the repository is pruned/), [false, true, false, false]);
  assertEquals(runs(/the repository is checked \(100% of the data\)/), [false, false, true, false]);
  assertEquals((await w.snapshots()).length, 1);
});

test("a repository that lost a pack is found by the check", async (w) => {
  w.use({ init: true, check: { every: 1, sample: "100%" } });
  w.job.put("a", 50_000);
  assertEquals((await w.backup()).code, 0);
  const data = join(w.repository, "data");
  const packs = [...Deno.readDirSync(data)].flatMap(({ name }) =>
    [...Deno.readDirSync(join(data, name))].map((pack) => join(data, name, pack.name))
  );
  // the largest has the content; an older restic asks for it again and again before it says so
  const [largest] = packs.sort((a, b) => Deno.statSync(b).size - Deno.statSync(a).size);
  Deno.removeSync(largest ?? "");
  failed(await w.backup(), /restic.*(the check of the repository did not succeed|backup: )/);
});

test("no repository, no password, a wrong one, one in clear text: each is told", async (w) => {
  const { job } = w;
  job.put("a", 10);
  w.use({});
  failed(
    await w.backup(),
    /there is no repository at .*make it with restic init, or set "init": true/,
  );
  await w.run("init");
  failed(await job.backup([], { HIKAE_TEST_PASSWORD: "wrong" }), /the password is wrong/);
  failed(await job.backup([], { HIKAE_TEST_PASSWORD: "" }), /HIKAE_TEST_PASSWORD is not set/);
  w.use({ passwordEnv: undefined, password: "open sesame" });
  failed(await w.backup(), /stands in the config for everybody to read/);
  w.use({ passwordEnv: undefined, password: "open sesame", insecure: true });
  assertEquals((await w.backup()).code, 0);
  const file = job.dir.at("password");
  Deno.writeTextFileSync(file, "open sesame\n");
  w.use({ passwordEnv: undefined, passwordFile: file });
  assertEquals((await w.backup()).code, 0);
  w.use({ passwordEnv: undefined, passwordCommand: `cat ${file}` });
  assertEquals((await w.backup()).code, 0);
});

test("a lock is waited for, then named; one of this host with the command that removes it", async (w) => {
  const { job } = w;
  job.put("a", 10);
  assertEquals((await w.backup()).code, 0);
  const before = (await w.snapshots()).length;
  // a client that waits for what it is to store, and is killed
  const holder = new Deno.Command(w.restic, {
    args: ["backup", "--stdin"],
    env: { RESTIC_REPOSITORY: w.repository, RESTIC_PASSWORD: "open sesame" },
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const locks = join(w.repository, "locks");
  const held = (): boolean =>
    [...Deno.readDirSync(locks)].some(({ name }) => /^[0-9a-f]{64}$/.test(name));
  while (!held()) await new Promise((done) => setTimeout(done, 50));
  holder.kill("SIGKILL");
  await holder.status;
  await holder.stdin.close().catch(() => {});
  w.use({ lockWait: "1s" }, { keep: { last: 1 } });
  const locked = await w.backup();
  failed(
    locked,
    /locked by PID \d+ on \S+ .*If no process \d+ runs here any more, .*restic unlock/,
  );
  assertEquals((await w.snapshots()).length, before + 1, "it was taken in, and nothing forgotten");
  await w.run("unlock");
  assertEquals((await w.backup()).code, 0);
  assertEquals((await w.snapshots()).length, 1);
});

test("only added to: nothing is forgotten, and that is no failure", async (w) => {
  w.use({ init: true, forget: "never" }, { keep: { last: 1 } });
  for (let i = 0; i < 3; i++) {
    w.job.put("a", 100);
    const run = await w.backup();
    assertEquals(run.code, 0, run.said);
  }
  assertEquals((await w.snapshots()).length, 3);
});

test("a run in the middle: the snapshot that stays is whole", async (w) => {
  const { job } = w;
  for (let i = 0; i < 5; i++) job.put(`d/f${i}`, 2000);
  assertEquals((await w.backup()).code, 0);
  const [flag, busy, wrapper] = [job.dir.at("flag"), job.dir.at("busy"), job.dir.at("restic")];
  // after restic has read, before it is looked at: a second run
  Deno.writeTextFileSync(
    wrapper,
    `#!/bin/sh
if [ "$1" = ls ] && [ -e "${flag}" ]; then rm "${flag}"; : > "${busy}"; while [ -e "${busy}" ]; do sleep 0.1; done; fi
exec ${w.restic} "$@"
`,
    { mode: 0o755 },
  );
  job.plugins([w.entry({}, wrapper)]);
  Deno.writeTextFileSync(flag, "");
  job.put("d/f1", 2000);
  const running = w.backup();
  while (!exists(busy)) await new Promise((done) => setTimeout(done, 50));
  job.put("d/f2", 2000);
  assertEquals((await job.hikae(["backup", job.source, job.vault])).code, 0);
  Deno.removeSync(busy);
  const done = await running;
  assertEquals(done.code, 0, done.said);
  assertEquals((await w.snapshots()).length, 2, "the one that was out of date is forgotten");
  const back = job.dir.at("back");
  await w.run("restore", "latest", "--target", back);
  assertEquals(treeOf(join(back, job.vault)), treeOf(job.vault));
});

test("progress comes through, and secrets in the address do not", async (w) => {
  // long enough for a second's progress
  w.use({ init: true, limitUpload: 1500 });
  w.job.put("a", 4_000_000);
  const run = await w.backup("--json");
  assert(run.json.some((m) => m.message_type === "status" && m.plugin === "restic"), run.said);
  const gone = { repository: "rest:http://me:hunter2@127.0.0.1:9/", lockWait: "1s" };
  // from 0.17 on it asks a dead server for as long as it may
  w.job.plugins([{ ...w.entry(gone), timeout: "15s" }]);
  const dead = await w.backup();
  assertEquals(dead.code, 3);
  assertFalse(dead.said.includes("hunter2"));
  assertStringIncludes(dead.said, "plugin restic, postBackup");
});

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
