/** Directories of the source that a disk lists in part, or not at all: the quick way of listing says nothing of that. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { FileInfo, FileSystem } from "../../src/base/fs.ts";
import { mayBeCut } from "../../src/base/io.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { cutting, MANY } from "../helpers/cut_listing.ts";
import { backupRequest } from "../helpers/engine_helper.ts";
import { Grown, META } from "../helpers/maintain_helper.ts";

/** A disk whose directories have this size, in bytes; on a share where `dev` says so. */
function sized(fs: FileSystem, size: number, dev?: number): FileSystem {
  return telling(fs, dev === undefined ? { size } : { size, dev });
}

/** A disk that tells this of its directories. */
function telling(fs: FileSystem, told: Partial<FileInfo>): FileSystem {
  return {
    ...fs,
    lstat: (at) => {
      const info = fs.lstat(at);
      return info.type === "dir" ? { ...info, ...told } : info;
    },
  };
}

/** What is told of directories on a drive of the machine. */
const DRIVE = { dev: 0x801, nlink: 2, size: 4096 };

async function run(g: Grown, day: number, fs: FileSystem = denoFs): Promise<[number, string]> {
  const ports = { ...g.day(day).ports(), fs };
  const request = backupRequest(g.source, [g.vault], { allowMassChange: true });
  const [outcome] = await backup(ports, request);
  assertEquals(outcome?.failed, undefined);
  return [outcome?.errors ?? -1, outcome?.stamp ?? ""];
}

for (const [what, tree, names] of [["nothing", { f: "f" }, 0], ["a half", MANY, 50]] as const) {
  Deno.test(`source: a directory of which a disk lists ${what}, and an error: each run says so, until it is whole`, async () => {
    using g = new Grown();
    g.put({ other: "o", d: tree });
    const torn = cutting(join(g.source, "d"), names);
    const seen = async (day: number): Promise<number> => {
      const [errors, stamp] = await run(g, day, torn);
      assertEquals(errors, 1);
      return Object.keys(g.snapshot(stamp)).filter((path) => path.startsWith("d/")).length;
    };
    assertEquals([await seen(1), await seen(2)], [names, names]);
    const [errors, stamp] = await run(g, 3);
    assertEquals([errors, g.snapshot(stamp)], [0, g.sourceState()]);
    g.put({ new: "n" }).put({ d: { "z new": "z" } });
    // nothing of what is known is gone, nor is it held for that
    const kept = await seen(4);
    assertEquals(kept, names === 0 ? 1 : Object.keys(MANY).length);
    const [, last] = await run(g, 5);
    assertEquals(g.snapshot(last), g.sourceState());
  });
}

Deno.test("source: a directory of which a disk lists a half, and all of it the next time it is asked, is told", async () => {
  using g = new Grown();
  g.put({ other: "o", d: MANY });
  assertEquals((await run(g, 1, cutting(join(g.source, "d"), 50, true)))[0], 1);
  const [errors, stamp] = await run(g, 2);
  assertEquals([errors, g.snapshot(stamp)], [0, g.sourceState()]);
  g.put({ d: { "z new": "z" } });
  assertEquals((await run(g, 3, cutting(join(g.source, "d"), 50, true)))[0], 1);
  const [, last] = await run(g, 4);
  assertEquals(g.snapshot(last), g.sourceState());
});

Deno.test("source: what came into a directory while it is listed again is no trouble", async () => {
  using g = new Grown();
  g.put({ d: MANY });
  const busy: FileSystem = {
    ...denoFs,
    listWhole: async (at, how) => {
      if (at === join(g.source, "d")) {
        Deno.writeTextFileSync(join(at, "came"), "came");
        Deno.utimeSync(at, 2_000_000_000, 2_000_000_000);
      }
      return await denoFs.listWhole(at, how);
    },
  };
  assertEquals((await run(g, 1, busy))[0], 0);
  const [errors, stamp] = await run(g, 2);
  assertEquals([errors, g.snapshot(stamp)], [0, g.sourceState()]);
});

