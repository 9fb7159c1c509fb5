/** The scenarios on one tree: first run, no change, a hundredth changed, by content, restore. @module */

import { type Bench, interleave, secondsOf, settle } from "./bench.ts";
import { run } from "./measure.ts";
import { type Place, removeAll } from "./place.ts";
import { resultTable } from "./report.ts";
import type { Result } from "./stats.ts";
import { freshHome, type Setting, type Tool } from "./tools.ts";
import { changeTree, type Tree } from "./trees.ts";

/** What to compare. */
export interface Comparison {
  place: Place;
  source: string;
  tools: readonly Tool[];
  /** The tree to change; without it nothing is changed. */
  tree?: Tree;
  /** Mean size of what changed files are given. */
  mean?: number;
  /** Also by content, and back. */
  whole: boolean;
  /** Done before each run, not timed. */
  before?: () => void;
}

/** The results by scenario. */
export interface Compared {
  name: string;
  base: string;
  results: Result[];
}

/** Runs all scenarios of a comparison. */
export async function compare(bench: Bench, what: Comparison): Promise<Compared[]> {
  const { tools, source, place } = what;
  const at = (tool: Tool): Setting => ({
    source,
    home: `${place.path}/${tool.name.replaceAll(/\W+/g, "-")}`,
  });
  const later = tools.filter((t) => t.again);
  const all: Compared[] = [];
  const add = (name: string, base: string, results: Result[]): void => {
    if (results.length > 0) all.push({ name, base, results });
  };
  await settle();
  add("first run", "rsync", await first(bench, what, at));
  for (const t of tools) if (!t.again) removeAll(at(t).home);
  const before = what.before;
  add(
    "no change",
    "rsync",
    await interleave(bench, {
      name: "no change",
      tools: later,
      run: (t) => t.run(at(t)),
      ...(before === undefined ? {} : { before }),
    }),
  );
  const { tree, mean } = what;
  if (tree !== undefined && mean !== undefined) {
    add("1 % changed", "rsync", await changed(bench, later, tree, mean, at));
  }
  if (what.whole) {
    add("by content", "rsync", await byContent(bench, later, at));
    add("restore", "cp -a", await back(bench, tools, place, at));
  }
  for (const t of tools) removeAll(at(t).home);
  return all;
}

type At = (tool: Tool) => Setting;

function first(bench: Bench, what: Comparison, at: At): Promise<Result[]> {
  return interleave(bench, {
    name: "first run",
    tools: what.tools,
    before: async (t) => {
      const setting = at(t);
      freshHome(setting.home);
      for (const step of t.setup(setting)) await run(step);
      what.before?.();
    },
    run: (t) => t.run(at(t)),
  });
}

function changed(
  bench: Bench,
  tools: readonly Tool[],
  tree: Tree,
  mean: number,
  at: At,
): Promise<Result[]> {
  return interleave(bench, {
    name: "1 % changed",
    tools,
    round: async (round) => {
      changeTree(tree, round, mean);
      await settle();
    },
    run: (t) => t.run(at(t)),
  });
}

function byContent(bench: Bench, tools: readonly Tool[], at: At): Promise<Result[]> {
  return interleave(bench, {
    name: "by content",
    tools: tools.filter((t) => t.checksum !== undefined && (bench.full || !t.slow)),
    run: (t) => t.checksum?.(at(t)),
  });
}

function back(bench: Bench, tools: readonly Tool[], place: Place, at: At): Promise<Result[]> {
  const to = `${place.path}/back`;
  const can = (t: Tool): boolean =>
    t.restore !== undefined && (bench.full || !t.slow) &&
    (!t.name.startsWith("hikae") || bench.commands.has("restore"));
  return interleave(bench, {
    name: "restore",
    tools: tools.filter(can),
    before: () => freshHome(to),
    run: (t) => t.restore?.(at(t), `${to}/tree`),
    after: () => removeAll(to),
  });
}

/** Adds the tables of a comparison. */
export function reportCompared(
  bench: Bench,
  title: string,
  about: string,
  compared: readonly Compared[],
): void {
  bench.report.section(title, [about, "", ...resultTable(compared)]);
}

/** How hikae stands to another tool in a scenario; NaN when one was not run. */
export function ratio(compared: readonly Compared[], name: string, to: string): number {
  const results = compared.find((c) => c.name === name)?.results ?? [];
  return secondsOf(results, "hikae") / secondsOf(results, to);
}
