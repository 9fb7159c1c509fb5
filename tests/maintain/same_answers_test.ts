/**
 * After a command was killed at any step, this machine, whose index knew all records, answers as one does that has none;
 * and after another machine forgot snapshots nothing is called lost.
 */

import { assert, assertEquals } from "@std/assert";
import { dirname, join } from "@std/path";
import { dedupe } from "../../src/engine/maintain/dedupe.ts";
import { Killed, stepping } from "../../src/platform/doubles/stepping.ts";
import type { Around } from "../../src/platform/doubles/tap.ts";
import { removeTree } from "../helpers/cli_helper.ts";
import { setIndexAside, theIndex } from "../helpers/index_helper.ts";
import { Grown, META, names } from "../helpers/maintain_helper.ts";
import { ask, questions } from "../verify/damages/asked.ts";

/** A step in nine, each with HIKAE_EVERY_STEP=1; Wine takes longer. */
const STRIDE = Deno.build.os === "windows" ? 27 : Deno.env.has("HIKAE_EVERY_STEP") ? 1 : 9;

/** Runs of which two leave nothing that a later one needs: their records go whole. */
async function grow(g: Grown): Promise<string[]> {
  const stamps: string[] = [];
  for (let day = 0; day < 5; day++) {
    g.day(day).put({ a: `a${day}`, ...(day < 2 ? { d: { x: `x${day}` } } : {}) });
    if (day === 2) g.drop("d");
    stamps.push(await g.backup());
  }
  g.day(5);
  return stamps;
}

/** What a vault answers to all that it may be asked, with what is said about it. */
async function answers(g: Grown, stamps: readonly string[]): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {};
  for (const [name, question] of Object.entries(questions(stamps))) {
    const room = join(g.path, "room");
    Deno.mkdirSync(room);
    all[name] = await ask(question, g.vault, room, g.now);
    removeTree(room);
  }
  return JSON.parse(JSON.stringify(all).replaceAll(/\\*"total_duration\\*":[\d.]+/g, ""));
}

/** The same of a machine that has no index of it. */
async function elsewhere(g: Grown, stamps: readonly string[]): Promise<Record<string, unknown>> {
  const back = setIndexAside(g.vault);
  try {
    return await answers(g, stamps);
  } finally {
    back();
  }
}

type Work = (g: Grown, stamps: readonly string[], around?: Around) => Promise<unknown>;

const WORK: Record<string, Work> = {
  prune: (g, _stamps, around) => g.prune({ policy: { last: 1 } }, around),
  delete: (g, stamps, around) => g.delete(stamps.slice(0, 3), {}, around),
  cleanup: (g, _stamps, around) => g.cleanupDays(0, around),
};

/** A vault and its index as they were at a moment. */
class Moment {
  readonly #places: readonly string[];
  readonly #copies: readonly string[];

