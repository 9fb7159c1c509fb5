/**
 * An index is made of the disk while a directory of the vault cannot be listed, or only in part: what could not be seen is not
 * gone, and nobody goes by such an index once the disk is whole.
 */

import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { HikaeError } from "../../src/base/errors.ts";
import type { Stamp } from "../../src/base/stamp.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { perform } from "../../src/engine/commands.ts";
import { vaultPorts } from "../../src/engine/ports.ts";
import { Reader } from "../../src/engine/reader.ts";
import { denoAhead, denoFs } from "../../src/platform/deno_fs.ts";
import { DiskSight } from "../../src/vault/disk_sight.ts";
import { ReconcileState } from "../../src/vault/reconcile_state.ts";
import { openVault } from "../../src/vault/vault.ts";
import { backupRequest } from "../helpers/engine_helper.ts";
import { dropIndex } from "../helpers/index_helper.ts";
import { type Grown, META, names } from "../helpers/maintain_helper.ts";
import { type Is, OnDisk, TROUBLES } from "../helpers/torn_listing.ts";

/** Where the trouble is. */
const PLACES: Readonly<Record<string, (g: Grown) => Is>> = {
  "the mirror's directory": (g) => (path) => path === g.in("d"),
  "its meta directory": (g) => (path) => path === g.in("d", META),
  "both": (g) => (path) => path === g.in("d") || path === g.in("d", META),
};

/** Three runs, the record of the third of which is lost, and with it the index. */
async function grown(): Promise<{ g: OnDisk; stamps: string[]; states: unknown[] }> {
  const g = new OnDisk();
  const stamps: string[] = [];
  const states: unknown[] = [];
  for (let day = 0; day < 3; day++) {
    for (let i = 0; i < 12; i++) {
      if (i % 3 < 2 || day === 0) {
        g.put({ d: { [`f${i}`]: `${i} of day ${i % 2 === 0 ? day : 0}` } });
      }
    }
    if (day === 2) g.drop("d/f1", "d/f4");
    stamps.push(await g.day(day).backup());
    states.push(g.snapshot(stamps[day] ?? ""));
  }
  Deno.removeSync(g.in(META, "runs", `${stamps.pop()}.jsonl`));
  states.pop();
  dropIndex(g.vault);
  return { g, stamps, states };
}

function statesOf(g: Grown, stamps: readonly string[]): unknown[] {
  return stamps.map((stamp) => g.snapshot(stamp));
}

/** What is done while the disk has trouble. */
const DONE: Readonly<Record<string, (g: OnDisk) => Promise<unknown>>> = {
  "a question": (g) =>
    perform(g.ports(), "ls", { root: g.vault, path: "", windows: false, depth: 9 } as never),
  "a list": (g) => perform(g.ports(), "list", { root: g.vault, windows: false }),
  "a prune": (g) => g.prune({ policy: { last: 9 } as never }),
  "a verify": (g) =>
    perform(g.ports(), "verify", { root: g.vault, given: g.vault, repair: false } as never),
  "a reindex": (g) => perform(g.ports(), "reindex", { root: g.vault, given: g.vault }),
  "a run": (g) => g.backup().catch(() => {}),
};

for (const [trouble, disk] of Object.entries(TROUBLES)) {
  for (const [place, where] of Object.entries(PLACES)) {
    for (const [what, work] of Object.entries(DONE)) {
      Deno.test(`index: ${place} ${trouble} while ${what} makes it: no snapshot is told otherwise once the disk is whole`, async () => {
        const { g, stamps, states } = await grown();
        using _ = g;
        g.day(3).put({ d: { f3: "3 of day 3" }, other: "o" });
        g.fs = disk(where(g));
        await work(g);
        const said = JSON.stringify(g.messages);
        if (what !== "a run") assert(said.includes("Input/output error"), said);
        g.fs = denoFs;
        assertEquals(statesOf(g, stamps), states);
        const stamp = await g.day(4).backup();
        assertEquals([g.snapshot(stamp), statesOf(g, stamps)], [g.sourceState(), states]);
        dropIndex(g.vault);
        assertEquals(statesOf(g, stamps), states);
      });
    }
  }
}

Deno.test("index: what an opening asks of the disk of a vault far away, many directories at once are seen for, and none is waited for", async () => {
  using g = new OnDisk();
  for (let day = 0; day < 2; day++) {
    for (let i = 0; i < 40; i++) g.put({ [`d${i}`]: { f: `${i} of day ${day}` } });
    await g.day(day).backup();
  }
  const [first, last] = names(g.in(META, "runs"));
  Deno.removeSync(g.in(META, "runs", last ?? ""));
  dropIndex(g.vault);
  let [under, atOnce, now] = [0, 0, 0];
  const waited: string[] = [];
  const isOf = (path: string): boolean => path.startsWith(g.vault) && !path.includes("runs");
  const waits = <R>(call: (path: string) => R) => (path: string): R => {
    // content that a lost run replaced is hashed
    if (isOf(path) && /\/d\d+/.test(path) && !path.endsWith("/f")) {
      waited.push(path.slice(g.vault.length));
    }
    return call(path);
  };
  g.fs = {
    ...denoFs,
    list: waits(denoFs.list),
    lstat: waits(denoFs.lstat),
    open: (path, how) => waits(() => denoFs.open(path, how))(path),
    listWhole: async (path, how) => {
      atOnce = Math.max(atOnce, ++under);
      try {
        return await denoFs.listWhole(path, how);
      } finally {
        under--;
      }
    },
  };
  const ports = { ...g.ports(), ahead: denoAhead, monotonic: () => now += 5 };
  await perform(ports, "reindex", { root: g.vault, given: g.vault });
  assertEquals(waited, []);
  assert(atOnce > 16, `${atOnce}`);
  const state = g.snapshot(first?.slice(0, 15) ?? "");
  assertEquals(Object.keys(state).length, 80);
});

