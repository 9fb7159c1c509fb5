/** The crew: pieces for idle threads, whatever the work is. Members here are made of functions. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { HikaeError } from "../../src/base/errors.ts";
import { Crew } from "../../src/engine/crew/crew.ts";
import { serveMember } from "../../src/engine/crew/member.ts";
import { Pool, type PoolHost, type PoolTrade, type PoolTypes } from "../../src/engine/crew/pool.ts";
import { type PoolWorker, servePool } from "../../src/engine/crew/pool_member.ts";
import { foresight } from "../../src/engine/backup/run_tasks.ts";
import type { Trade } from "../../src/engine/crew/trade.ts";
import { workOff, workOffAtOnce } from "../../src/engine/crew/work_sharing.ts";
import { enginePorts } from "../helpers/engine_helper.ts";
import { lanesOf } from "../helpers/lanes_helper.ts";

/** Adds a number to what each piece says; asks for one on the way when a piece is odd. */
interface Adding extends Trade {
  setup: number;
  piece: number;
  result: number;
  news: string;
  question: number;
  answer: number;
  end: string;
}

/** Counts which seats began. */
function adding(seats: number): { ports: ReturnType<typeof lanesOf>; begun: number[] } {
  const begun: number[] = [];
  let seat = 0;
  const ports = lanesOf<Adding>(
    Array.from({ length: seats }, () => enginePorts()),
    (_, line) => {
      const own = seat++;
      serveMember<Adding>(line, (setup, engine) => {
        begun.push(own);
        return {
          work: async (piece) => {
            engine.report(`at ${piece}`);
            if (piece < 0) throw new HikaeError("failed", "below nothing");
            return piece + setup + (piece % 2 === 1 ? await engine.ask(piece) : 0);
          },
          end: () => `ended ${own}`,
          drop: () => {},
        };
      });
    },
  );
  return { ports, begun };
}

Deno.test("crew: a member begins when there is a piece for it, and only who began is ended", async () => {
  const { ports, begun } = adding(3);
  const ends: string[] = [];
  const crew = new Crew<Adding>(ports, { setup: 10, host: { ended: (end) => ends.push(end) } });
  const results: (number | undefined)[] = [];
  for (const piece of [2, 4, 6]) {
    const [member] = crew.free();
    assert(member !== undefined);
    crew.give(member, piece, (result) => results.push(result));
    await crew.settle();
  }
  // one that works already is given work before one that would begin
  assertEquals(begun, [0]);
  assertEquals(results, [12, 14, 16]);
  for (const member of crew.free().slice(0, 2)) crew.give(member, 0, () => {});
  await crew.end();
  assertEquals(begun, [0, 1]);
  assertEquals(ends.sort(), ["ended 0", "ended 1"]);
});

Deno.test("crew: a member has as many pieces as it may, and tells and asks while it works", async () => {
  const { ports } = adding(1);
  const news: string[] = [];
  const crew = new Crew<Adding>(ports, {
    setup: 0,
    ahead: 2,
    host: { news: (said) => news.push(said), question: (n) => Promise.resolve(n * 100) },
  });
  const results: (number | undefined)[] = [];
  crew.give(0, 1, (result) => results.push(result));
  assertEquals(crew.free(), [0]);
  crew.give(0, 3, (result) => results.push(result));
  assertEquals([crew.free(), crew.isBusy], [[], true]);
  await crew.settle();
  assertEquals([crew.free(), crew.isBusy], [[0], false]);
  assertEquals([results, news], [[101, 303], ["at 1", "at 3"]]);
});

Deno.test("crew: who waits for a member that broke goes on without, and the end says what broke it", async () => {
  const { ports } = adding(1);
  const crew = new Crew<Adding>(ports, { setup: 0, host: {}, ahead: 2 });
  const results: (number | undefined)[] = [];
  crew.give(0, -1, (result) => results.push(result));
  crew.give(0, 2, (result) => results.push(result));
  await crew.settle();
  assertEquals(results, [undefined, undefined]);
  await assertRejects(() => crew.end(), HikaeError, "below nothing");
});

