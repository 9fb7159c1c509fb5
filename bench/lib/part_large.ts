/** Large files beside the stock tool of the hash. @module */

import { type Bench, drain, interleave, secondsOf } from "./bench.ts";
import type { Place } from "./place.ts";
import { removeAll } from "./place.ts";
import { number, resultTable } from "./report.ts";
import { freshHome, type Setting, type Tool } from "./tools.ts";
import type { Tree } from "./trees.ts";

/** Hashes each file by the stock command, one after the other. */
function stockTool(tree: Tree): Tool {
  const script = 'for f in "$@"; do cat "$f" | sha256sum >/dev/null || exit 1; done';
  const run = { program: "sh", args: ["-c", script, "sh", ...tree.files] };
  return {
    name: "cat to sha256sum",
    version: "",
    again: true,
    slow: false,
    setup: () => [],
    run: () => run,
    checksum: () => run,
  };
}

/** Runs them in turn: each first run is removed before the next, or memory would not do. */
export async function compareLarge(
  bench: Bench,
  place: Place,
  tree: Tree,
  tools: readonly Tool[],
): Promise<void> {
  const stock = stockTool(tree);
  const all = [...tools, stock];
  const at: Setting = { source: tree.path, home: `${place.path}/large` };
  const first = await interleave(bench, {
    name: "large, first run",
    tools: all,
    before: () => {
      freshHome(at.home);
      drain();
    },
    run: (t) => t.run(at),
  });
  freshHome(at.home);
  const hikae = tools.filter((t) => t.name === "hikae");
  for (const t of hikae) {
    await interleave({ ...bench, rounds: 1 }, {
      name: "large, before the next",
      tools: [t],
      run: () => t.run(at),
    });
  }
  const content = await interleave(bench, {
    name: "large, by content",
    tools: [...hikae, stock],
    run: (t) => t.checksum?.(at),
  });
  removeAll(at.home);
  const speed = (seconds: number): number => tree.bytes / 1e6 / seconds;
  const scenarios = [
    { name: "first run", base: stock.name, results: first },
    { name: "by content", base: stock.name, results: content },
  ];
  bench.report.section("Large files", [
    `${tree.files.length} files of ${
      (tree.bytes / tree.files.length / 1e6).toFixed(0)
    } MB, on ${place.system}: ` +
    `hikae stores and hashes ${number(speed(secondsOf(first, "hikae")))} MB/s, ` +
    `hashes alone ${number(speed(secondsOf(content, "hikae")))} MB/s; ` +
    `${stock.name} ${number(speed(secondsOf(first, stock.name)))} MB/s.`,
    "",
    ...resultTable(scenarios),
  ]);
  const share = (results: typeof first): number =>
    100 * secondsOf(results, stock.name) / secondsOf(results, "hikae");
  bench.report.target(
    "large files, first run: speed of cat to sha256sum",
    share(first),
    80,
    " %",
    "at least",
  );
  bench.report.target(
    "large files, --checksum: speed of cat to sha256sum",
    share(content),
    80,
    " %",
    "at least",
  );
}
