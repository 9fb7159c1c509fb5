/**
 * A machine that falls asleep at some step of a run, loses its lock on a share meanwhile, and wakes after another one has
 * worked in the vault; or finds another disk in the vault's place. And one that stays awake whose lock somebody removes.
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Around } from "../../src/platform/doubles/tap.ts";
import { programFlags } from "../../src/sandbox/program_permissions.ts";
import { dropIndex } from "../helpers/index_helper.ts";
import { Grown, LONG, META } from "../helpers/maintain_helper.ts";
import { copyTree } from "./world.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const HOUR = 3_600_000;

/** As long as another run takes at least, in ms: nobody sleeps for so short a time. */
const MOMENT = 100;

/** The program of another machine, while this thread stands still. */
function elsewhere(g: Grown, ...args: string[]): void {
  const { success, stderr } = new Deno.Command(Deno.execPath(), {
    args: ["run", ...programFlags(false), "--quiet", MAIN, ...args],
    env: { HIKAE_STATE_DIR: join(g.path, "other machine"), LC_ALL: "C", NO_COLOR: "1" },
  }).outputSync();
  assert(success, new TextDecoder().decode(stderr));
}

/** Falls asleep after the change number `at` of the vault; `meanwhile` is what happens until it wakes, so long later. */
function asleepAt(
  g: Grown,
  at: number,
  meanwhile: () => void,
  long = HOUR,
): { around: Around; slept: () => boolean } {
  let n = 0;
  const around: Around = (call, work) => {
    const isMeant = call.effect === "change" && call.path.startsWith(g.vault) &&
      !call.path.endsWith("lock") && !call.path.endsWith("lock.json");
    const done = work();
    if (isMeant && n++ === at) {
      meanwhile();
      g.now += long;
    }
    return done;
  };
  return { around, slept: () => n > at };
}

/** Three runs, and a source that the fourth finds changed. */
async function grow(g: Grown): Promise<void> {
  g.put({ f: "0", gone: "0", [LONG]: "0", d: { x: "0" }, twin: "same" });
  await g.backup();
  await g.day(1).put({ f: "1", gone: "1", [LONG]: "1" }).backup();
  await g.day(2).put({ f: "2", "d/x": "2", again: "same" }).backup();
  g.day(3).drop("gone", "d").put({ d: "a file now", f: "3", [LONG]: "3", nd: { y: "3" } });
}

/** Every how many changes of a run it falls asleep once. */
const EVERY = 9;

type Work = (g: Grown, around: Around) => Promise<unknown>;

const RUNS: Record<string, Work> = {
  backup: (g, around) => g.backup({}, around),
  prune: (g, around) => g.prune({ policy: { last: 2 } }, around),
};

/** Another machine takes the vault at some change of a run, which goes on so long after. */
async function taken(name: string, work: Work, long: number): Promise<void> {
  for (let at = 1;; at += EVERY) {
    using g = new Grown();
    await grow(g);
    const before = new Map(g.list().map(({ stamp }) => [stamp, g.snapshot(stamp)]));
    const sleep = asleepAt(g, at, () => {
      Deno.removeSync(g.in(META, "lock"));
      elsewhere(g, "backup", g.source, g.vault, "--allow-mass-change");
    }, long);
    const failed = await work(g, sleep.around).then(() => undefined, (error: unknown) => error);
    if (!sleep.slept()) break;
    assert(name === "prune" || failed !== undefined, `change ${at}: nothing was said`);
    for (const index of [true, false]) {
      if (!index) dropIndex(g.vault);
      const stamps = g.list().map((s) => s.stamp);
      assertEquals(g.snapshot(stamps.at(-1) ?? ""), g.sourceState(), `change ${at}: newest`);
      for (const stamp of stamps.filter((s) => before.has(s)).slice(-2)) {
        assertEquals(g.snapshot(stamp), before.get(stamp), `change ${at}: ${stamp}`);
      }
    }
    g.now = Date.now() + 24 * HOUR;
    await g.put({ last: "last" }).backup();
    g.assertSound();
  }
}

for (const [name, work] of Object.entries(RUNS)) {
  // no file that is open is removed there, so that no lock is lost so
  const ignore = Deno.build.os === "windows";
  Deno.test({
    name:
      `asleep: a ${name} that wakes after another machine took its vault writes nothing more, and neither loses a file`,
    ignore,
    fn: () => taken(name, work, HOUR),
  });

  Deno.test({
    name:
      `asleep: a ${name} whose lock is removed while another machine takes its vault writes nothing more, and neither loses a file`,
    ignore,
    fn: () => taken(name, work, MOMENT),
  });

  Deno.test({
    name: `asleep: a ${name} that wakes where another vault lies changes nothing of it`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      for (let at = 1;; at += EVERY) {
        using g = new Grown();
        await grow(g);
        const [own, other] = [join(g.path, "own"), join(g.path, "other")];
        copyTree(g.vault, other);
        const sleep = asleepAt(g, at, () => {
          Deno.renameSync(g.vault, own);
          Deno.renameSync(other, g.vault);
        });
        await work(g, sleep.around).catch(() => {});
        if (!sleep.slept()) break;
        dropIndex(g.vault);
        assertEquals(g.list().length, 3, `change ${at}`);
        g.assertSound();
        Deno.removeSync(g.vault, { recursive: true });
        Deno.renameSync(own, g.vault);
        g.now = Date.now() + 24 * HOUR;
        await g.backup();
        g.assertSound();
      }
    },
  });
}

Deno.test("asleep: a share that says once that nothing tells who holds the vault ends no run", async () => {
  using g = new Grown();
  await grow(g);
  const sleep = asleepAt(g, 1, () => {});
  let isLost = false;
  const around: Around = (call, work) => {
    if (sleep.slept() && !isLost && call.op === "open" && call.path.endsWith("lock.json")) {
      isLost = true;
      throw new Deno.errors.NotFound("(os error 2)");
    }
    return sleep.around(call, work);
  };
  await g.backup({}, around);
  assert(isLost);
  assertEquals(g.snapshot(g.list().at(-1)?.stamp ?? ""), g.sourceState());
});
