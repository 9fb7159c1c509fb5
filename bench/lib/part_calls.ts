/** System calls per file: a tree's calls less those of an empty one. @module */

import type { Bench } from "./bench.ts";
import { countCalls, run } from "./measure.ts";
import { memoryPlace, removeAll } from "./place.ts";
import { exponential } from "./random.ts";
import { number, table } from "./report.ts";
import { freshHome, type Setting, type Tool } from "./tools.ts";
import { makeTree } from "./trees.ts";
import { settle } from "./bench.ts";

const FILES = 2000;

type Calls = Map<string, number>;

/** Counts them in runs of their own, which are not timed. */
export async function calls(bench: Bench): Promise<void> {
  const place = memoryPlace();
  const files = Math.max(100, Math.round(FILES * Math.min(1, bench.scale * 10)));
  const none = `${place.path}/none`;
  const full = `${place.path}/source`;
  Deno.mkdirSync(none);
  makeTree(full, { files, filesPerDir: 20, size: (r) => exponential(r, 13_000) }, 5);
  await settle();
  const rows: string[][] = [];
  for (const tool of bench.tools.filter((t) => !t.slow)) {
    const home = `${place.path}/home`;
    const few = await callsOf(tool, { source: none, home });
    const many = await callsOf(tool, { source: full, home });
    if (few === undefined || many === undefined) continue;
    for (const name of ["first run", "no change"] as const) {
      if (name === "no change" && !tool.again) continue;
      const per = difference(many[name], few[name], files);
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
    `Counted by strace on ${files} files, less those of an empty tree; directories are in it (one to 20 files).`,
    "",
    ...table(["run", "tool", "calls", "which"], rows),
  ]);
}

async function callsOf(
  tool: Tool,
  at: Setting,
): Promise<{ "first run": Calls; "no change": Calls } | undefined> {
  freshHome(at.home);
  for (const step of tool.setup(at)) await run(step);
  const first = await countCalls(tool.run(at));
  const again = await countCalls(tool.run(at));
  if (first === undefined || again === undefined) return undefined;
  return { "first run": first, "no change": again };
}

function difference(many: Calls, few: Calls, files: number): Calls {
  return new Map([...many].map(([name, n]) => [name, (n - (few.get(name) ?? 0)) / files]));
}
