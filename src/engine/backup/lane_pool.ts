/** Shares a pass over the source between the engine's own lane and lanes in other threads. @module */

import { fromPlainError, HikaeError } from "../../base/errors.ts";
import type { Monotonic } from "../../base/clock.ts";
import type { Emit } from "../../base/event.ts";
import type { EnginePorts } from "../ports.ts";
import { type AskFilter, runFiltered } from "../source/filtered.ts";
import type { Lane } from "./lane.ts";
import {
  addFindings,
  type LaneFindings,
  noFindings,
  type Phase,
  runTasks,
  type Task,
} from "./lane_loop.ts";
import type { WorkSharing } from "./work_sharing.ts";
import type { LaneSetup } from "./make_lane.ts";
import { isSecondary, unpackFailure } from "./lane_failure.ts";
import type { BatchAnswer, FileBatch } from "./copy/file_batch.ts";
import { type Done, PendingBatches } from "./copy/pending_batches.ts";
import type { FromLane, LanePorts } from "./lane_messages.ts";
import type { BackupRun } from "./backup_run.ts";
import type { LaneVault } from "./lane_vault.ts";

/** What a pool works on. */
export interface PoolWork {
  /** The lane of the engine's own thread. */
  own: Lane;
  /** The vaults in that lane, and their runs, in one order. */
  runs: readonly LaneVault[];
  sessions: readonly BackupRun[];
  /** What the other lanes are made of. */
  setup: LaneSetup;
  ask: AskFilter | undefined;
}

/** All lanes of a backup. */
export class LanePool {
  readonly #own: Lane;
  readonly #runs: readonly LaneVault[];
  readonly #sessions: readonly BackupRun[];
  readonly #remote: LanePorts | undefined;
  readonly #emit: Emit;
  readonly #monotonic: Monotonic;
  readonly #ask: AskFilter | undefined;
  readonly #parts = new PendingBatches();
  #waiting: Task[] = [];
  #busy = new Set<number>();
  #phase: Phase = "look";
  #found: LaneFindings;
  #broken: HikaeError | undefined;
  #wake: () => void = () => {};
  #ended = 0;
  #ownBusy = false;
  /** Nothing more is given to any lane. */
  #over = false;

