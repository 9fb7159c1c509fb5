/** What `--attributes` costs a first run and one in which nothing changed; a tenth of the files has an attribute. @module */

import { type Bench, interleave, secondsOf, settle } from "./bench.ts";
import { memoryPlace } from "./place.ts";
import { exponential } from "./random.ts";
import { resultTable } from "./report.ts";
import { freshHome, hikaeWith, type Setting, type Tool } from "./tools.ts";
import { makeTree } from "./trees.ts";

/** Rounds: what is compared differs by little, and runs are short. */
const ROUNDS = 7;

/** Gives every tenth file an attribute. */
function mark(files: readonly string[]): void {
  const some = files.filter((_, i) => i % 10 === 0);
  for (let at = 0; at < some.length; at += 1000) {
    const { success } = new Deno.Command("setfattr", {
      args: ["-n", "user.bench", "-v", "marked", "--", ...some.slice(at, at + 1000)],
    }).outputSync();
    if (!success) throw new Error("setfattr failed: the package attr, and a disk with attributes");
  }
}

/** Runs with attributes and without, in turn. */
export async function attributes(bench: Bench): Promise<void> {
  if (Deno.build.os !== "linux") return;
  const { path } = memoryPlace();
  const tree = makeTree(`${path}/source`, {
    files: Math.max(20, Math.round(50_000 * bench.scale)),
    filesPerDir: 20,
    size: (random) => exponential(random, 2000),
  }, 4);
  mark(tree.files);
  const tools = [hikaeWith("with", ["--attributes"]), hikaeWith("without", [])];
  const at = ({ name }: Tool): Setting => ({ source: tree.path, home: `${path}/${name}` });
  await settle();
  const scenarios = [];
  for (const [name, rounds] of [["first run", bench.rounds], ["no change", ROUNDS]] as const) {
    const isFirst = name === "first run";
    const results = await interleave({ ...bench, rounds: Math.max(rounds, bench.rounds) }, {
      name,
      tools,
      ...(isFirst ? { before: (tool: Tool) => freshHome(at(tool).home) } : {}),
      run: (tool) => tool.run(at(tool)),
    });
    await settle();
    scenarios.push({ name, base: "without", results });
  }
  bench.report.section("Attributes", [
    `${
      tree.files.length.toLocaleString("en")
    } files, a tenth of them with an extended attribute; \`--attributes\`, and without.`,
    "",
    ...resultTable(scenarios),
  ]);
  for (const { name, results } of scenarios) {
    const cost = secondsOf(results, "with") / secondsOf(results, "without");
    bench.report.target(
      `--attributes, ${name}, to without`,
      cost,
      name === "first run" ? 2 : 1.1,
      " ×",
    );
  }
}
