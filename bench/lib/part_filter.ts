/** What a filter plugin that looks at every entry costs a run in which nothing changed. @module */

import { type Bench, interleave, secondsOf, settle } from "./bench.ts";
import { run } from "./measure.ts";
import { memoryPlace } from "./place.ts";
import { exponential } from "./random.ts";
import { resultTable } from "./report.ts";
import { hikae, type Tool } from "./tools.ts";
import { makeTree } from "./trees.ts";

/** Looks at name, size and time of each entry, and leaves nothing out that is there. */
const PLUGIN = `export default {
  name: "looks",
  filter(batch) {
    const out = (e) => e.size > 1e12 || e.mtime < 0 || e.name.endsWith(".none");
    return { leaveOut: batch.map((d) => d.entries.filter(out).map((e) => e.name)) };
  },
};
`;

/** Rounds: what is compared differs by little, and runs are short. */
const ROUNDS = 5;

/** A filter. */
export async function filter(bench: Bench): Promise<void> {
  const { path } = memoryPlace();
  const tree = makeTree(`${path}/source`, {
    files: Math.max(20, Math.round(50_000 * bench.scale)),
    filesPerDir: 20,
    size: (random) => exponential(random, 2000),
  }, 4);
  Deno.writeTextFileSync(`${path}/plugin.ts`, PLUGIN);
  const job = (name: string, plugins: unknown[]): object => ({
    source: tree.path,
    vaults: [`${path}/vault-${name}`],
    verifyShare: "0%",
    plugins,
  });
  const jobs = { with: job("with", [{ path: `${path}/plugin.ts` }]), without: job("without", []) };
  Deno.writeTextFileSync(`${path}/hikae.jsonc`, JSON.stringify({ jobs }));
  const tools = ["with", "without"].map((name): Tool => ({
    name,
    version: "",
    slow: false,
    again: true,
    setup: () => [],
    run: () => hikae(["backup", name, "--config", `${path}/hikae.jsonc`], path),
  }));
  await settle();
  const at = { source: tree.path, home: path };
  for (const tool of tools) await run(tool.run(at));
  await settle();
  const name = "no change";
  const rounds = Math.max(ROUNDS, bench.rounds);
  const results = await interleave({ ...bench, rounds }, { name, tools, run: (t) => t.run(at) });
  const cost = secondsOf(results, "with") / secondsOf(results, "without");
  bench.report.section("A filter plugin", [
    `${
      tree.files.length.toLocaleString("en")
    } files; a job with a plugin whose filter looks at every entry, and one without.`,
    "",
    ...resultTable([{ name, base: "without", results }]),
  ]);
  bench.report.target("filter plugin, no change, to without", cost, 1.5, " ×");
}
