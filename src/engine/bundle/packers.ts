/** Several packers side by side: the engine's thread and the lanes, a job each. @module */

import { fromPlainError, HikaeError, type PlainError, toPlainError } from "../../base/errors.ts";
import type { PackJob } from "../../bundle/plan.ts";
import type { LaneLine } from "../lane_ports.ts";
import type { EnginePorts } from "../ports.ts";
import {
  type PackedVolume,
  type PackHooks,
  packJob,
  type PackPorts,
  type PackSpec,
} from "./pack.ts";

/** From the engine. */
type ToPacker =
  | { kind: "pack"; spec: PackSpec; job: PackJob }
  | { kind: "begun"; temporary: string }
  | { kind: "taken" }
  | { kind: "failed"; error: PlainError };

/** From a lane. */
type FromPacker =
  | { kind: "begin"; number: number; bytes: number }
  | { kind: "made"; volume: PackedVolume; room: number }
  | { kind: "done" }
  | { kind: "failed"; error: PlainError };

/** Who packs a job. */
type Packer = (job: PackJob, hooks: PackHooks) => Promise<void>;

/** Packs in a lane's thread. */
function packerOf(line: LaneLine, spec: PackSpec): Packer {
  return async (job, hooks) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const send = (message: ToPacker): void => line.send(message);
    const answer = (work: Promise<ToPacker>): void => {
      work.then(send, (error) => send({ kind: "failed", error: toPlainError(error) }));
    };
    line.receive((received) => {
      const message = received as FromPacker;
      if (message.kind === "begin") {
        const { number, bytes } = message;
        answer(hooks.begin(number, bytes).then((temporary) => ({ kind: "begun", temporary })));
      } else if (message.kind === "made") {
        answer(hooks.made(message.volume, message.room).then(() => ({ kind: "taken" })));
      } else if (message.kind === "done") resolve();
      else reject(fromPlainError(message.error));
    });
    send({ kind: "pack", spec, job });
    await promise;
  };
}

/** Serves an engine over `line`. */
export function servePackLane(ports: EnginePorts, line: LaneLine): void {
  let waiting: PromiseWithResolvers<ToPacker> | undefined;
  const ask = async (message: FromPacker): Promise<ToPacker> => {
    waiting = Promise.withResolvers<ToPacker>();
    line.send(message);
    const answer = await waiting.promise;
    if (answer.kind === "failed") throw fromPlainError(answer.error);
    return answer;
  };
  const hooks: PackHooks = {
    begin: async (number, bytes) => {
      const answer = await ask({ kind: "begin", number, bytes });
      return answer.kind === "begun" ? answer.temporary : "";
    },
    made: async (volume, room) => void await ask({ kind: "made", volume, room }),
  };
  line.receive((received) => {
    const message = received as ToPacker;
    if (message.kind !== "pack") return waiting?.resolve(message);
    packJob(ports, message.spec, message.job, hooks).then(
      () => line.send({ kind: "done" }),
      (error) => line.send({ kind: "failed", error: toPlainError(error) }),
    );
  });
}

/** All packers of a bundle. */
export class Packers {
  readonly #idle: Packer[];
  readonly #hooks: PackHooks;
  readonly #running = new Set<Promise<void>>();
  #waiting: (() => void) | undefined;
  #failed: { error: unknown } | undefined;

  constructor(
    ports: PackPorts,
    spec: PackSpec,
    lines: readonly LaneLine[],
    hooks: PackHooks,
  ) {
    const own: Packer = (job, hooks) => packJob(ports, spec, job, hooks);
    this.#idle = [own, ...lines.map((line) => packerOf(line, spec))];
    this.#hooks = hooks;
  }

  /** Hands a job over, as soon as somebody has nothing to do. Throws what failed meanwhile. */
  async pack(job: PackJob): Promise<void> {
    while (this.#idle.length === 0) {
      await new Promise<void>((resolve) => this.#waiting = resolve);
    }
    this.#check();
    // the lanes first: the engine's own thread has the planning to do
    const packer = this.#idle.pop();
    if (packer === undefined) throw new HikaeError("internal", "pack: nobody is there");
    const run = this.#run(packer, job);
    this.#running.add(run);
    run.finally(() => this.#running.delete(run));
  }

  async #run(packer: Packer, job: PackJob): Promise<void> {
    try {
      await packer(job, this.#hooks);
    } catch (error) {
      this.#failed ??= { error };
    }
    this.#idle.push(packer);
    this.#waiting?.();
  }

  /** Waits until all jobs are at their end; throws what failed. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
    this.#check();
  }

  #check(): void {
    if (this.#failed !== undefined) throw this.#failed.error;
  }
}
