/** How long hikae takes to its first line. @module */

import type { Bench } from "./bench.ts";
import { firstByte } from "./measure.ts";
import { diskPlace } from "./place.ts";
import { number, table } from "./report.ts";
import { median } from "./stats.ts";
import { hikae } from "./tools.ts";

const RUNS = 15;

/** Start-up. */
export async function start(bench: Bench): Promise<void> {
  const { path: home } = diskPlace();
  const rows: string[][] = [];
  const cases: [string, string[]][] = [["hikae --version", ["--version"]], ["hikae", []], [
    "hikae backup --help",
    ["backup", "--help"],
  ]];
  const taken = new Map<string, number[]>(cases.map(([name]) => [name, []]));
  for (let i = 0; i <= RUNS; i++) {
    for (const [name, args] of cases) {
      const seconds = await firstByte(hikae(args, home));
      // the first run warms the caches
      if (i > 0) taken.get(name)?.push(seconds * 1000);
    }
  }
  for (const [name, ms] of taken) {
    rows.push([name, number(median(ms)), number(Math.min(...ms)), number(Math.max(...ms))]);
    bench.report.target(`start-up to the first line: ${name}`, median(ms), 150, " ms");
  }
  bench.report.section("Start-up", [
    `Milliseconds to the first output, ${RUNS} runs in turn.`,
    "",
    ...table(["command", "median", "fastest", "slowest"], rows),
  ]);
}
