/**
 * An index that is made again for a question, since a snapshot is not what its seal says or since the index has trouble, is made
 * of the disk too: what of that cannot be seen is not gone, and nobody goes by such an index once the disk is whole.
 */

import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import type { AheadCalls } from "../../src/base/ahead.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import { Browser } from "../../src/engine/browse/browser.ts";
import { perform } from "../../src/engine/commands.ts";
import { denoAhead, denoFs } from "../../src/platform/deno_fs.ts";
import { dropIndex, theIndex } from "../helpers/index_helper.ts";
import { Link, META } from "../helpers/maintain_helper.ts";
import { OnDisk, TROUBLES } from "../helpers/torn_listing.ts";

/** Three runs. */
async function grown(): Promise<{ g: OnDisk; stamps: string[] }> {
  const g = new OnDisk();
  const stamps: string[] = [];
  for (let day = 0; day < 3; day++) {
    for (let i = 0; i < 12; i++) {
      if (i % 3 < 2 || day === 0) g.put({ d: { [`f${i}`]: `${i} of ${i % 2 === 0 ? day : 0}` } });
    }
    if (day === 2) g.drop("d/f1", "d/f4");
    stamps.push(await g.day(day).backup());
  }
  return { g, stamps };
}

/** The records of the first runs have lost what they tell of files: what lies in the vault tells of them. */
function damage(g: OnDisk, stamps: readonly string[]): void {
  for (const stamp of stamps.slice(0, 2)) {
    const path = g.in(META, "runs", `${stamp}.jsonl`);
    const lines = Deno.readTextFileSync(path).split("\n");
    Deno.writeTextFileSync(path, lines.filter((l) => !l.includes('"d/f')).join("\n"));
  }
}

/** What is told of each snapshot. */
async function told(g: OnDisk, stamps: readonly string[]): Promise<unknown[]> {
  const all: unknown[] = [];
  for (const at of stamps) {
    const ports = g.ports();
    const { total_duration: _, ...answer } = await perform(
      ports,
      "ls",
      { root: g.vault, path: "", windows: false, at },
    ) as unknown as Record<string, unknown>;
    const paths = g.messages.flatMap((m) => m.message_type === "entry" ? [[m.path, m.hash]] : []);
    const unproven = g.messages.some((m) => "proven" in m && m.proven === false);
    all.push([answer, paths, unproven]);
  }
  return all;
}

type Ask = (g: OnDisk, at: string) => Promise<unknown>;

const look = (g: OnDisk): { root: string; windows: boolean } => ({ root: g.vault, windows: false });

/** Who asks for the snapshot while the disk has trouble. */
const ASKED: Readonly<Record<string, Ask>> = {
  "ls": (g, at) => perform(g.ports(), "ls", { ...look(g), path: "", at }),
  "cat": (g, at) => perform(g.ports(), "cat", { ...look(g), path: "d/f3", at }),
  "diff": (g, at) => perform(g.ports(), "diff", { ...look(g), a: at }),
  "history": (g) => perform(g.ports(), "history", { ...look(g), path: "d/f3" }),
  "find": (g) => perform(g.ports(), "find", { ...look(g), glob: "**", ignoreCase: false }),
  "restore --vanished": (g) => perform(g.ports(), "vanished", { ...look(g), globs: ["**"] }),
  "report": (g) =>
    perform(g.ports(), "report", {
      ...look(g),
      given: g.vault,
      job: null,
      rules: { policy: { last: 1 } },
      rulesNote: "",
      most: 3,
      runs: true,
    } as never),
  "restore": (g, at) =>
    perform(g.ports(), "restore", {
      vault: g.vault,
      target: `${g.path}/target`,
      at,
      paths: [],
      overwrite: "always",
      dryRun: true,
      windows: false,
      self: {},
    } as never),
  "a page": async (g, at) => {
    const browser = new Browser(g.ports(), g.vault, false);
    await browser.answer("dir", { at, path: "d", limit: 99 });
    await browser.answer("versions", { path: "d/f3", limit: 99 });
  },
};

