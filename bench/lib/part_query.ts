/** How fast a vault with a long history answers. @module */

import type { Bench } from "./bench.ts";
import { INDEX_COLUMNS, indexRow } from "./part_index.ts";
import { makeHistory } from "./history_vault.ts";
import { measure, type Sample } from "./measure.ts";
import { memoryPlace, removeAll } from "./place.ts";
import { number, table } from "./report.ts";
import { median } from "./stats.ts";
import { hikae } from "./tools.ts";
import { makeTree } from "./trees.ts";

/** Questions to a vault with 1,000 runs and 100,000 paths. */
export async function query(bench: Bench): Promise<void> {
  const place = memoryPlace();
  const runs = Math.max(20, Math.round(1000 * bench.scale));
  const files = Math.max(200, Math.round(100_000 * bench.scale));
  makeTree(`${place.path}/source`, { files, filesPerDir: 100, size: () => 8 }, 7);
  const history = await makeHistory(
    `${place.path}/source`,
    `${place.path}/vault`,
    runs,
  );
  const { vault, stamps, path } = history;
  const middle = stamps[Math.floor(runs / 2)] ?? "";
  const questions: [string, string[]][] = [
    ["list", [vault]],
    ["ls", [vault]],
    ["ls", [vault, "--at", middle]],
    ["diff", [vault, middle]],
    ["diff", [vault, stamps.at(-2) ?? ""]],
    ["history", [vault, path]],
    ["find", [vault, "*00050*"]],
  ];
  const rows: string[][] = [];
  for (const [command, args] of questions) {
    const name = [command, ...args.map((a) => a === vault ? "VAULT" : a)].join(" ");
    if (!bench.commands.has(command)) {
      rows.push([name, "not there yet", "–"]);
      continue;
    }
    const samples: Sample[] = [];
    for (let i = 0; i < bench.rounds; i++) {
      samples.push(await measure(hikae([command, ...args], place.path)));
    }
    const seconds = median(samples.map((s) => s.seconds));
    rows.push([name, number(seconds), number(Math.max(...samples.map((s) => s.peakMB ?? NaN)))]);
    bench.report.target(`question: ${name}`, seconds, 1, " s");
  }
  const name = `${runs.toLocaleString("en")} runs, ${files.toLocaleString("en")} paths`;
  bench.report.section("Questions", [
    `A vault of ${name}; start-up and printing are in it.`,
    "",
    ...table(["question", "median s", "peak MB"], rows),
    "",
    "The first question on another machine makes the index of the records:",
    "",
    ...table(INDEX_COLUMNS, [await indexRow(bench, place, history, { name, seconds: 5 })]),
  ]);
  removeAll(place.path + "/source");
}