Deno.test("source: directories that are listed to their end are listed once, but large ones to which something came", async () => {
  using g = new Grown();
  g.put({ few: { f: "f" }, many: MANY, other: "o" });
  const twice: string[] = [];
  const counting: FileSystem = {
    ...sized(denoFs, 4096),
    listWhole: (at, how) => {
      if (at.startsWith(g.source)) twice.push(at.slice(g.source.length + 1));
      return denoFs.listWhole(at, how);
    },
  };
  await run(g, 1, counting);
  g.put({ other: "changed" }).put({ few: { g: "g" } });
  Deno.writeTextFileSync(join(g.source, "many", "a file with a name, the number 107"), "changed");
  await run(g, 2, counting);
  assertEquals(twice, ["many"]);
});

const SHORT = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${10 + i}`, `of ${i}`]));

Deno.test("source: a share tells more beside each name, so fewer come in one piece", async () => {
  using g = new Grown();
  g.put({ d: SHORT });
  const torn = sized(cutting(join(g.source, "d"), 30), 4096, 45);
  const [errors] = await run(g, 1, torn);
  assertEquals(errors, 1);
  const [left, stamp] = await run(g, 2);
  assertEquals([left, g.snapshot(stamp)], [0, g.sourceState()]);
});

for (
  const [where, names, told] of [
    ["of few names that takes several blocks, since many went,", 6, { size: 20480 }],
    ["of few names that takes two small blocks", 6, { size: 2048 }],
    ["on a drive that a program stands for, which counts no links of it,", 30, { nlink: 1 }],
  ] as const
) {
  Deno.test(`source: a directory ${where} may have come in part`, async () => {
    using g = new Grown();
    g.put({ d: SHORT });
    const torn = telling(cutting(join(g.source, "d"), names), { ...DRIVE, ...told });
    assertEquals((await run(g, 1, torn))[0], 1);
    const [left, stamp] = await run(g, 2);
    assertEquals([left, g.snapshot(stamp)], [0, g.sourceState()]);
  });
}

Deno.test("source: on a drive sixty short names come in one piece, on Windows, which tells all of each, they do not", () => {
  const listed = Object.keys(SHORT).map((name) => ({ name }));
  assertEquals([false, true].map((windows) => mayBeCut(listed, DRIVE, windows)), [false, true]);
});

Deno.test("source: a share passes on the size that a far disk gives, which may fit what came of a cut listing", async () => {
  using g = new Grown();
  g.put({ d: SHORT });
  // as in memory, on btrfs, on ZFS, on APFS a directory of 30 such names would say
  for (const size of [20 * 32, 2 * 30 * 3, 32, 32 * 32]) {
    const torn = sized(cutting(join(g.source, "d"), 30), size, 45);
    assertEquals((await run(g, 1, torn))[0], 1, String(size));
    g.put({ d: { [`${size}`]: "one more" } });
  }
  const [left, stamp] = await run(g, 2);
  assertEquals([left, g.snapshot(stamp)], [0, g.sourceState()]);
});

for (const names of [0, 1, 2]) {
  Deno.test(`vault: a disk lists ${names} of three records, and an error: no run goes on as if the others were lost`, async () => {
    using g = new Grown();
    for (const day of [1, 2, 3]) {
      g.put({ f: `of day ${day}` });
      await run(g, day);
    }
    g.put({ f: "of day 4" });
    const torn = cutting(g.in(META, "runs"), names);
    const ports = { ...g.day(4).ports(), fs: torn };
    const [outcome] = await backup(ports, backupRequest(g.source, [g.vault]));
    assertEquals([outcome?.failed?.id, outcome?.failed?.path], ["failed", g.in(META, "runs")]);
    const [errors, stamp] = await run(g, 5);
    assertEquals([errors, g.snapshot(stamp)], [0, g.sourceState()]);
    g.assertSound();
  });
}