/** Two runs, the second of which broke off just before its end, and no index. */
async function brokenOff(
  g: OnDisk,
): Promise<{ first: string; state: Record<string, string>; broken: string }> {
  g.put({ d: { a: "1", b: "2", sub: { s: "s" } }, e: { c: "3" } });
  const first = await g.day(0).backup();
  const state = g.snapshot(first);
  g.put({ d: { a: "one" }, e: { c: "three" } });
  const broken = await g.day(1).backup();
  const record = g.in(META, "runs", `${broken}.jsonl`);
  Deno.writeTextFileSync(record, Deno.readTextFileSync(record).replace(/[^\n]*\n$/, ""));
  dropIndex(g.vault);
  return { first, state, broken };
}

for (const [trouble, disk] of Object.entries(TROUBLES)) {
  Deno.test(`index: an interrupted run waits for a directory that ${trouble}, says which, and goes on once it is moved out of the vault`, async () => {
    using g = new OnDisk();
    const { first, state, broken } = await brokenOff(g);
    const bad = g.in("d");
    g.fs = disk((path) => path === bad || path.startsWith(`${bad}/`));
    const error = await assertRejects(() => g.day(2).backup(), HikaeError);
    assertStringIncludes(error.message, `the run ${broken} was interrupted`);
    assertStringIncludes(error.hint ?? "", `if ${bad} stays unreadable, move it out of the vault`);
    assertEquals(g.list().map(({ stamp }) => stamp), [first, broken]);
    Deno.renameSync(bad, `${g.vault}-away`);
    g.fs = denoFs;
    const next = await g.day(3).backup();
    assertEquals([g.snapshot(next), g.verify().errors], [g.sourceState(), 0]);
    assertEquals(g.snapshot(first)["e/c"], state["e/c"]);
  });
}

for (const place of [["d", META], ["d", "a"]]) {
  Deno.test(`index: an interrupted run that waits for ${place.join("/")} names no more than that, and what lies beside it stays`, async () => {
    using g = new OnDisk();
    const { first, state } = await brokenOff(g);
    const bad = g.in(...place);
    const listing = TROUBLES.fails?.((path) => path === bad) ?? denoFs;
    g.fs = {
      ...listing,
      open: (path, how) => {
        if (path === bad) throw Object.assign(new Error("Input/output error"), { code: "EIO" });
        return denoFs.open(path, how);
      },
    };
    const error = await assertRejects(() => g.day(2).backup(), HikaeError);
    assertStringIncludes(error.hint ?? "", `if ${bad} stays unreadable, move it out of the vault`);
    await assertRejects(() => g.prune({ policy: { last: 9 } as never }), HikaeError, "interrupted");
    Deno.renameSync(bad, `${g.vault}-away`);
    g.fs = denoFs;
    const next = await g.day(3).backup();
    assertEquals([g.snapshot(next), g.assertSound().errors], [g.sourceState(), 0]);
    for (const path of ["d/b", "d/sub/s", "e/c"]) {
      assertEquals(g.snapshot(first)[path], state[path], path);
    }
  });
}

Deno.test("index: who stops the mend of an interrupted run is not told that its disk cannot be read", async () => {
  using g = new OnDisk();
  await brokenOff(g);
  let reads = false;
  g.fs = {
    ...denoFs,
    open: (path, how) => {
      reads ||= path === g.in("d", "a");
      return denoFs.open(path, how);
    },
  };
  const ports = { ...g.day(2).ports(), cancelled: () => reads };
  const request = backupRequest(g.source, [g.vault], { allowMassChange: true });
  const error = await assertRejects(() => backup(ports, request), HikaeError);
  assertEquals([reads, error.id], [true, "interrupted"]);
});

Deno.test("index: where nobody could wait for a listing, the mend of a run gives up and holds nothing against the disk", async () => {
  using g = new OnDisk();
  const { broken } = await brokenOff(g);
  const reader = Reader.open(g.ports(), g.vault);
  try {
    const state = new ReconcileState(openVault(vaultPorts(g.ports()), g.vault), reader.catalog, {
      unfinished: broken as Stamp,
      fix: true,
      hashOf: () => "",
      failed: () => {},
      sight: new DiskSight(),
    });
    const error = assertThrows(() => state.doubt(g.in("d")), Error, "may lack some");
    assert(!(error instanceof HikaeError));
    // what the disk says of itself is told with the way out
    const eio = Object.assign(new Error("Input/output error"), { code: "EIO" });
    assertThrows(() => state.unseen(g.in("d"), eio), HikaeError, broken);
  } finally {
    reader.close();
  }
});
