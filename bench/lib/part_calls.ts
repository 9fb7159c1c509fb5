/** System calls per file: a tree's calls less those of an empty one. @module */

import type { Bench } from "./bench.ts";
import { countCalls, type Invocation, run } from "./measure.ts";
import { memoryPlace, removeAll } from "./place.ts";
import { exponential } from "./random.ts";
import { number, table } from "./report.ts";
import { BARE, freshHome, type Setting, type Tool } from "./tools.ts";
import { changeTree, makeTree, type Tree } from "./trees.ts";
import { settle } from "./bench.ts";

const FILES = 2000;

const MEAN = 13_000;

type Calls = Map<string, number>;

/** Counts them in runs of their own, which are not timed. */
export async function calls(bench: Bench): Promise<void> {
  const place = memoryPlace();
  const files = Math.max(100, Math.round(FILES * Math.min(1, bench.scale * 10)));
  const none = `${place.path}/none`;
  const full = `${place.path}/source`;
  Deno.mkdirSync(none);
  const tree = makeTree(full, { files, filesPerDir: 20, size: (r) => exponential(r, MEAN) }, 5);
  await settle();
  const rows: string[][] = [];
  let round = 0;
  for (const tool of [...bench.tools.filter((t) => !t.slow), BARE]) {
    const home = `${place.path}/home`;
    const few = await callsOf(tool, { source: none, home });
    const many = await callsOf(tool, { source: full, home }, { tree, round: round++ });
    if (few === undefined || many === undefined) continue;
    for (const [name, calls] of Object.entries(many)) {
      const less = name === "changed" ? many["no change"] : few[name];
      const of = name === "changed" ? Math.ceil(files / 100) : files;
      const per = difference(calls, less ?? new Map(), of);
      const most = [...per].filter(([, n]) => n >= 0.05).sort((a, b) => b[1] - a[1]).slice(0, 8);
      const sum = [...per.values()].reduce((a, b) => a + b, 0);
      rows.push([
        name,
        tool.name,
        number(sum),
        most.map(([n, c]) => `${n} ${number(c)}`).join(", "),
      ]);
    }
  }
  removeAll(full);
  if (rows.length === 0) return;
  rows.sort((a, b) => (a[0] ?? "").localeCompare(b[0] ?? ""));
  bench.report.section("System calls per file", [
    `Counted by strace on ${files} files, less those of an empty tree; directories are in it (one to 20 files). Of a run in which one file of a hundred changed: per changed file, less those of a run without changes.`,
    "",
    ...table(["run", "tool", "calls", "which"], rows),
  ]);
}

/** The calls of each kind of run; that of a change only with a tree to change. */
async function callsOf(
  tool: Tool,
  at: Setting,
  change?: { tree: Tree; round: number },
): Promise<Record<string, Calls> | undefined> {
  freshHome(at.home);
  for (const step of tool.setup(at)) await run(step);
  const all: Record<string, Calls> = {};
  const add = async (name: string, what: Invocation | undefined): Promise<boolean> => {
    const calls = what === undefined ? undefined : await countCalls(what);
    if (calls !== undefined) all[name] = calls;
    return calls !== undefined;
  };
  if (!await add("first run", tool.run(at))) return undefined;
  if (tool.again) {
    await add("no change", tool.run(at));
    if (change !== undefined) {
      // another one for each tool: what it finds changed must not have been so before
      changeTree(change.tree, change.round, MEAN);
      await settle();
      await add("changed", tool.run(at));
    }
  }
  await add("restore", tool.restore?.(at, `${at.home}/back`));
  return all;
}

function difference(many: Calls, few: Calls, files: number): Calls {
  return new Map([...many].map(([name, n]) => [name, (n - (few.get(name) ?? 0)) / files]));
}
