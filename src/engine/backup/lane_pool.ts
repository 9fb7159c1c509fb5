/** A backup on a pool: the engine's own lane, and what lanes in other threads tell. @module */

import type { Emit } from "../../base/event.ts";
import { threadsWorth } from "../crew/crew.ts";
import { Pool, type PoolHost } from "../crew/pool.ts";
import type { EnginePorts } from "../ports.ts";
import type { BackupRun } from "./backup_run.ts";
import { type AskFilter, runFiltered } from "./filtered.ts";
import { filesWork, type Lane } from "./lane.ts";
import { addFindings, type LaneFindings, noFindings } from "./look_result.ts";
import { runTasks } from "./run_tasks.ts";
import { unpackFailure } from "./failures.ts";
import type { LaneBrief, LaneJob } from "./lane_job.ts";
import type { LaneVault } from "./lane_vault.ts";
import type { LaneSetup } from "./make_lane.ts";
import type { BatchAnswer, FileBatch, LaneSharing, Phase, Task } from "./lane_task.ts";

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

/** The pool of a backup: the engine's lane, and others if `ports` have any. */
export function lanePool(
  work: PoolWork,
  ports: Pick<EnginePorts, "lanes" | "emit" | "monotonic">,
): Pool<LaneJob> {
  return new Pool<LaneJob>(new LaneHost(work, ports.emit), work.setup, ports);
}

class LaneHost implements PoolHost<LaneJob> {
  readonly #work: PoolWork;
  readonly #emit: Emit;

  constructor(work: PoolWork, emit: Emit) {
    this.#work = work;
    this.#emit = emit;
  }

  run(
    phase: Phase,
    tasks: readonly Task[],
    neighbours: LaneSharing,
    found: LaneFindings,
  ): Promise<void> {
    const { own, ask } = this.#work;
    return ask === undefined
      ? runTasks(own, phase, tasks, neighbours, found)
      : runFiltered(own, tasks, { phase, ask, neighbours }, found);
  }

  fetch(part: FileBatch): Promise<BatchAnswer> {
    return this.#work.own.fetch(part);
  }

  /** The vaults that no lane may write into any more: what stopped them happened in this thread. */
  brief(): LaneBrief {
    const { runs, own } = this.#work;
    return {
      out: runs.flatMap((run, i) => run.failed === undefined ? [] : [i]),
      umask: own.context.read.umask,
    };
  }

  workOf(tasks: readonly Task[]): number {
    return workOf(tasks);
  }

  /** What is looked at far away is seen ahead by a few. */
  worth(work: number, phase?: Phase): number {
    if (phase === "look") return 0;
    return phase === "writeAll" ? Infinity : threadsWorth(work);
  }

  noFindings(): LaneFindings {
    return noFindings(this.#work.runs.length);
  }

  addFindings(sum: LaneFindings, more: LaneFindings, lane: number): void {
    addFindings(sum, { ...more, changed: more.changed.map((dir) => ({ ...dir, lane })) });
  }

  /** A directory that was looked at goes to the lane that did: it may remember it. */
  homeOf({ lane }: Task): number | undefined {
    return lane;
  }

  take({ outputs, messages }: LaneJob["output"]): void {
    outputs.forEach((output, i) => {
      const session = this.#work.sessions[i];
      try {
        if (output.record !== "") session?.record(output.record);
        for (const { dir, row } of output.scan) session?.scan(dir, row);
      } catch (error) {
        // no room for the record: that vault's part is over, not the run
        if (session !== undefined) session.failed ??= error;
      }
    });
    for (const m of messages) this.#emit(m);
  }

  ended(end: LaneJob["end"]): void {
    this.#work.sessions.forEach((session, i) => {
      const tally = end[i];
      if (tally === undefined) return;
      const { failed, ...counted } = tally;
      session.add({
        ...counted,
        failed: failed === undefined ? undefined : unpackFailure(failed),
      });
    });
  }
}

/** The work of writing directories, and those after them. */
function workOf(tasks: readonly Task[]): number {
  let work = 0;
  for (const { files = 0, then = [] } of tasks) work += 1 + filesWork(files) + workOf(then);
  return work;
}
