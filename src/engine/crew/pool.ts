/**
 * A pool: goes through tasks that lead to more tasks, in the engine's own thread and in all members of its crew. Who has
 * nothing to do says so in shared memory; who has much gives half of it away, or a part of the task that it is at.
 * @module
 */

import type { Monotonic } from "../../base/clock.ts";
import { Crew } from "./crew.ts";
import type { CrewPorts } from "./line.ts";
import type { Trade } from "./trade.ts";
import type { WorkSharing } from "./work_sharing.ts";

/** What a pool works at, by its types; all of it is plain data. */
export interface PoolTypes {
  setup: unknown;
  /** A task, which may lead to more. */
  task: unknown;
  /** Which pass over the tasks it is. */
  phase: unknown;
  /** What passes find. */
  found: unknown;
  /** A part of a task, and what comes of it. */
  part: unknown;
  fetched: unknown;
  /** What a member must know before each piece of work. */
  brief: unknown;
  /** What it made since it last told. */
  output: unknown;
  end: unknown;
}

/** The messages of a pool. */
export interface PoolTrade<J extends PoolTypes> extends Trade {
  setup: J["setup"];
  piece:
    | { do: "tasks"; phase: J["phase"]; tasks: J["task"][]; brief: J["brief"] }
    | { do: "part"; part: J["part"]; brief: J["brief"] };
  result: { of: "tasks"; found: J["found"] } | { of: "part"; fetched: J["fetched"] };
  news: { given: J["task"][] } | { output: J["output"] } | { work: number };
  /** A part for who is free. */
  question: J["part"];
  answer: J["fetched"] | undefined;
  end: J["end"];
}

/** How one stands to the others in a pool. */
export type PoolSharing<J extends PoolTypes> = WorkSharing<J["task"], J["part"], J["fetched"]>;

/** What the engine does of a job, and with what members say. */
export interface PoolHost<J extends PoolTypes> {
  /** Works off tasks in the engine's own thread. */
  run(
    phase: J["phase"],
    tasks: readonly J["task"][],
    others: PoolSharing<J>,
    found: J["found"],
  ): Promise<void>;
  /** Does a part in the engine's own thread. */
  fetch(part: J["part"]): Promise<J["fetched"]>;
  brief(): J["brief"];
  /** How much work tasks are, as far as they tell. */
  workOf?(tasks: readonly J["task"][]): number;
  /**
   * How many threads besides this one so much work of a pass is worth, though they have to be begun; of one that comes,
   * where no phase is given. Any number, if absent.
   */
  worth?(work: number, phase?: J["phase"]): number;
  /** Nothing found yet. */
  noFindings(): J["found"];
  /** Adds what a member found. */
  addFindings(sum: J["found"], more: J["found"], member: number): void;
  /** The member that a task is for; undefined where anybody may take it. */
  homeOf(task: J["task"]): number | undefined;
  /** Takes what a member made. */
  take(output: J["output"]): void;
  ended(end: J["end"]): void;
}

/** Who does a part, and who waits for it. */
interface OwnPart<J extends PoolTypes> {
  part: J["part"];
  done: (fetched: J["fetched"] | undefined) => void;
}

/** The engine's end of a pool. */
export class Pool<J extends PoolTypes> {
  readonly #host: PoolHost<J>;
  readonly #ports: CrewPorts | undefined;
  readonly #monotonic: Monotonic;
  readonly #crew: Crew<PoolTrade<J>>;
  #waiting: J["task"][] = [];
  #phase: J["phase"] | undefined;
  #found: J["found"];
  /** How much work the pass has, as far as anybody told. */
  #work = 0;
  /** A part for the engine's own thread. */
  #own: OwnPart<J> | undefined;
  #ownBusy = false;
  /** Nothing more is given to anybody. */
  #over = false;