Deno.test("crew: a question that the engine cannot answer fails in the member that asked", async () => {
  const { ports } = adding(1);
  const refuse = (): Promise<number> => Promise.reject(new HikaeError("failed", "no answer"));
  const crew = new Crew<Adding>(ports, { setup: 0, host: { question: refuse } });
  crew.give(0, 1, () => {});
  await crew.settle();
  assertEquals(crew.broken?.message, "no answer");
});

Deno.test("crew: without seats nobody is free, and the end comes at once", async () => {
  const crew = new Crew<Adding>(undefined, { setup: 0, host: {} });
  assertEquals([crew.size, crew.free(), crew.isBusy], [0, [], false]);
  await crew.yieldToMessages();
  await crew.end();
});

/** A task is a number: it is counted, and leads to all that is left of it when it is halved. Parts are squared. */
interface Halving extends PoolTypes {
  setup: string;
  task: number;
  phase: "count";
  found: number[];
  part: number;
  fetched: number;
  brief: string;
  output: number[];
  end: number;
}

type Others = Parameters<PoolHost<Halving>["run"]>[2];

/** Works off tasks; the largest of all has a part done elsewhere where somebody is idle. */
async function halve(tasks: readonly number[], others: Others, found: number[]): Promise<void> {
  await workOff(tasks, others, async (n, inside) => {
    found.push(n);
    if (n === 7 && inside.claimIdle()) found.push(-(await inside.share(n) ?? 0));
    await new Promise((resolve) => setTimeout(resolve, 0));
    return n > 1 ? [n >> 1, n - (n >> 1)] : [];
  });
}

/** A pool over members that do the same; gives also what each member did. */
function halving(
  members: number,
  more: Partial<PoolHost<Halving>> & { begun?: number } = {},
): { pool: Pool<Halving>; done: number[]; briefs: Set<string>; ends: number[] } {
  const done: number[] = Array.from({ length: members }, () => 0);
  const briefs = new Set<string>();
  const ends: number[] = [];
  let seat = 0;
  const lanes = lanesOf<PoolTrade<Halving>>(
    Array.from({ length: members }, () => enginePorts()),
    ({ monotonic }, line, board) => {
      const own = seat++;
      const worker: PoolWorker<Halving> = {
        heed: (brief) => void briefs.add(brief),
        run: async (_, tasks, others) => {
          const found: number[] = [];
          await halve(tasks, others, found);
          done[own] = (done[own] ?? 0) + found.length;
          return found;
        },
        fetch: (part) => Promise.resolve(part * part),
        isFull: false,
        take: () => [],
        end: () => Promise.resolve(done[own] ?? 0),
        drop: () => {},
      };
      servePool<Halving>({ line, board, monotonic }, () => worker);
    },
  );
  const host: PoolHost<Halving> = {
    run: (_, tasks, others, found) => halve(tasks, others, found),
    fetch: (part) => Promise.resolve(part * part),
    brief: () => "told",
    noFindings: () => [],
    addFindings: (sum, more) => void sum.push(...more),
    homeOf: () => undefined,
    take: () => {},
    ended: (end) => void ends.push(end),
    ...more,
  };
  let now = 0;
  const seats = more.begun === undefined ? lanes : { ...lanes, begun: more.begun };
  const ports = { ...(members === 0 ? {} : { lanes: seats }), monotonic: () => now += 10 };
  return { pool: new Pool<Halving>(host, "halves", ports), done, briefs, ends };
}

/** What one alone finds. */
function halvesOf(n: number): number[] {
  return n > 1 ? [n, ...halvesOf(n >> 1), ...halvesOf(n - (n >> 1))] : [n];
}

Deno.test("pool: each task is done once, however many share them, and idle members get a share", async () => {
  for (const members of [0, 1, 3]) {
    const { pool, done, briefs, ends } = halving(members);
    const found = await pool.pass("count", [200]);
    const tasks = found.filter((n) => n > 0).sort((a, b) => a - b);
    assertEquals(tasks, halvesOf(200).sort((a, b) => a - b), `${members} members`);
    assert(done.every((n) => n > 20), `of ${members} members: ${done}`);
    // a part is done elsewhere, or by nobody
    assert(found.every((n) => n > 0 || n === -49 || n === 0), `${found}`);
    await pool.end();
    assertEquals([[...briefs], ends.length], [members === 0 ? [] : ["told"], members]);
  }
});

