/** How long a vault's index takes that is made of the records: the first question on another machine. @module */

import type { Bench } from "./bench.ts";
import { type HistoryVault, makeHistory } from "./history_vault.ts";
import { measure, type Sample } from "./measure.ts";
import { memoryPlace, type Place, removeAll } from "./place.ts";
import { number, table } from "./report.ts";
import { median } from "./stats.ts";
import { hikae } from "./tools.ts";
import { makeTree } from "./trees.ts";

/** What making it took, as a row of a table; start-up and the question are in it. */
export async function indexRow(
  bench: Bench,
  place: Place,
  { vault, path }: HistoryVault,
  { name, seconds }: { name: string; seconds: number },
): Promise<string[]> {
  const samples: Sample[] = [];
  for (let i = 0; i < bench.rounds; i++) {
    removeAll(`${place.path}/state`);
    samples.push(await measure(hikae(["history", vault, path], place.path)));
  }
  const took = median(samples.map((s) => s.seconds));
  const cpu = median(samples.map((s) => s.cpuSeconds ?? NaN));
  const peak = Math.max(...samples.map((s) => s.peakMB ?? NaN));
  bench.report.target(`index made again: ${name}`, took, seconds, " s");
  bench.report.target(`index made again: ${name}, memory`, peak, 300, " MB");
  return [name, number(took), number(cpu), number(peak)];
}

/** The columns of {@link indexRow}. */
export const INDEX_COLUMNS = ["vault", "median s", "processor s", "peak MB"];

/** A vault of a million paths and 30 runs. */
export async function index(bench: Bench): Promise<void> {
  const place = memoryPlace();
  const files = Math.max(200, Math.round(1_000_000 * bench.scale));
  const source = `${place.path}/source`;
  makeTree(source, { files, filesPerDir: 100, size: () => 8 }, 7);
  const vault = await makeHistory(source, `${place.path}/vault`, 30);
  removeAll(source);
  const name = `30 runs, ${files.toLocaleString("en")} paths`;
  const row = await indexRow(bench, place, vault, { name, seconds: 30 });
  bench.report.section(
    "The index of a large vault, made of its records",
    table(INDEX_COLUMNS, [row]),
  );
}
