/** A cleanup of a vault far away sees its directories many at once, and takes what it takes of a near one. */

import { assert, assertEquals } from "@std/assert";
import type { AheadCalls } from "../../src/base/ahead.ts";
import { cleanup } from "../../src/engine/maintain/cleanup.ts";
import { denoAhead } from "../../src/platform/deno_fs.ts";
import { tapFs } from "../../src/platform/doubles/tap.ts";
import { Grown, META, names } from "../helpers/maintain_helper.ts";

const DAY = 86_400_000;
const DIRS = 60;

/** What a cleanup came to. */
interface Cleaned {
  told: unknown[];
  /** So many listings were not waited for; at most so many of these were under way. */
  ahead: number;
  atOnce: number;
  /** Of the vault's directories so many were listed one after another. */
  alone: number;
}

async function cleaned(world: Grown, ms: number, dryRun: boolean): Promise<Cleaned> {
  let [ahead, under, atOnce, alone, now] = [0, 0, 0, 0, 0];
  const calls: AheadCalls = {
    ...denoAhead,
    list: async (path) => {
      ahead++;
      atOnce = Math.max(atOnce, ++under);
      try {
        return await denoAhead.list(path);
      } finally {
        under--;
      }
    },
  };
  const { vault } = world;
  const told: unknown[] = [];
  const ports = world.ports();
  const fs = tapFs(ports.fs, (call, work) => {
    if (call.op === "list" && /[\\/]d\d+/.test(call.path)) alone++;
    return work();
  });
  await cleanup({
    ...ports,
    fs,
    ahead: calls,
    emit: (m) => {
      const { total_duration: _, stamp: __, ...rest } = { ...m } as Record<string, unknown>;
      told.push(rest);
    },
    monotonic: () => now += ms,
  }, {
    root: vault,
    given: vault,
    host: "test",
    pid: 1,
    dryRun,
    askPlugins: false,
    rule: "7d",
    before: world.now - 7 * DAY,
  });
  assertEquals(under, 0);
  return { told, ahead, atOnce, alone };
}

/** A vault with deletions, old and young, and directories that became files. */
async function grown(): Promise<Grown> {
  const world = new Grown();
  for (let i = 0; i < DIRS; i++) {
    world.put({ [`d${i}`]: { f: `f of ${i}`, g: `g of ${i}`, deep: { h: `h of ${i}` } } });
  }
  await world.day(0).backup();
  world.drop("d7/f", "d8", "d9/deep").put({ "d9": { deep: "a file now" } });
  await world.day(1).backup();
  world.drop("d10/g");
  await world.day(10).backup();
  world.day(12);
  return world;
}

Deno.test("cleanup far away: directories are listed many at once, and what goes is what goes near", async () => {
  using near = await grown();
  using far = await grown();
  const [planned, seen] = [await cleaned(near, 0, true), await cleaned(far, 5, true)];
  const inVault = (told: unknown[], { vault }: Grown): string =>
    JSON.stringify(told).replaceAll(JSON.stringify(vault).slice(1, -1), "vault");
  assertEquals(inVault(seen.told, far), inVault(planned.told, near));
  assert(planned.told.length > 3, `${planned.told.length}`);
  assertEquals(planned.ahead, 0);
  assert(seen.atOnce > 16 && seen.atOnce <= 34, `${seen.atOnce}`);
  // directories in which something goes are listed once more, for what is left of them
  assert(seen.ahead >= 4 * DIRS && seen.alone < 20, `${seen.ahead} ahead, ${seen.alone} alone`);
  const [did, didSeen] = [await cleaned(near, 0, false), await cleaned(far, 5, false)];
  assertEquals(inVault(didSeen.told, far), inVault(did.told, near));
  for (const dir of [["d7"], ["d9"], ["d10"], []]) {
    assertEquals(names(far.in(...dir, META)), names(near.in(...dir, META)));
  }
  far.assertSound();
});