  constructor(g: Grown, name: string) {
    this.#places = [g.vault, dirname(theIndex(g.vault))];
    this.#copies = this.#places.map((_, i) => join(g.path, `${name}${i}`));
    for (const [i, place] of this.#places.entries()) copyTree(place, this.#copies[i] ?? "");
  }

  /** Has them so again. */
  back(): void {
    for (const [i, place] of this.#places.entries()) {
      removeTree(place);
      copyTree(this.#copies[i] ?? "", place);
    }
  }

  [Symbol.dispose](): void {
    for (const copy of this.#copies) removeTree(copy);
  }
}

function copyTree(from: string, to: string): void {
  Deno.mkdirSync(to);
  for (const e of Deno.readDirSync(from)) {
    if (e.isDirectory) copyTree(`${from}/${e.name}`, `${to}/${e.name}`);
    else Deno.copyFileSync(`${from}/${e.name}`, `${to}/${e.name}`);
  }
}

/** What somebody does next who has the index that knew all. */
const NEXT: Record<string, (g: Grown, work: () => Promise<unknown>) => unknown> = {
  nothing: (g) => g.list(),
  repair: (g) => g.verify({ repair: true }),
  dedupe: (g) => {
    const { vault } = g;
    const who = { root: vault, given: vault, host: "test", pid: 1 };
    return dedupe(g.ports(), { ...who, dryRun: false, mode: "link", reflink: false });
  },
  again: (_, work) => work().catch(() => {}),
};

/** What is said of any of that against the vault: no record is called lost. */
function saidOf(g: Grown): unknown[] {
  const fair = /repaired what the interrupted run|broke off(; what it removed| while it forgot)/;
  return g.messages.filter((m) =>
    m.message_type === "error" || m.message_type === "note" && !fair.test(String(m.message))
  );
}

for (const [command, work] of Object.entries(WORK)) {
  Deno.test(`${command}, killed at any step: this machine answers as one without an index, and brings nothing back`, async () => {
    using g = new Grown();
    const stamps = await grow(g);
    g.list();
    using before = new Moment(g, "before");
    for (let at = 0, dead = true; dead; at += STRIDE) {
      before.back();
      const dying = stepping(at);
      await work(g.day(5), stamps, dying.around).catch((error) => {
        if (!(error instanceof Killed) && !dying.dead) throw error;
      });
      dead = dying.dead;
      const records = names(join(g.vault, META, "runs"));
      using killed = new Moment(g, "killed");
      for (const [next, doNext] of Object.entries(NEXT)) {
        killed.back();
        await doNext(g.day(6), () => work(g, stamps));
        assertEquals(saidOf(g), [], `step ${at}, ${next}`);
        const here = await answers(g, stamps);
        assertEquals(here, await elsewhere(g, stamps), `step ${at}, ${next}`);
        const now = names(join(g.vault, META, "runs")).filter((name) => name <= "20260506_120000");
        assertEquals(now.filter((name) => !records.includes(name)), [], `step ${at}, ${next}`);
        if (next !== "nothing") g.assertSound();
      }
    }
  });
}

Deno.test("what another machine forgot is not lost to this one, at once and later", async () => {
  using g = new Grown();
  const stamps = await grow(g);
  const back = setIndexAside(g.vault);
  await g.prune({ policy: { last: 2 } });
  const records = names(join(g.vault, META, "runs"));
  assert(!records.includes(`${stamps[2]}.jsonl`), "a record went");
  const there = await answers(g, stamps);
  back();
  assertEquals(await answers(g, stamps), there);
  g.assertSound();
  await g.day(6).backup();
  g.assertSound();
});

Deno.test("a run that an index calls lost although it was forgotten is called so no more", async () => {
  using g = new Grown();
  const stamps = await grow(g);
  const copy = `${g.path}/copy`;
  copyTree(g.vault, copy);
  // lost first, and forgotten by a prune of the copy where it was there
  Deno.removeSync(join(g.vault, META, "runs", `${stamps[2]}.jsonl`));
  g.list();
  assert(g.messages.some((m) => m.message_type === "error"));
  removeTree(g.vault);
  Deno.renameSync(copy, g.vault);
  const back = setIndexAside(g.vault);
  await g.prune({ policy: { last: 2 } });
  back();
  g.assertSound();
});

Deno.test("a prune that broke off is told with the snapshots that it was forgetting", async () => {
  using g = new Grown();
  const stamps = await grow(g);
  // its record is begun, and not ended
  const dying = stepping(18);
  await g.prune({ policy: { last: 2 } }, dying.around).catch(() => {});
  assert(dying.dead);
  g.list();
  const said = g.messages.flatMap((m) => m.message_type === "note" ? [String(m.message)] : []);
  assertEquals(said, [
    `a prune broke off while it forgot 3 snapshots (${stamps[0]} … ${
      stamps[2]
    }): they may lack files, or be listed no more, until the prune is run again`,
  ]);
  await g.prune({ policy: { last: 2 } });
  g.assertSound();
  assertEquals(g.list().map((s) => s.stamp), stamps.slice(3));
});