Deno.test("pool: as many begin as the work is worth, and more when somebody finds more of it", async () => {
  for (const [work, found, begin] of [[0, 0, 1], [2, 0, 2], [2, 2, 4], [100, 0, 4]] as const) {
    let told = found;
    const { pool, ends } = halving(4, {
      begun: 1,
      workOf: () => work,
      worth: (all) => all,
      run: (_, tasks, others, sum) => {
        others.found(told);
        told = 0;
        return halve(tasks, others, sum);
      },
    });
    const all = await pool.pass("count", [200]);
    assertEquals(all.filter((n) => n > 0).length, halvesOf(200).length);
    await pool.end();
    assertEquals(ends.length, begin, `${work} and ${found}`);
  }
});

Deno.test("pool: several tasks of one may wait at once, and what one throws is thrown when none is under way", async () => {
  const found: number[] = [];
  let [under, most] = [0, 0];
  const others = { claimIdle: () => false, give: () => {}, found: () => {}, monotonic: () => 0 };
  const share = (): Promise<undefined> => Promise.resolve(undefined);
  const count = (fails: number): Promise<void> =>
    workOffAtOnce<number, number, number>(3, [50], { ...others, share }, async (n) => {
      most = Math.max(most, ++under);
      found.push(n);
      await new Promise((resolve) => setTimeout(resolve, 0));
      under--;
      if (n === fails) throw new HikaeError("failed", "no more");
      return n > 1 ? [n >> 1, n - (n >> 1)] : [];
    });
  await count(-1);
  assertEquals([found.sort((a, b) => a - b), most], [halvesOf(50).sort((a, b) => a - b), 3]);
  await assertRejects(() => count(12), HikaeError, "no more");
  assertEquals(under, 0);
});

Deno.test("pool: what one of several tasks throws while nobody waits for it is thrown all the same", async () => {
  const letIn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
  let now = 0;
  const others = {
    claimIdle: () => false,
    give: () => {},
    found: () => {},
    share: () => Promise.resolve(undefined),
    // each look at the clock is a stretch of its own, so messages are let in after each task that begins
    monotonic: () => now += 1_000,
    yieldToMessages: letIn,
  };
  for (const fails of [1, 2, 3]) {
    const done: number[] = [];
    await assertRejects(
      () =>
        workOffAtOnce<number, number, number>(2, [1, 2, 3, 4], others, async (n) => {
          await Promise.resolve();
          if (n === fails) throw new HikaeError("failed", "no more");
          done.push(n);
          return [];
        }),
      HikaeError,
      "no more",
    );
    assertEquals(done, [1, 2, 3, 4].slice(0, fails - 1));
  }
});

Deno.test("crew: seats without a thread get one when work is worth it, or one after another when it is foreseen", () => {
  const { ports, begun } = adding(4);
  const crew = new Crew<Adding>({ ...ports, begun: 2 }, { setup: 0, host: {} });
  crew.open(0);
  assertEquals(crew.free(), [0, 1]);
  crew.open(3);
  assertEquals(crew.free(), [0, 1, 2]);
  crew.open(Infinity);
  assertEquals(crew.free(), [0, 1, 2, 3]);
  crew.open(0);
  for (const most of [1, 2, 2, 2, 3]) crew.getReady(most);
  // who has begun stays one of them
  assertEquals(crew.free(), [0, 1, 2]);
  assertEquals(begun, []);
});

Deno.test("crew: the work that a look foresees is counted once for each directory, however often it is told", () => {
  let asked = 0;
  const changed = Array.from({ length: 100 }, (_, i) => ({
    path: `d${i}`,
    gone: [],
    get files() {
      asked++;
      return 2;
    },
  }));
  const found = { changed: changed.slice(0, 40) };
  const told: number[] = [];
  const foresee = foresight({ foresee: (work) => told.push(work) }, found);
  foresee();
  found.changed.push(...changed.slice(40));
  for (let n = 0; n < 10; n++) foresee();
  assertEquals([told[0], told.at(-1), asked], [80, 200, 100]);
});
