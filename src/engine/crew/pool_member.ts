/** A thread's end of a pool. @module */

import type { Monotonic } from "../../base/clock.ts";
import type { Board, MemberEnd } from "./line.ts";
import { type Member, serveMember, type ToEngine } from "./member.ts";
import type { PoolSharing, PoolTrade, PoolTypes } from "./pool.ts";

/** Who does the work of a pool in a thread of its own. */
export interface PoolWorker<J extends PoolTypes> {
  /** What it must know before a piece of work. */
  heed(brief: J["brief"]): void;
  /** Works off tasks; gives what was found. */
  run(
    phase: J["phase"],
    tasks: readonly J["task"][],
    others: PoolSharing<J>,
  ): Promise<J["found"]>;
  /** Does a part of a task that another one is at. */
  fetch(part: J["part"]): Promise<J["fetched"]>;
  /** True when it made so much that it is to be reported at once. */
  readonly isFull: boolean;
  /** What it made since it was asked last. */
  take(): J["output"];
  /** Ends its part: everything is done and flushed when this resolves. */
  end(): Promise<J["end"]>;
  /** Lets everything go: the work broke off. */
  drop(): void;
}

/** Serves the engine of a pool over `line`, with the worker that `make` makes of its setup, and that may report its output at any time. */
export function servePool<J extends PoolTypes>(
  { line, board, monotonic }: { line: MemberEnd<PoolTrade<J>>; board: Board; monotonic: Monotonic },
  make: (setup: J["setup"], report: () => void) => PoolWorker<J>,
): void {
  serveMember<PoolTrade<J>>(line, (setup, engine) => {
    const worker: PoolWorker<J> = make(setup, () => reportOutput(worker, engine));
    return memberOf(worker, engine, othersOf(worker, engine, board, monotonic));
  });
}

function reportOutput<J extends PoolTypes>(
  worker: PoolWorker<J>,
  engine: ToEngine<PoolTrade<J>>,
): void {
  engine.report({ output: worker.take() });
}

function othersOf<J extends PoolTypes>(
  worker: PoolWorker<J>,
  engine: ToEngine<PoolTrade<J>>,
  board: Board,
  monotonic: Monotonic,
): PoolSharing<J> {
  return {
    claimIdle: () => {
      if (worker.isFull) reportOutput(worker, engine);
      return board.claimIdle();
    },
    give: (given) => engine.report({ given: [...given] }),
    share: (part) => engine.ask(part),
    found: (work) => engine.report({ work }),
    yieldToMessages: () => engine.yieldToMessages(),
    monotonic,
  };
}

function memberOf<J extends PoolTypes>(
  worker: PoolWorker<J>,
  engine: ToEngine<PoolTrade<J>>,
  others: PoolSharing<J>,
): Member<PoolTrade<J>> {
  return {
    work: async (piece) => {
      worker.heed(piece.brief);
      if (piece.do === "part") return { of: "part", fetched: await worker.fetch(piece.part) };
      const found = await worker.run(piece.phase, piece.tasks, others);
      reportOutput(worker, engine);
      return { of: "tasks", found };
    },
    end: async () => {
      const end = await worker.end();
      reportOutput(worker, engine);
      return end;
    },
    drop: () => worker.drop(),
  };
}