  /** A pool of the engine's own thread, and of others if `ports` have any. */
  constructor(
    host: PoolHost<J>,
    setup: J["setup"],
    { lanes, monotonic }: { lanes?: CrewPorts; monotonic: Monotonic },
  ) {
    this.#host = host;
    this.#ports = lanes;
    this.#monotonic = monotonic;
    this.#found = host.noFindings();
    this.#crew = new Crew<PoolTrade<J>>(lanes, {
      setup,
      host: {
        news: (news) => this.#take(news),
        question: (part) => this.#shared(part),
        ended: (end) => host.ended(end),
      },
    });
  }

  /** Goes through `tasks` and all that they lead to; gives what was found. Throws what broke somebody. */
  async pass(phase: J["phase"], tasks: J["task"][]): Promise<J["found"]> {
    this.#phase = phase;
    this.#found = this.#host.noFindings();
    this.#ports?.board.clear();
    this.#work = this.#host.workOf?.(tasks) ?? 0;
    this.#open();
    this.#waiting = this.#sendHome(tasks);
    this.#spread();
    for (;;) {
      const own = this.#own;
      this.#own = undefined;
      const tasks = own === undefined
        ? this.#waiting.splice(0, Math.ceil(this.#waiting.length / 2))
        : [];
      if (own !== undefined) await this.#occupied(() => this.#fetch(own));
      else if (tasks.length > 0) await this.#occupied(() => this.#run(tasks));
      else if (!this.#crew.isBusy) break;
      else await this.#sleep();
      if (this.#crew.broken !== undefined) throw this.#crew.broken;
    }
    return this.#found;
  }

  #open(): void {
    this.#crew.open(this.#host.worth?.(this.#work, this.#phase) ?? Infinity);
  }

  /** The pass has so much more work: more threads may be begun for it, and those who have it are told. */
  #more(work: number): void {
    const before = this.#crew.free().length;
    this.#work += work;
    this.#open();
    const now = this.#crew.free().length;
    for (let n = before; n < now; n++) this.#ports?.board.announceIdle();
  }

  /** Does something in this thread, which is not free meanwhile. */
  async #occupied(work: () => Promise<void>): Promise<void> {
    this.#ownBusy = true;
    await work();
    this.#ownBusy = false;
  }

  #run(tasks: readonly J["task"][]): Promise<void> {
    return this.#host.run(this.#phase, tasks, this.#others(), this.#found);
  }

  /** Who waits for a part is told even if it throws. */
  async #fetch({ part, done }: OwnPart<J>): Promise<void> {
    let fetched: J["fetched"] | undefined;
    try {
      fetched = await this.#host.fetch(part);
    } finally {
      done(fetched);
    }
  }

  #others(): PoolSharing<J> {
    const monotonic = this.#monotonic;
    const board = this.#crew.size === 0 ? undefined : this.#ports?.board;
    if (board === undefined) {
      const share = (): Promise<undefined> => Promise.resolve(undefined);
      return { claimIdle: () => false, give: () => {}, share, found: () => {}, monotonic };
    }
    return {
      claimIdle: () => board.claimIdle(),
      give: (given) => {
        for (const task of given) this.#waiting.push(task);
        this.#spread();
      },
      share: (part) => this.#shared(part),
      foresee: (work) => this.#crew.getReady(this.#host.worth?.(work) ?? Infinity),
      found: (work) => this.#more(work),
      yieldToMessages: () => this.#crew.yieldToMessages(),
      monotonic,
    };
  }

  /** Sends tasks to the members that they are for. Gives the others. */
  #sendHome(tasks: readonly J["task"][]): J["task"][] {
    const homes = new Map<number, J["task"][]>();
    const rest: J["task"][] = [];
    for (const task of tasks) {
      const home = this.#host.homeOf(task);
      const list = home === undefined ? rest : homes.get(home) ?? [];
      list.push(task);
      if (home !== undefined) homes.set(home, list);
    }
    for (const [member, home] of homes) this.#send(member, home);
    return rest;
  }

  #send(member: number, tasks: J["task"][]): void {
    const brief = this.#host.brief();
    this.#crew.give(member, { do: "tasks", phase: this.#phase, tasks, brief }, (result) => {
      if (result?.of === "tasks") this.#host.addFindings(this.#found, result.found, member);
      this.#freed();
    });
  }

  /** A member has done what it had; it is given more only with what comes next, so the others are told. */
  #freed(): void {
    this.#ports?.board.announceIdle();
    this.#spreadWaiting();
  }

  #spreadWaiting(): void {
    if (this.#waiting.length > 0 && !this.#over) this.#spread();
  }

  /** Gives waiting tasks to members that have none, and says how many more have nothing to do. */
  #spread(): void {
    const idle = this.#crew.free();
    for (const [n, member] of idle.entries()) {
      // one share stays for the engine's own thread unless it has work
      const lots = idle.length - n + (this.#ownBusy ? 0 : 1);
      const share = Math.floor(this.#waiting.length / lots);
      const tasks = this.#waiting.splice(this.#waiting.length - share, share);
      if (tasks.length === 0) this.#ports?.board.announceIdle();
      else this.#send(member, tasks);
    }
  }

  /** Gives a part of a task to who is free; undefined when nobody is. */
  #shared(part: J["part"]): Promise<J["fetched"] | undefined> {
    const { promise, resolve } = Promise.withResolvers<J["fetched"] | undefined>();
    const [member] = this.#crew.free();
    if (this.#over) resolve(undefined);
    else if (member !== undefined) {
      this.#crew.give(member, { do: "part", part, brief: this.#host.brief() }, (result) => {
        resolve(result?.of === "part" ? result.fetched : undefined);
        this.#freed();
      });
    } else if (!this.#ownBusy && this.#own === undefined) {
      this.#own = { part, done: resolve };
      this.#crew.wake();
    } else {
      // left over from one who has work by now
      this.#ports?.board.clear();
      resolve(undefined);
    }
    return promise;
  }

  #take(news: PoolTrade<J>["news"]): void {
    if ("output" in news) this.#host.take(news.output);
    else if ("work" in news) this.#more(news.work);
    else for (const task of news.given) this.#waiting.push(task);
    this.#spreadWaiting();
  }

  async #sleep(): Promise<void> {
    this.#ports?.board.announceIdle();
    await this.#crew.change();
  }

  /** Waits until nobody works any more, after the run was cancelled. */
  async quiesce(): Promise<void> {
    this.#over = true;
    this.#own?.done(undefined);
    this.#own = undefined;
    await this.#crew.settle();
    this.#crew.drop();
  }

  /** Ends the members: everything that they did is told and flushed when this resolves. */
  end(): Promise<void> {
    return this.#crew.end();
  }
}
