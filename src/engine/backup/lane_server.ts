/** A lane in a thread of its own: takes tasks from the engine, sends back what it did. @module */

import { HikaeError } from "../../base/errors.ts";
import type { Message } from "../../base/event.ts";
import type { Board, MemberEnd } from "../crew/line.ts";
import { type PoolWorker, servePool } from "../crew/pool_member.ts";
import type { EnginePorts } from "../ports.ts";
import { type AskFilter, askFilter, runFiltered } from "./filtered.ts";
import { Flusher, openFiles } from "./copy/flusher.ts";
import { Lane } from "./lane.ts";
import { type LaneFindings, noFindings } from "./look_result.ts";
import { runTasks } from "./run_tasks.ts";
import { EndedElsewhere, packFailure } from "./failures.ts";
import type { LaneBrief, LaneJob, LaneTrade } from "./lane_job.ts";
import type { LaneVault } from "./lane_vault.ts";
import { laneContext, type LaneSetup, openRun } from "./make_lane.ts";
import { RemoteSink } from "./remote_sink.ts";
import type { BatchAnswer, FileBatch, LaneSharing, Phase, Task } from "./lane_task.ts";

/** Serves one backup over `line`, until the engine says that it is over. */
export function serveLane(base: EnginePorts, line: MemberEnd<LaneTrade>, board: Board): void {
  servePool<LaneJob>(
    { line, board, monotonic: base.monotonic },
    (setup, report) => new LaneWorker(base, setup, board, report),
  );
}

class LaneWorker implements PoolWorker<LaneJob> {
  #messages: Message[] = [];
  readonly #sinks: RemoteSink[];
  readonly #runs: LaneVault[];
  readonly #lane: Lane;
  readonly #ask: AskFilter | undefined;

  constructor(base: EnginePorts, setup: LaneSetup, board: Board, report: () => void) {
    const ports: EnginePorts = { ...base, emit: (m) => void this.#messages.push(m) };
    const { filtered, flush, windows } = setup.request;
    const room = openFiles(setup.lanes, setup.vaults.length);
    this.#sinks = setup.vaults.map(({ far }) =>
      new RemoteSink(new Flusher(ports, flush, windows, room, far), report)
    );
    this.#runs = this.#sinks.map((sink, i) => openRun(ports, setup, i, sink));
    this.#lane = new Lane(laneContext(ports, setup, this.#runs, board));
    this.#ask = filtered ? askFilter(base) : undefined;
  }

  /** Vaults into which nothing more is written, and how new files come to their modes. */
  heed({ out, umask }: LaneBrief): void {
    this.#lane.context.read.umask = umask;
    for (const i of out) {
      const run = this.#runs[i];
      if (run !== undefined) run.failed ??= new EndedElsewhere();
    }
  }

  async run(
    phase: Phase,
    tasks: readonly Task[],
    neighbours: LaneSharing,
  ): Promise<LaneFindings> {
    const found = noFindings(this.#runs.length);
    const ask = this.#ask;
    if (ask === undefined) await runTasks(this.#lane, phase, tasks, neighbours, found);
    else await runFiltered(this.#lane, tasks, { phase, ask, neighbours }, found);
    return found;
  }

  fetch(part: FileBatch): Promise<BatchAnswer> {
    return this.#lane.fetch(part);
  }

  get isFull(): boolean {
    return this.#messages.length > 0 || this.#sinks.some((sink) => sink.isLong);
  }

  take(): LaneJob["output"] {
    const messages = this.#messages;
    this.#messages = [];
    return { outputs: this.#sinks.map((s) => s.take()), messages };
  }

  async end(): Promise<LaneJob["end"]> {
    const runs = this.#runs;
    for (const [i, run] of runs.entries()) {
      try {
        await this.#sinks[i]?.flusher.settle();
      } catch (error) {
        run.failed ??= error;
      }
      run.catalog?.close();
    }
    return this.#sinks.map(({ tally: { counts, special, failed, blocks } }) => ({
      counts,
      special,
      blocks,
      failed: failed === undefined ? undefined : packFailure(asFailed(failed)),
    }));
  }

  drop(): void {
    for (const sink of this.#sinks.splice(0)) sink.flusher.drop();
    for (const run of this.#runs.splice(0)) {
      try {
        run.catalog?.close();
      } catch {
        // it was closed before
      }
    }
  }
}

function asFailed(error: unknown): HikaeError {
  return error instanceof HikaeError
    ? error
    : new HikaeError("failed", error instanceof Error ? error.message : String(error));
}
