/** `hikae:replicate` with the real rclone, to real servers on this machine: what goes over the wire, and what comes back. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { KINDS } from "./remotes.ts";
import { brought, entry, sameAsVault, test } from "./replicate_world.ts";
import type { Job } from "./world.ts";

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

test("what runs shared in the vault is whole there: moved, copied, linked, deduped, changed", [
  "local",
], async (job, remote, rclone) => {
  job.plugins([entry(rclone, remote)], { share: "link" });
  for (const name of ["d/a", "d/b"]) job.put(name, 100_000);
  Deno.linkSync(join(job.source, "d/a"), join(job.source, "d/name"));
  const steps: [() => void, string[]][] = [
    [() => {}, []],
    [() => Deno.renameSync(join(job.source, "d"), join(job.source, "e")), []],
    [() => {
      Deno.copyFileSync(join(job.source, "e/b"), join(job.source, "copy"));
      Deno.copyFileSync(join(job.source, "e/b"), join(job.source, "never"));
    }, ["--share", "never"]],
    [() => Deno.writeFileSync(join(job.source, "e/name"), new Uint8Array(70_000)), []],
    [() => Deno.removeSync(join(job.source, "e/a")), []],
  ];
  for (const [i, [change, args]] of steps.entries()) {
    change();
    const { code, said } = await job.backup(["--allow-mass-change", ...args]);
    assertEquals(code, 0, `step ${i}: ${said}`);
    await sameAsVault(job, remote, rclone);
    if (i === 2) assertEquals((await job.hikae(["dedupe", job.vault])).code, 0);
  }
  // a living copy and its past share one file here, and are two there
  assert((Deno.lstatSync(join(job.vault, "e/b")).nlink ?? 0) > 1);
  const back = await brought(job, remote, rclone);
  const checked = await job.hikae(["verify", back]);
  assertEquals(checked.code, 0, checked.said);
  const to = job.dir.at("restored");
  const restored = await job.hikae(["restore", back, "--to", to]);
  assertEquals(restored.code, 0, restored.said);
  for (const name of ["e/b", "e/name", "copy", "never"]) {
    assertEquals(
      Deno.readFileSync(join(to, name)),
      Deno.readFileSync(join(job.source, name)),
    );
  }
});
