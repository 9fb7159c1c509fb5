/** What every part of the bench is given, and how it runs tools in turn. @module */

import { type Invocation, measure, type Sample } from "./measure.ts";
import { quietly } from "./place.ts";
import type { Report } from "./report.ts";
import { type Result, resultOf } from "./stats.ts";
import type { Tool } from "./tools.ts";

/** A bench under way. */
export interface Bench {
  report: Report;
  say: (line: string) => void;
  tools: readonly Tool[];
  full: boolean;
  /** How often each scenario is run. */
  rounds: number;
  /** How often with a tool that takes long. */
  slowRounds: number;
  /** Trees have this part of their number of files; 1 but for trying the bench itself. */
  scale: number;
  /** Commands of hikae that there are. */
  commands: ReadonlySet<string>;
}

/** One scenario: each tool in turn, round by round. */
export interface Scenario {
  name: string;
  tools: readonly Tool[];
  /** Done before each round, not timed. */
  round?: (round: number) => void | Promise<void>;
  /** Done before each run, not timed. */
  before?: (tool: Tool) => void | Promise<void>;
  run: (tool: Tool) => Invocation | undefined;
  /** Done after each run, not timed. */
  after?: (tool: Tool) => void;
}

/** Runs a scenario. */
export async function interleave(bench: Bench, scenario: Scenario): Promise<Result[]> {
  const samples = new Map<string, Sample[]>(scenario.tools.map((t) => [t.name, []]));
  const most = Math.max(...scenario.tools.map((t) => roundsOf(bench, t)));
  for (let round = 0; round < most; round++) {
    await scenario.round?.(round);
    for (const tool of scenario.tools) {
      // a tool that runs in fewer rounds runs in the last ones, so that all stand alike afterwards
      if (round < most - roundsOf(bench, tool)) continue;
      const invocation = scenario.run(tool);
      if (invocation === undefined) continue;
      await scenario.before?.(tool);
      const sample = await measure(invocation);
      samples.get(tool.name)?.push(sample);
      bench.say(`  ${scenario.name}, round ${round + 1}, ${tool.name}: ${seconds(sample)}`);
      scenario.after?.(tool);
    }
  }
  return [...samples].filter(([, s]) => s.length > 0).map(([name, s]) => resultOf(name, s));
}

function roundsOf(bench: Bench, tool: Tool): number {
  return tool.slow ? bench.slowRounds : bench.rounds;
}

function seconds(sample: Sample): string {
  return `${sample.seconds.toFixed(2)} s`;
}

/** Seconds of a tool; NaN when it was not run. */
export function secondsOf(results: readonly Result[], tool: string): number {
  return results.find((r) => r.tool === tool)?.seconds ?? NaN;
}

/**
 * Waits until what was just written is older than a run's look: times of this second could still change
 * unseen, so that no tool that knows this may take such a file as unchanged.
 */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 2100));
}

/** Lets what was written reach the disk, so that one run does not pay for another's writes. */
export function drain(): void {
  quietly("sync", []);
}
