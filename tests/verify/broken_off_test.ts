/** `verify` after a run that was ended: what it had no time for is no damage. */

import { assert, assertEquals } from "@std/assert";
import { HikaeError } from "../../src/base/errors.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { verify } from "../../src/engine/verify/verify.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { stepping } from "../../src/platform/doubles/stepping.ts";
import { makeTree, names, read, type TreeSpec } from "../helpers/cli_helper.ts";
import { backupRequest } from "../helpers/engine_helper.ts";
import { Grown, META } from "../helpers/maintain_helper.ts";

/** Backs up and is told to end when it has asked so often whether to; false when it came to its end. */
async function endedAfter(g: Grown, asks: number): Promise<boolean> {
  let asked = 0;
  const ports = { ...g.ports(), cancelled: () => asked++ >= asks };
  const request = backupRequest(g.source, [g.vault], { allowMassChange: true });
  try {
    const [outcome] = await backup(ports, request);
    if (outcome?.failed !== undefined) throw outcome.failed;
    return false;
  } catch (error) {
    assert(error instanceof HikaeError && error.id === "interrupted", String(error));
    return true;
  }
}

/** Ten directories of five files. */
function tree(content: string): TreeSpec {
  const files = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`f${i}`, content + i]));
  return Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`${content}${i}`, { ...files }]));
}

for (const first of [true, false]) {
  const which = first ? "a first run" : "a later run";
  Deno.test(`verify: what ${which} left that was ended anywhere is no damage`, async () => {
    for (let asks = 0;; asks += first ? 17 : 53) {
      using g = new Grown();
      if (!first) {
        g.put({ ...tree("old"), stays: { a: "1" } });
        await g.backup();
        g.day(1).drop("old1", "old2").put({ old3: "a file now", stays: { a: "2" } });
      }
      makeTree(g.source, tree("new"));
      const ended = await endedAfter(g, asks);
      if (g.list().length > 0 || !first) {
        const { damaged, missing, errors } = g.verify();
        const told = g.messages.filter((m) => m.message_type === "error");
        assertEquals([asks, damaged, missing, errors, told], [asks, 0, 0, 0, []]);
      }
      await g.day(2).backup();
      g.assertSound();
      if (!ended) break;
    }
  });
}

Deno.test("verify: what a run that keeps no generations had replaced when it was killed is no damage, and rot beside it is", async () => {
  let replaced = 0;
  for (let [at, dead] = [0, true]; dead; at += 2) {
    using g = new Grown();
    g.put({ a: "1", rots: "right" });
    await g.backup();
    g.day(1).put({ a: "2" });
    const state = stepping(at, true);
    const request = backupRequest(g.source, [g.vault], { maxGenerations: 0 });
    // what the dead do not tell is none of this
    await backup(g.ports(state.around), request).catch(() => {});
    dead = state.dead;
    const ends = dead && denoFs.exists(g.in("a")) && read(g.in("a")) === "2";
    const { damaged, missing, errors, unknown } = g.verify();
    // once its record is whole, it is the recorded one
    if (ends && unknown === 1) replaced++;
    const told = g.messages.filter((m) => m.message_type === "error");
    assertEquals([at, damaged, missing, errors, told], [at, 0, 0, 0, []]);
    assert(ends || unknown === 0, `${at}: ${unknown}`);
    const { atime, mtime } = Deno.statSync(g.in("rots"));
    Deno.writeTextFileSync(g.in("rots"), "wrong");
    Deno.utimeSync(g.in("rots"), atime ?? 0, mtime ?? 0);
    assertEquals([at, g.verify().damaged], [at, 1]);
  }
  assert(replaced > 1, `${replaced}`);
});

/** Leaves the beginning of a record, as a command that was killed does. */
function brokenOff(g: Grown, kind: string, options: Record<string, unknown>): string {
  const runs = `${g.vault}/${META}/runs`;
  const newest = [...Deno.readDirSync(runs)].map((e) => e.name).sort().at(-1) ?? "";
  const [head] = Deno.readTextFileSync(`${runs}/${newest}`).split("\n");
  const stamp = "20260601_120000";
  const line = {
    ...JSON.parse(head ?? ""),
    kind,
    options,
    stamp,
    time: "2026-06-01T12:00:00.000Z",
  };
  const path = `${runs}/${stamp}.jsonl`;
  Deno.writeTextFileSync(path, `${JSON.stringify(line)}\n`);
  return path;
}

Deno.test("verify: what a run or a cleanup that broke off does not take is missing all the same", async () => {
  const cases: [lost: string, kind: string, options: Record<string, unknown>, missing: number][] = [
    ["stays.20260502", "run", { maxGenerations: 2 }, 0],
    ["stays.20260503", "run", { maxGenerations: 2 }, 1],
    ["stays.20260502", "run", { maxGenerations: 3 }, 1],
    ["goes.20260503", "run", { maxGenerations: 0 }, 1],
    ["stays.20260502", "cleanup", { maxRetention: "1d" }, 1],
    ["goes.20260502", "cleanup", { maxRetention: "1d" }, 0],
    ["goes.20260503", "cleanup", { maxRetention: "1d" }, 0],
    ["goes.20260503", "cleanup", { date: "2026-05-03 12:00:00" }, 0],
    ["goes.20260503", "cleanup", { date: "2026-05-02" }, 1],
    ["goes.20260503", "cleanup", { maxRetention: "28d" }, 0],
    ["goes.20260503", "cleanup", { maxRetention: "32d" }, 1],
  ];
  using g = new Grown();
  g.put({ stays: "1", goes: "1" });
  await g.backup();
  await g.day(1).put({ stays: "2", goes: "2" }).backup();
  await g.day(2).put({ stays: "3" }).drop("goes").backup();
  const meta = `${g.vault}/${META}`;
  for (const [lost, kind, options, missing] of cases) {
    const [name, stamp] = lost.split(".");
    const mark = names(meta).find((n) => n.includes(`@${stamp}`) && n.endsWith(`$${name}`)) ?? "";
    Deno.renameSync(`${meta}/${mark}`, `${g.path}/aside`);
    const record = brokenOff(g, kind, options);
    assertEquals([lost, kind, options, g.verify().missing], [lost, kind, options, missing]);
    Deno.removeSync(record);
    Deno.renameSync(`${g.path}/aside`, `${meta}/${mark}`);
  }
});

Deno.test("verify: however much is missing while a run is under way, that run's record is not read for each", async () => {
  using g = new Grown();
  const tree = (content: string): TreeSpec =>
    Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`f${i}`, content]));
  g.put(tree("1"));
  await g.backup();
  await g.day(1).put(tree("2")).backup();
  const meta = `${g.vault}/${META}`;
  for (const name of names(meta)) if (name.includes("@")) Deno.removeSync(`${meta}/${name}`);
  const record = brokenOff(g, "run", {});
  const calls: string[] = [];
  using lock = Deno.openSync(`${meta}/lock`, { read: true, write: true });
  lock.lockSync(true);
  const ports = g.ports((call, work) => {
    if (call.op === "open") calls.push(call.path);
    return work();
  });
  const request = {
    root: g.vault,
    given: g.vault,
    repair: false,
    windows: false,
    host: "",
    pid: 1,
  };
  assertEquals(verify(ports, request).missing, 9);
  const opened = calls.filter((path) => path === record).length;
  assert(opened < 9, `opened ${opened} times`);
});