for (const [trouble, disk] of Object.entries(TROUBLES)) {
  for (const [who, ask] of Object.entries(ASKED)) {
    Deno.test(`index: a directory ${trouble} while ${who} has it made again for a snapshot that is not proven: none is told otherwise once the disk is whole`, async () => {
      const { g, stamps } = await grown();
      using _ = g;
      damage(g, stamps);
      dropIndex(g.vault);
      // the first question makes the index, the second one makes it again
      await told(g, stamps);
      const truth = await told(g, stamps);
      dropIndex(g.vault);
      await perform(g.ports(), "ls", { ...look(g), path: "" });
      g.fs = disk((path) => path === g.in("d") || path === g.in("d", META));
      await ask(g, stamps[1] ?? "").catch(() => {});
      g.fs = denoFs;
      assertEquals(await told(g, stamps), truth);
      assertEquals(await told(g, stamps), truth);
      const stamp = await g.day(4).put({ d: { f3: "3 of day 4" } }).backup();
      assertEquals(g.snapshot(stamp), g.sourceState());
    });
  }

  Deno.test(`index: a directory ${trouble} while one is made since the newest record lost its end: that it had one is known once the disk is whole`, async () => {
    const { g, stamps } = await grown();
    using _ = g;
    const path = g.in(META, "runs", `${stamps[2]}.jsonl`);
    const whole = await told(g, stamps);
    Deno.truncateSync(path, Deno.statSync(path).size - 9);
    g.fs = disk((path) => path === g.in("d") || path === g.in("d", META));
    await perform(g.ports(), "history", { ...look(g), path: "d/f0" }).catch(() => {});
    g.fs = denoFs;
    assertEquals(await told(g, stamps.slice(0, 2)), whole.slice(0, 2));
    const stamp = await g.day(4).put({ d: { f3: "3 of day 4" } }).backup();
    assertEquals(g.snapshot(stamp), g.sourceState());
    assertEquals(await told(g, stamps.slice(0, 2)), whole.slice(0, 2));
  });

  Deno.test(`index: a directory ${trouble} while one that has trouble is made again: no snapshot is told otherwise once the disk is whole`, async () => {
    const { g, stamps } = await grown();
    using _ = g;
    damage(g, stamps);
    dropIndex(g.vault);
    await told(g, stamps);
    const truth = await told(g, stamps);
    const db = new DatabaseSync(theIndex(g.vault));
    const { changes } = db.prepare("UPDATE version SET size = size + 1").run();
    db.close();
    assert(Number(changes) > 0);
    g.fs = disk((path) => path === g.in("d") || path === g.in("d", META));
    await told(g, stamps).catch(() => {});
    g.fs = denoFs;
    assertEquals(await told(g, stamps), truth);
    assertEquals(await told(g, stamps), truth);
    const stamp = await g.day(4).put({ d: { f3: "3 of day 4" } }).backup();
    assertEquals(g.snapshot(stamp), g.sourceState());
  });
}

/** A vault of many directories whose first record is lost: what lies in it alone tells of most files. */
async function wide(g: OnDisk): Promise<string[]> {
  const stamps: string[] = [];
  for (let day = 0; day < 2; day++) {
    for (let i = 0; i < 40; i++) {
      if (day === 0 || i % 2 === 0) {
        g.put({ [`d${i}`]: { f: `${i} of day ${day}`, stays: `${i}`, gone: "g" } });
      }
    }
    if (day === 0) g.put({ d5: { link: new Link("f") } });
    else g.drop("d3/stays", "d4/gone");
    stamps.push(await g.day(day).backup());
  }
  Deno.removeSync(g.in(META, "runs", `${stamps[0]}.jsonl`));
  dropIndex(g.vault);
  return stamps.slice(1);
}

/** A disk on which what is asked of a vault's directories without another question beside it is noted. */
function counted(): { fs: FileSystem; ahead: AheadCalls; alone: string[]; most: () => number } {
  let [under, most] = [0, 0];
  const alone: string[] = [];
  const waits = <R>(call: (path: string) => R) => (path: string): R => {
    // content that a lost run replaced is hashed
    if (/\/d\d+(\/|$)/.test(path)) alone.push(path);
    return call(path);
  };
  const beside = <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
  async (
    ...args: A
  ): Promise<R> => {
    most = Math.max(most, ++under);
    try {
      return await call(...args);
    } finally {
      under--;
    }
  };
  const fs: FileSystem = {
    ...denoFs,
    list: waits(denoFs.list),
    lstat: waits(denoFs.lstat),
    listWhole: beside(denoFs.listWhole),
  };
  const ahead = { ...denoAhead, lstat: beside(denoAhead.lstat) };
  return { fs, ahead, alone, most: () => most };
}

for (const again of [false, true]) {
  Deno.test(`index: one that is made ${again ? "again for a snapshot that is not proven" : "of the disk"} far away lists and looks at many places at once, and is that of a near one`, async () => {
    using g = new OnDisk();
    const stamps = await wide(g);
    await perform(g.ports(), "ls", { ...look(g), path: "" });
    const near = await told(g, stamps);
    const rows = g.dump();
    dropIndex(g.vault);
    if (again) await perform(g.ports(), "list", look(g));
    const seen = counted();
    g.fs = seen.fs;
    let now = 0;
    const ports = { ...g.ports(), ahead: seen.ahead, monotonic: () => now += 5 };
    await perform(ports, again ? "ls" : "reindex", {
      ...look(g),
      given: g.vault,
      path: "",
      at: stamps[0],
    } as never);
    assertEquals(seen.alone, []);
    assert(seen.most() > 16, `${seen.most()}`);
    g.fs = denoFs;
    assertEquals(await told(g, stamps), near);
    assertEquals(g.dump(), rows);
  });
}
