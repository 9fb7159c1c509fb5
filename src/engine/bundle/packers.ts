/** Several packers side by side: the engine's thread and the lanes, a job each. @module */

import type { PackJob } from "../../bundle/plan.ts";
import { Crew } from "../crew/crew.ts";
import type { CrewPorts, MemberEnd } from "../crew/line.ts";
import { serveMember } from "../crew/member.ts";
import type { Trade } from "../crew/trade.ts";
import type { EnginePorts } from "../ports.ts";
import { followed } from "./follow.ts";
import {
  type PackedVolume,
  type PackHooks,
  packJob,
  type PackPorts,
  type PackSpec,
} from "./pack.ts";

/** The work of packers in other threads. */
export interface PackTrade extends Trade {
  setup: PackSpec;
  piece: PackJob;
  result: true;
  /** Whether a volume may begin, or one that was made. */
  question: { number: number; bytes: number } | { volume: PackedVolume; room: number };
  /** Where it is to be made. */
  answer: { temporary: string } | "taken";
}

/** Serves an engine over `line`. */
export function servePackLane(ports: EnginePorts, line: MemberEnd<PackTrade>): void {
  serveMember<PackTrade>(line, (spec, engine) => {
    const hooks: PackHooks = {
      begin: async (number, bytes) => {
        const answer = await engine.ask({ number, bytes });
        return answer === "taken" ? "" : answer.temporary;
      },
      made: async (volume, room) => void await engine.ask({ volume, room }),
      ...(spec.follow === undefined ? {} : { again: followed(ports, spec.follow) }),
    };
    return {
      work: async (job) => {
        await packJob(ports, spec, job, hooks);
        return true as const;
      },
      end: () => {},
      drop: () => {},
    };
  });
}

async function answerTo(
  question: PackTrade["question"],
  hooks: PackHooks,
): Promise<PackTrade["answer"]> {
  if ("number" in question) {
    return { temporary: await hooks.begin(question.number, question.bytes) };
  }
  await hooks.made(question.volume, question.room);
  return "taken";
}

/** All packers of a bundle. */
export class Packers {
  readonly #crew: Crew<PackTrade>;
  readonly #own: (job: PackJob) => Promise<void>;
  /** The job that the engine's own thread has. */
  #running: Promise<void> | undefined;
  #failed: { error: unknown } | undefined;

  constructor(
    ports: PackPorts,
    spec: PackSpec,
    lanes: CrewPorts | undefined,
    hooks: PackHooks,
  ) {
    // what lanes ask waits for a thread that packs, and so would they: compressing alone lets no message in
    const breath = (): Promise<void> => this.#crew.yieldToMessages();
    this.#own = (job) => packJob(ports, spec, job, { ...hooks, breath });
    const host = { question: (asked: PackTrade["question"]) => answerTo(asked, hooks) };
    this.#crew = new Crew<PackTrade>(lanes, { setup: spec, host });
  }

  /** Hands a job over, as soon as somebody has nothing to do. Throws what failed meanwhile. */
  async pack(job: PackJob): Promise<void> {
    while (this.#crew.free().length === 0 && this.#running !== undefined) {
      await this.#crew.change();
    }
    this.#check();
    // the lanes first: the engine's own thread has the planning to do
    const [member] = this.#crew.free();
    if (member !== undefined) return this.#crew.give(member, job, () => {});
    this.#running = this.#run(job);
  }

  async #run(job: PackJob): Promise<void> {
    try {
      await this.#own(job);
    } catch (error) {
      this.#failed ??= { error };
    }
    this.#running = undefined;
    this.#crew.wake();
  }

  /** Waits until all jobs are at their end; throws what failed. */
  async settled(): Promise<void> {
    await this.#running;
    await this.#crew.settle();
    this.#check();
  }

  #check(): void {
    if (this.#failed !== undefined) throw this.#failed.error;
    if (this.#crew.broken !== undefined) throw this.#crew.broken;
  }
}
