/**
 * A source in which nothing is to be shared, backed up with `--share auto` and `--share never` in turn: what looking for
 * content that the vault has costs where it has none.
 * @module
 */

import { type Bench, settle } from "./bench.ts";
import { measure, type Sample } from "./measure.ts";
import { memoryPlace } from "./place.ts";
import { exponential } from "./random.ts";
import { number, table } from "./report.ts";
import { median } from "./stats.ts";
import { freshHome, hikaeWith, type Tool } from "./tools.ts";
import { changeTree, makeTree } from "./trees.ts";

const FILES = 20_000;
const MEAN = 13_000;

/** The two, of which the first is what everybody has. */
const AUTO = hikaeWith("auto", ["--share", "auto"]);
const NEVER = hikaeWith("never", ["--share", "never"]);

/** Runs both in pairs, each first every other time. */
export async function unshared(bench: Bench): Promise<void> {
  const place = memoryPlace();
  const source = `${place.path}/source`;
  const home = (tool: Tool): string => `${place.path}/${tool.name}`;
  const tree = makeTree(source, {
    files: Math.max(100, Math.round(FILES * bench.scale)),
    filesPerDir: 20,
    size: (random) => 4096 + exponential(random, MEAN),
  }, 11);
  const pair = async (turn: number): Promise<Pair> => {
    await settle();
    const found = new Map<Tool, Sample>();
    for (const tool of turn % 2 === 0 ? [AUTO, NEVER] : [NEVER, AUTO]) {
      found.set(tool, await measure(tool.run({ source, home: home(tool) })));
    }
    return [found.get(AUTO), found.get(NEVER)];
  };
  const rounds = Math.max(2, bench.rounds);
  const rows: string[][] = [];
  const scenario = async (name: string, before: (i: number) => void): Promise<void> => {
    const pairs: Pair[] = [];
    for (let i = 0; i < rounds; i++) {
      before(i);
      pairs.push(await pair(i));
    }
    rows.push(rowOf(bench, name, pairs));
  };
  await scenario("first run", () => {
    for (const tool of [AUTO, NEVER]) freshHome(home(tool));
  });
  await scenario("no change", () => {});
  await scenario("1 % changed", (i) => void changeTree(tree, i, MEAN));
  await scenario("1,000 new files", (i) => {
    const to = `${source}/new-${i}`;
    makeTree(
      to,
      { files: 1000, filesPerDir: 50, size: (r) => 4096 + exponential(r, MEAN) },
      50 + i,
    );
  });
  bench.report.section("Nothing to share", [
    `${tree.files.length} files, all different, on ${place.system}; ${rounds} pairs of runs, each first every other time. The ratio is the median of the pairs.`,
    "",
    ...table(["run", "auto, CPU s", "never, CPU s", "auto to never"], rows),
  ]);
}

type Pair = [auto: Sample | undefined, never: Sample | undefined];

function rowOf(bench: Bench, name: string, pairs: readonly Pair[]): string[] {
  const cpu = (at: 0 | 1): number[] => pairs.map((p) => p[at]?.cpuSeconds ?? NaN);
  const [auto, never] = [cpu(0), cpu(1)];
  const ratio = median(auto.map((s, i) => s / (never[i] ?? NaN)));
  bench.report.target(`nothing to share, ${name}: auto to never, CPU`, ratio, 1.05, " ×");
  bench.say(
    `  ${name}: auto ${auto.map(number).join(", ")}; never ${never.map(number).join(", ")}`,
  );
  return [name, number(median(auto)), number(median(never)), number(ratio)];
}
