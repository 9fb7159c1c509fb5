/**
 * A vault grown over 200 simulated days, about one backup a day, with cleanup, prune and delete in between; at
 * checkpoints the answer of every command is compared with a brute-force model (issue 3).
 */

import { assert, assertEquals } from "@std/assert";
import {
  type Asked,
  compareCat,
  compareDiff,
  compareFind,
  compareHistory,
  compareList,
  compareLs,
  comparePoints,
  lostOf,
  only,
} from "./days_answers.ts";
import { DaysModel } from "./days_model.ts";
import { Restores } from "./days_restores.ts";
import { chance, DaysSource, pick, readState } from "./days_source.ts";
import { compareCleanup, compareDelete, comparePrune, compareReport } from "./days_upkeep.ts";
import { Grown } from "../helpers/maintain_helper.ts";
import { dropIndex, setIndexAside } from "../helpers/index_helper.ts";

const SEED = Number(Deno.env.get("HIKAE_DAYS_SEED") ?? 20310301);
/** Ahead of the machine's own clock, so that its change times are safely older than each look. */
const START = new Date(2031, 2, 1, 0, 0, 0).getTime();
/** Days between two checkpoints. */
const CHECKPOINT = Number(Deno.env.get("HIKAE_DAYS_CHECKPOINT") ?? 100);
const PRUNES = {
  60: { policy: { within: 25, daily: 30, weekly: "unlimited" }, keepMinVersions: 2 },
  110: { policy: { last: 10, weekly: 12, monthly: 12 }, keepDeleted: 30 },
  140: { policy: { daily: 40, weekly: 10, yearly: 2 } },
  170: { policy: { hourly: 30, monthly: "unlimited" }, keepMinVersions: 1, keepDeleted: 20 },
} as const;

class Life {
  readonly asked: Asked;
  readonly #source: DaysSource;

  constructor(g: Grown) {
    this.asked = { g, model: new DaysModel(), chance: chance(SEED) };
    this.#source = new DaysSource(g.source, this.asked.chance);
    g.now = START + 8 * 3_600_000;
    this.#source.begin(g.now);
  }

  /** A day: none, one or two backups, and what is due besides. */
  async day(day: number): Promise<void> {
    const { g, chance } = this.asked;
    const runs = pick(chance, [0, 1, 1, 1, 1, 1, 1, 1, 2, 2]);
    for (let run = 0; run < runs; run++) {
      const minutes = 6 * 60 + run * 8 * 60 + chance(7 * 60);
      // the hour by the clock on the wall, also when clocks are changed
      const date = new Date(START);
      date.setDate(date.getDate() + day);
      date.setHours(0, minutes, chance(60));
      g.now = date.getTime();
      this.#source.change(g.now);
      await this.#backup(day);
    }
    g.now += 30 * 60_000;
    await this.#upkeep(day);
  }

  async #backup(day: number): Promise<void> {
    const { g, model } = this.asked;
    const limit = day % 31 === 30 ? { maxGenerations: 3 } : {};
    // now and then the index is lost: the plain files must be enough
    if (day % 67 === 66) dropIndex(g.vault);
    const stamp = await g.backup(limit);
    const summary = g.messages.find((m) => m.message_type === "summary") ?? {};
    const { counts } = model.run(stamp, readState(g.source), limit.maxGenerations);
    assertEquals(only({ ...summary }, counts), counts as Record<string, unknown>, `day ${day}`);
  }

  async #upkeep(day: number): Promise<void> {
    const { asked } = this;
    const { model, chance, g } = asked;
    if (day % 29 === 28) await compareCleanup(asked, { age: 35 });
    if (day % 41 === 40) {
      const until = pick(chance, model.deletions()).mark.until ?? "";
      await compareCleanup(asked, { date: until.slice(0, chance(2) === 0 ? 8 : 15) });
    }
    if (day in PRUNES) await comparePrune(asked, PRUNES[day as keyof typeof PRUNES]);
    if (day % 45 !== 44) return;
    const stamps = model.snapshots.map((s) => s.stamp);
    const [one = "", other = ""] = [pick(chance, stamps.slice(0, -1)), stamps.at(-3)];
    await compareDelete(asked, [[one, one], ["latest~2", other]]);
    g.assertSound();
  }

  /** All that can be asked. */
  async checkpoint(): Promise<void> {
    const { asked } = this;
    await compareList(asked);
    await compareLs(asked);
    await comparePoints(asked);
    await compareDiff(asked);
    await compareHistory(asked);
    await compareFind(asked);
    await compareCat(asked);
    await new Restores(asked).compare();
    await compareReport(asked, { policy: { last: 3, weekly: 4 }, keepMinVersions: 1 }, 20);
    asked.g.assertSound();
  }

  /** The same of the index that a reader makes of the plain files. */
  async checkpointWithoutIndex(): Promise<void> {
    const { g } = this.asked;
    const putBack = setIndexAside(g.vault);
    try {
      await compareList(this.asked);
      await compareLs(this.asked);
      await compareDiff(this.asked);
      await compareFind(this.asked);
    } finally {
      putBack();
    }
  }
}

Deno.test({
  name: "200 days of backups: every command answers what a brute-force model answers",
  // modes and names of another system: tests/backup/model_test.ts runs there
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    using g = new Grown();
    const life = new Life(g);
    const { model } = life.asked;
    for (let day = 0; day < 200; day++) {
      await life.day(day);
      if (day % CHECKPOINT === CHECKPOINT - 1) await life.checkpoint();
    }
    await life.checkpointWithoutIndex();
    const partial = model.snapshots.filter((s) => lostOf(s).length > 0).length;
    const tally = { snapshots: model.snapshots.length, partial, versions: model.known.length };
    assert(tally.snapshots > 20 && partial > 0 && tally.versions > 200, JSON.stringify(tally));
  },
});
