/**
 * Records without seals prove nothing, so a reader who makes an index of them asks the disk too. What a run that broke off
 * left there is that run's, whom no reader goes by: older snapshots are what they were.
 */

import { assert, assertEquals } from "@std/assert";
import { backup } from "../../src/engine/backup/backup.ts";
import { stepping } from "../../src/platform/doubles/stepping.ts";
import { Link, LINKS } from "../helpers/cli_helper.ts";
import { backupRequest } from "../helpers/engine_helper.ts";
import { dropIndex, unseal } from "../helpers/index_helper.ts";
import { Grown, META } from "../helpers/maintain_helper.ts";

const LINK = LINKS ? { l: new Link("a") } : {};

/** Two runs without seals, and a source in which much is another by now. */
async function grown(): Promise<{ g: Grown; stamps: string[]; states: Record<string, string>[] }> {
  const g = new Grown();
  g.put({
    a: "1",
    b: "1",
    goes: "1",
    swaps: "1",
    dir: { in: { deep: {} } },
    d: { x: "1", y: "1" },
  });
  const stamps = [await g.backup()];
  g.day(1).put({ a: "2", d: { x: "2" } });
  stamps.push(await g.backup());
  unseal(g.in(META, "runs"));
  const states = stamps.map((stamp) => g.snapshot(stamp));
  g.day(2).drop("goes", "swaps", "dir").put({
    a: "3",
    d: { x: "3", z: "3", ...LINK },
    dir: "a file now",
    fresh: { q: "q", ...LINK, below: { r: "r" } },
    swaps: { in: "a directory now" },
  });
  return { g, stamps, states };
}

for (const maxGenerations of [undefined, 0]) {
  const kept = maxGenerations === undefined ? "" : " that keeps no generations";
  Deno.test(`index: a run${kept} killed anywhere adds nothing to older snapshots of a vault without seals`, async () => {
    let kills = 0;
    for (let [at, dead] = [0, true]; dead; at += 5) {
      const { g, stamps, states } = await grown();
      using _ = g;
      const state = stepping(at);
      const request = backupRequest(g.source, [g.vault], {
        allowMassChange: true,
        ...(maxGenerations === undefined ? {} : { maxGenerations }),
      });
      // what the dead do not tell is none of this
      await backup(g.ports(state.around), request).catch(() => {});
      dead = state.dead;
      if (!dead) break;
      kills++;
      // asked from another machine, then once more from there
      for (const when of ["made", "kept"]) {
        if (when === "made") dropIndex(g.vault);
        stamps.forEach((stamp, i) => {
          const was = states[i] ?? {};
          const is = g.snapshot(stamp);
          assertEquals([at, when, stamp, Object.keys(is).sort()], [
            at,
            when,
            stamp,
            Object.keys(was).sort(),
          ]);
          // what nothing is kept of is another one by then, or not there
          if (maxGenerations === undefined) {
            assertEquals([at, when, stamp, is], [at, when, stamp, was]);
          }
        });
      }
    }
    assert(kills > 9, `${kills}`);
  });
}
