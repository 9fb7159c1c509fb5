/** `hikae:replicate` with the real rclone, to real servers on this machine. */

import { assert, assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { hasPlace, type Kind, KINDS, place, type Remote } from "./remotes.ts";
import { Job, programs, sh, treeOf } from "./world.ts";

const RCLONES = Deno.build.os === "windows" ? [] : programs("rclone");

/** A test with a job that copies to a place. */
function test(
  name: string,
  kinds: readonly Kind[],
  work: (job: Job, remote: Remote, rclone: string) => Promise<void>,
): void {
  for (const rclone of RCLONES.length > 0 ? RCLONES : ["rclone"]) {
    for (const kind of kinds) {
      Deno.test({
        name: `replicate, ${kind}, ${rclone}: ${name}`,
        ignore: RCLONES.length === 0 || !hasPlace(kind, rclone),
        fn: async () => {
          using job = new Job();
          await using remote = await place(kind, rclone, job.dir.path);
          job.plugins([entry(rclone, remote)]);
          await work(job, remote, rclone);
        },
      });
    }
  }
}

function entry(rclone: string, remote: Remote, options: object = {}): object {
  return {
    path: "hikae:replicate",
    allow: { run: [rclone], net: ["127.0.0.1"] },
    timeout: "5m",
    options: { rclone, remote: remote.name, args: [`--config=${remote.config}`], ...options },
  };
}

/** The plugin failed: the backup itself went well. */
function failed({ code, said }: { code: number; said: string }): void {
  assertEquals(code, 3, said);
  assertStringIncludes(said, "replicate, postBackup");
}

/** What lies at a place, brought back by rclone. */
async function brought(job: Job, remote: Remote, rclone: string): Promise<string> {
  const back = Deno.makeTempDirSync({ dir: job.dir.path, prefix: "back-" });
  await sh(rclone, ["copy", `--config=${remote.config}`, remote.name, back]);
  return back;
}

async function sameAsVault(job: Job, remote: Remote, rclone: string): Promise<void> {
  assertEquals(treeOf(await brought(job, remote, rclone)), treeOf(job.vault));
}

/** Changes the source: 30 changed at their size, 80 moved, 10 deleted. */
function change(job: Job, size: number): void {
  for (let i = 0; i < 30; i++) job.put(`a/f${i}`, size);
  Deno.mkdirSync(join(job.source, "moved"), { recursive: true });
  for (let i = 30; i < 110; i++) {
    Deno.renameSync(join(job.source, `a/f${i}`), join(job.source, `moved/g${i}`));
  }
  for (let i = 110; i < 120; i++) Deno.removeSync(join(job.source, `a/f${i}`));
}

test(
  "only new content goes over the wire, and the copy is right",
  KINDS,
  async (job, remote, rclone) => {
    const size = 150_000;
    for (let i = 0; i < 200; i++) job.put(`a/f${i}`, size);
    const first = await job.backup();
    assertEquals(first.code, 0, first.said);
    assertMatch(first.said, /\(200 sent, 0 moved there, 0 removed, /);
    await sameAsVault(job, remote, rclone);
    change(job, size);
    const { wire } = remote;
    if (wire !== undefined) wire.up = wire.down = 0;
    const second = await job.backup(["--allow-mass-change"]);
    const [up, down] = [wire?.up ?? 0, wire?.down ?? 0];
    assertEquals(second.code, 0, second.said);
    const sent = remote.copies ? 30 : 110;
    assertStringIncludes(second.said, `(${sent} sent, ${310 - 80 - sent} moved there, 0 removed, `);
    await sameAsVault(job, remote, rclone);
    // content, metadata and record, and 7 KB for what is asked about each file that something happens to
    const content = sent * size;
    if (wire !== undefined) {
      assert(up <= content * 1.05 + 310 * 7000, `${up} bytes sent for ${content} of content`);
      assert(down <= 2_000_000, `${down} bytes came back`);
    }
  },
);

test("what the records say has changed is sent where the remote tells neither times nor hashes", [
  "webdav",
], async (job, remote, rclone) => {
  for (let i = 0; i < 6; i++) job.put(`f${i}`, 5000);
  assertEquals((await job.backup()).code, 0);
  const time = new Date("2020-01-01");
  for (let i = 0; i < 6; i++) {
    job.put(`f${i}`, 5000);
    Deno.utimeSync(join(job.source, `f${i}`), time, time);
  }
  const second = await job.backup();
  assertMatch(second.said, /\(6 sent, 6 moved there, /);
  await sameAsVault(job, remote, rclone);
});

test(
  "half of the vault gone: nothing is removed there",
  ["local", "s3"],
  async (job, remote, rclone) => {
    for (let i = 0; i < 40; i++) job.put(`d${i % 4}/f${i}`, 2000);
    assertEquals((await job.backup()).code, 0);
    const whole = treeOf(await brought(job, remote, rclone));
    Deno.removeSync(join(job.vault, "d1"), { recursive: true });
    Deno.removeSync(join(job.vault, "d2"), { recursive: true });
    // by the plugin alone: a backup would make what is missing again
    const again = await job.hook(entry(rclone, remote));
    assertMatch(again, /lost what its records name: .*d1\/f1.* and 1\d more; .* keeps it/);
    assertEquals(treeOf(await brought(job, remote, rclone)), whole);
  },
);

test("what somebody else changed there is named and left, until it is to be mended", KINDS, async (
  job,
  remote,
  rclone,
) => {
  for (let i = 0; i < 8; i++) job.put(`d/f${i}`, 3000);
  assertEquals((await job.backup()).code, 0);
  const theirs = "x".repeat(3000);
  const there = (path: string): string => join(remote.files, path);
  await new Promise((done) => setTimeout(done, 1100)); // a server's times may be whole seconds
  for (const [path, text] of [["d/f1", theirs], ["d/f2", theirs], ["note.txt", "mine"]] as const) {
    const own = job.dir.at("theirs");
    Deno.writeTextFileSync(own, text);
    await sh(rclone, [
      "copyto",
      "--ignore-times",
      `--config=${remote.config}`,
      own,
      `${remote.name}/${path}`,
    ]);
  }
  Deno.removeSync(there("d/f3"));
  // over SFTP nothing but size and whole seconds tells two contents apart
  await new Promise((done) => setTimeout(done, 1100));
  job.put("d/f2", 3000);
  job.put("d/new", 3000);
  const second = await job.backup();
  for (const name of ["d/f1", "d/f2", "note.txt", "d/f3"]) assertStringIncludes(second.said, name);
  assertMatch(second.said, /somebody else changed .*somebody else removed/s);
  failed(second);
  const left = treeOf(await brought(job, remote, rclone));
  assertEquals(Deno.readTextFileSync(there("d/f1")), theirs);
  assertEquals(Deno.readTextFileSync(there("d/f2")), theirs);
  assert("note.txt" in left && "d/f3" in left && "d/new" in left);
  const third = await job.backup();
  failed(third);
  assertFalse(third.said.includes("d/f3"));
  job.plugins([entry(rclone, remote, { mend: true })]);
  const mended = await job.backup();
  assertEquals(mended.code, 0, mended.said);
  await sameAsVault(job, remote, rclone);
});

test(
  "cut off at any call and run again it converges",
  ["local", "webdav"],
  async (job, remote, rclone) => {
    for (let i = 0; i < 8; i++) job.put(`d/f${i}`, 3000);
    const counter = job.dir.at("calls");
    const wrapper = job.dir.at("rclone");
    Deno.writeTextFileSync(wrapper, cutter(rclone, counter), { mode: 0o755 });
    job.plugins([entry(wrapper, remote)]);
    let cut = 0;
    for (let at = 3; at < 16; at++) {
      // a run with something new of each kind, cut off at that call; then one that is not
      job.put(`d/f${at % 8}`, 3000);
      job.put(`d/n${at}`, 3000);
      if (at > 3) Deno.renameSync(join(job.source, `d/n${at - 1}`), join(job.source, `d/m${at}`));
      Deno.writeTextFileSync(counter, `${at}`);
      const broken = await job.backup(["--allow-mass-change"]);
      if (/postBackup/.test(broken.said)) cut++;
      Deno.writeTextFileSync(counter, "1000");
      if (at % 2 === 0) job.put(`d/f${(at + 1) % 8}`, 3000);
      const whole = await job.backup(["--allow-mass-change"]);
      assertEquals(whole.code, 0, `cut at ${at}: ${whole.said}`);
      await sameAsVault(job, remote, rclone);
    }
    assert(cut > 6, `only ${cut} were cut off`);
  },
);

/** A stand-in that passes calls on until its count is used up; the last one is killed while it works. */
function cutter(rclone: string, counter: string): string {
  return `#!/bin/sh
case $1 in version) exec ${rclone} "$@";; esac
n=$(cat "${counter}"); echo $((n - 1)) > "${counter}"
if [ "$n" -le 0 ]; then echo gone >&2; exit 1; fi
if [ "$n" -eq 1 ]; then timeout -s KILL 0.15 ${rclone} "$@"; echo killed >&2; exit 1; fi
exec ${rclone} "$@"
`;
}

test("several places: one that is dead does not stop the other, and is named", ["webdav"], async (
  job,
  remote,
  rclone,
) => {
  await using other = await place("local", rclone, job.dir.path);
  const dead = ":webdav,url=http\\://127.0.0.1\\:9,pass=hunter2:";
  job.plugins([entry(rclone, remote, { remote: [remote.name, dead, other.name] })]);
  job.put("a", 100);
  const first = await job.backup();
  failed(first);
  assertMatch(first.said, /:webdav,…: .*rclone ended with 1: /);
  assertFalse(first.said.includes("hunter2"));
  await sameAsVault(job, remote, rclone);
  await sameAsVault(job, other, rclone);
});

test("a run and a prune in the middle: what is there is the vault as it is then", ["local"], async (
  job,
  remote,
  rclone,
) => {
  for (let i = 0; i < 6; i++) job.put(`d/f${i}`, 3000);
  assertEquals((await job.backup()).code, 0);
  job.put("d/f0", 3000);
  assertEquals((await job.backup()).code, 0);
  const wrapper = job.dir.at("rclone");
  const flag = job.dir.at("flag");
  const busy = job.dir.at("busy");
  Deno.writeTextFileSync(
    wrapper,
    `#!/bin/sh
if [ "$1" = copy ] && [ -e "${flag}" ]; then rm "${flag}"; : > "${busy}"; while [ -e "${busy}" ]; do sleep 0.1; done; fi
exec ${rclone} "$@"
`,
    { mode: 0o755 },
  );
  job.plugins([entry(wrapper, remote)]);
  Deno.writeTextFileSync(flag, "");
  job.put("d/f1", 3000);
  const copying = job.backup();
  while (!exists(busy)) await new Promise((done) => setTimeout(done, 50));
  job.put("d/f2", 3000);
  Deno.removeSync(join(job.source, "d/f3"));
  const between = await job.hikae(["backup", job.source, job.vault]);
  assertEquals(between.code, 0, between.said);
  const pruned = await job.hikae(["prune", job.vault, "--keep-last", "1"]);
  assertEquals(pruned.code, 0, pruned.said);
  Deno.removeSync(busy);
  const copied = await copying;
  assertEquals(copied.code, 0, copied.said);
  await sameAsVault(job, remote, rclone);
});

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

test(
  "a copy is a vault: verify, list and restore work on it",
  KINDS,
  async (job, remote, rclone) => {
    job.put("d/a", 3000);
    job.put("b", 10);
    Deno.mkdirSync(join(job.source, "empty"));
    Deno.symlinkSync("b", join(job.source, "link"));
    const past = Deno.readFileSync(join(job.source, "d/a"));
    assertEquals((await job.backup()).code, 0);
    job.put("d/a", 3000);
    Deno.removeSync(join(job.source, "b"));
    assertEquals((await job.backup()).code, 0);
    const back = await brought(job, remote, rclone);
    const verified = await job.hikae(["verify", back]);
    assertEquals(verified.code, 0, verified.said);
    const stamps = (await job.hikae(["list", back, "--json"])).json.filter((m) =>
      m.message_type === "snapshot"
    );
    assertEquals(stamps.length, 2);
    const to = job.dir.at("restored");
    const restored = await job.hikae([
      "restore",
      back,
      "--at",
      String(stamps[0]?.stamp),
      "--to",
      to,
    ]);
    assertEquals(restored.code, 0, restored.said);
    assertEquals(Deno.readFileSync(join(to, "d/a")), past);
    assertEquals(Deno.readLinkSync(join(to, "link")), "b");
    assert(Deno.statSync(join(to, "empty")).isDirectory);
  },
);