  /** The engine's lane, and others if `ports` have any. */
  constructor(
    { own, runs, sessions, setup, ask }: PoolWork,
    { lanes, emit, monotonic }: Pick<EnginePorts, "lanes" | "emit" | "monotonic">,
  ) {
    this.#own = own;
    this.#runs = runs;
    this.#sessions = sessions;
    this.#remote = lanes;
    this.#emit = emit;
    this.#monotonic = monotonic;
    this.#ask = ask;
    this.#found = noFindings(runs.length);
    lanes?.lines.forEach((line, i) => {
      line.receive((message) => this.#receive(i, message as FromLane));
      line.send({ kind: "setup", setup });
    });
  }

  /** Goes through `tasks` and all that they lead to; gives what a look found. */
  async pass(phase: Phase, tasks: Task[]): Promise<LaneFindings> {
    this.#phase = phase;
    this.#found = noFindings(this.#runs.length);
    this.#remote?.wishes.clear();
    this.#waiting = this.#sendHome(tasks);
    this.#spread();
    for (;;) {
      const part = this.#parts.takeOwn();
      const own = part === undefined
        ? this.#waiting.splice(0, Math.ceil(this.#waiting.length / 2))
        : [];
      if (part !== undefined) await this.#occupied(() => part(this.#own));
      else if (own.length > 0) await this.#occupied(() => this.#runOwn(own));
      else if (this.#busy.size === 0) break;
      else await this.#sleep();
      if (this.#broken !== undefined) throw this.#broken;
    }
    return this.#found;
  }

  /** Does something in this thread's lane, which is not free meanwhile. */
  async #occupied(work: () => Promise<void>): Promise<void> {
    this.#ownBusy = true;
    await work();
    this.#ownBusy = false;
  }

  #runOwn(tasks: readonly Task[]): Promise<void> {
    const neighbours = this.#neighbours();
    if (this.#ask === undefined) {
      return runTasks(this.#own, this.#phase, tasks, neighbours, this.#found);
    }
    const pass = { phase: this.#phase, ask: this.#ask, neighbours };
    return runFiltered(this.#own, tasks, pass, this.#found);
  }

  #neighbours(): WorkSharing {
    const remote = this.#remote;
    const line = remote?.lines[0];
    if (remote === undefined || line === undefined) {
      return {
        takeWish: () => false,
        give: () => {},
        share: () => Promise.resolve(undefined),
        monotonic: this.#monotonic,
      };
    }
    return {
      takeWish: () => remote.wishes.claimIdle(),
      give: (given) => {
        for (const task of given) this.#waiting.push(task);
        this.#spread();
      },
      share: (part) => {
        const { promise, resolve } = Promise.withResolvers<BatchAnswer | undefined>();
        this.#share(part, resolve);
        return promise;
      },
      yieldToMessages: () => line.yieldToMessages(),
      monotonic: this.#monotonic,
    };
  }

  /** Sends directories that were looked at to the lanes that did: they may remember them. Gives the others. */
  #sendHome(tasks: readonly Task[]): Task[] {
    const homes = new Map<number, Task[]>();
    const rest: Task[] = [];
    for (const task of tasks) {
      const list = task.lane === undefined ? rest : homes.get(task.lane) ?? [];
      list.push(task);
      if (task.lane !== undefined) homes.set(task.lane, list);
    }
    for (const [lane, home] of homes) this.#send(lane, home);
    return rest;
  }

  #send(lane: number, tasks: Task[]): void {
    this.#busy.add(lane);
    this.#remote?.lines[lane]?.send({ kind: "work", phase: this.#phase, tasks, out: this.#out() });
  }

  /** Gives waiting tasks to lanes that have none, and says how many more wish for some. */
  #spread(): void {
    const idle = this.#remote?.lines.map((_, i) => i).filter((i) => !this.#busy.has(i)) ?? [];
    for (const [n, i] of idle.entries()) {
      // one share stays for the engine's own lane unless it has work
      const lanes = idle.length - n + (this.#ownBusy ? 0 : 1);
      const share = Math.floor(this.#waiting.length / lanes);
      const tasks = this.#waiting.splice(this.#waiting.length - share, share);
      if (tasks.length === 0) this.#remote?.wishes.announceIdle();
      else this.#send(i, tasks);
    }
  }

  /** Gives a part of a directory to a lane that is free; `done` is told what came of it. */
  #share(part: FileBatch, done: Done): void {
    const lane = this.#remote?.lines.findIndex((_, i) => !this.#busy.has(i)) ?? -1;
    const line = this.#remote?.lines[lane];
    if (this.#over) done(undefined);
    else if (line !== undefined) {
      this.#busy.add(lane);
      const id = this.#parts.add(lane, done);
      line.send({ kind: "part", id, part, out: this.#out() });
    } else if (!this.#ownBusy && this.#parts.giveOwn(part, done)) this.#wake();
    else {
      // a wish that was left over from a lane that has work by now
      this.#remote?.wishes.clear();
      done(undefined);
    }
  }

  /** The vaults that no lane may write into any more: what stopped them happened in this thread. */
  #out(): number[] {
    return this.#runs.flatMap((run, i) => run.failed === undefined ? [] : [i]);
  }

  async #sleep(): Promise<void> {
    this.#remote?.wishes.announceIdle();
    await new Promise<void>((resolve) => this.#wake = resolve);
  }

  #receive(lane: number, message: FromLane): void {
    if (message.kind === "output") this.#take(message);
    else if (message.kind === "give") {
      for (const task of message.tasks) this.#waiting.push(task);
    } else if (message.kind === "share") {
      const line = this.#remote?.lines[lane];
      this.#share(
        message.part,
        (answer) => line?.send({ kind: "fetched", id: message.id, answer }),
      );
    } else if (message.kind === "fetched") {
      this.#busy.delete(lane);
      this.#parts.end(message.id, message.answer);
      this.#remote?.wishes.announceIdle();
    } else if (message.kind === "idle") {
      this.#busy.delete(lane);
      const changed = message.found.changed.map((dir) => ({ ...dir, lane }));
      addFindings(this.#found, { ...message.found, changed });
      // it is given something only with what comes next: a wish tells the others
      this.#remote?.wishes.announceIdle();
    } else if (message.kind === "ended") this.#end(message);
    else {
      this.#busy.delete(lane);
      this.#parts.drop(lane);
      this.#broken ??= fromPlainError(message.error);
    }
    if (this.#waiting.length > 0 && !this.#over) this.#spread();
    this.#wake();
  }

  #take(message: Extract<FromLane, { kind: "output" }>): void {
    message.outputs.forEach((output, i) => {
      const session = this.#sessions[i];
      const run = this.#runs[i];
      try {
        if (output.record !== "") session?.record(output.record);
        for (const { dir, row } of output.scan) session?.scan(dir, row);
      } catch (error) {
        // no room for the record: that vault's part is over, not the run
        if (run !== undefined) run.failed ??= error;
      }
    });
    for (const m of message.messages) this.#emit(m);
  }

  #end(message: Extract<FromLane, { kind: "ended" }>): void {
    this.#ended++;
    this.#sessions.forEach((session, i) => {
      const counts = message.counts[i];
      if (counts !== undefined) session.add(counts);
      session.special.push(...message.special[i] ?? []);
      const failed = message.failed[i];
      if (failed !== undefined && isSecondary(session.failed)) {
        const own = this.#runs[i]?.failed;
        session.failed = isSecondary(own) ? unpackFailure(failed) : own;
      }
    });
  }

  /** Waits until no lane works any more, after the run was cancelled. */
  async quiesce(): Promise<void> {
    this.#over = true;
    this.#parts.dropOwn();
    while (this.#busy.size > 0) await new Promise<void>((resolve) => this.#wake = resolve);
    for (const line of this.#remote?.lines ?? []) line.send({ kind: "drop" });
  }

  /** Ends the lanes: everything that they did is told and flushed when this resolves. */
  async end(): Promise<void> {
    const lines = this.#remote?.lines ?? [];
    for (const line of lines) line.send({ kind: "end" });
    while (this.#ended < lines.length && this.#broken === undefined) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    if (this.#broken !== undefined) throw this.#broken;
  }
}
