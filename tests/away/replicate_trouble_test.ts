/** `hikae:replicate` with the real rclone in trouble: cut off, disturbed, a dead place, what others did there. */

import { assert, assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { KINDS, place } from "./remotes.ts";
import { brought, entry, failed, sameAsVault, test } from "./replicate_world.ts";
import { sh, treeOf } from "./world.ts";

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
    // half of the calls at each of the two
    const first = remote.wire === undefined ? 3 : 4;
    for (let at = first; at < 16; at += 2) {
      // a run with something new of each kind, cut off at that call; then one that is not
      job.put(`d/f${at % 8}`, 3000);
      job.put(`d/n${at}`, 3000);
      if (at > first) {
        Deno.renameSync(join(job.source, `d/n${at - 2}`), join(job.source, `d/m${at}`));
      }
      Deno.writeTextFileSync(counter, `${at}`);
      const broken = await job.backup(["--allow-mass-change"]);
      if (/postBackup/.test(broken.said)) cut++;
      Deno.writeTextFileSync(counter, "1000");
      if (at % 4 < 2) job.put(`d/f${(at + 1) % 8}`, 3000);
      const whole = await job.backup(["--allow-mass-change"]);
      assertEquals(whole.code, 0, `cut at ${at}: ${whole.said}`);
      await sameAsVault(job, remote, rclone);
    }
    assert(cut > 3, `only ${cut} were cut off`);
  },
);

test("cut off while the place was taken, the next copy takes it", ["local", "webdav"], async (
  job,
  remote,
  rclone,
) => {
  const half = job.dir.at("half");
  Deno.writeTextFileSync(half, '{ "format": 2,');
  const put = (path: string): Promise<string> =>
    sh(rclone, ["copyto", `--config=${remote.config}`, half, `${remote.name}/${path}`]);
  await put(".$META$/vault.json");
  await put(".$META$/theirs");
  job.put("d/f", 3000);
  failed(await job.backup());
  await sh(rclone, ["deletefile", `--config=${remote.config}`, `${remote.name}/.$META$/theirs`]);
  const whole = await job.backup();
  assertEquals(whole.code, 0, whole.said);
  await sameAsVault(job, remote, rclone);
});

test("cut off, what somebody else did meanwhile is still theirs", ["local", "webdav"], async (
  job,
  remote,
  rclone,
) => {
  for (let i = 0; i < 6; i++) job.put(`d/f${i}`, 3000);
  assertEquals((await job.backup()).code, 0);
  await new Promise((done) => setTimeout(done, 1100)); // a server's times may be whole seconds
  const own = job.dir.at("theirs");
  Deno.writeTextFileSync(own, "theirs");
  for (const path of ["d/f1", "d/note"]) {
    await sh(rclone, ["copyto", `--config=${remote.config}`, own, `${remote.name}/${path}`]);
  }
  const [counter, wrapper] = [job.dir.at("calls"), job.dir.at("rclone")];
  Deno.writeTextFileSync(wrapper, cutter(rclone, counter), { mode: 0o755 });
  job.plugins([entry(wrapper, remote)]);
  job.put("d/f0", 3000);
  Deno.writeTextFileSync(counter, "12");
  failed(await job.backup());
  Deno.writeTextFileSync(counter, "1000");
  job.put("d/f2", 3000);
  const whole = await job.backup();
  failed(whole);
  assertMatch(whole.said, /somebody else changed .*: d\/f1, d\/note; left as it is/);
  const left = await brought(job, remote, rclone);
  for (const path of ["d/f1", "d/note"]) {
    assertEquals(Deno.readTextFileSync(join(left, path)), "theirs");
  }
  for (const path of ["d/f0", "d/f2"]) {
    assertEquals(Deno.readFileSync(join(left, path)), Deno.readFileSync(join(job.vault, path)));
  }
});

test("a place that somebody emptied is filled again, and that is told once", ["webdav"], async (
  job,
  remote,
  rclone,
) => {
  job.put("d/a", 3000);
  assertEquals((await job.backup()).code, 0);
  await sh(rclone, ["delete", "--rmdirs", `--config=${remote.config}`, remote.name]);
  const told = await job.backup();
  failed(told);
  assertMatch(told.said, /somebody else removed from .*d\/a.*; sent again/);
  assertFalse(told.said.includes("somebody else changed"), told.said);
  const next = await job.backup();
  assertEquals(next.code, 0, next.said);
  await sameAsVault(job, remote, rclone);
});

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
