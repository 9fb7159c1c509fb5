/** Medians, and what is reported of some runs. @module */

import type { Sample } from "./measure.ts";

/** What the runs of one tool in one scenario came to. */
export interface Result {
  tool: string;
  runs: number;
  seconds: number;
  fastest: number;
  slowest: number;
  /** The median of processor time. */
  cpuSeconds: number | undefined;
  peakMB: number | undefined;
  writtenMB: number | undefined;
}

/** The middle value; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** Sums up samples. */
export function resultOf(tool: string, samples: readonly Sample[]): Result {
  const seconds = samples.map((s) => s.seconds);
  const known = (values: (number | undefined)[]): number[] => values.filter((v) => v !== undefined);
  const cpu = known(samples.map((s) => s.cpuSeconds));
  const peaks = known(samples.map((s) => s.peakMB));
  const written = known(samples.map((s) => s.writtenMB));
  return {
    tool,
    runs: samples.length,
    seconds: median(seconds),
    fastest: Math.min(...seconds),
    slowest: Math.max(...seconds),
    cpuSeconds: cpu.length === 0 ? undefined : median(cpu),
    peakMB: peaks.length === 0 ? undefined : Math.max(...peaks),
    writtenMB: written.length === 0 ? undefined : median(written),
  };
}
