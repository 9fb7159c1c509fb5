/** A million files: how cost grows, and memory. @module */

import { type Bench, secondsOf } from "./bench.ts";
import { compare, type Compared, ratio } from "./compare.ts";
import { freeMemory, memoryPlace, removeAll } from "./place.ts";
import { number, resultTable, table } from "./report.ts";
import { makeTree, type Tree } from "./trees.ts";

/** What a file and its copies take in memory, with room to spare. */
const BYTES_PER_FILE = 14_000;

/** 1,000,000 empty-to-tiny files beside 50,000 of the same kind. */
export async function million(bench: Bench): Promise<void> {
  const most = Math.round(1_000_000 * bench.scale);
  const files = Math.min(most, Math.floor(freeMemory() * 0.8 / BYTES_PER_FILE));
  if (files < most) bench.say(`  memory for ${files} files only`);
  const few = await atSize(bench, Math.round(files / 20));
  const many = await atSize(bench, files);
  const rows = [few, many].flatMap(({ tree, compared }) =>
    compared.map(({ name, results }) => [
      name,
      tree.files.length.toLocaleString("en"),
      ...["hikae", "rsync"].map((t) => number(secondsOf(results, t) / tree.files.length * 1e6)),
    ])
  );
  bench.report.section(`${files.toLocaleString("en")} empty-to-tiny files`, [
    `100 in each directory, ${(many.tree.bytes / 1e6).toFixed(0)} MB, on ${many.system}.`,
    "",
    ...resultTable(many.compared),
    "",
    "Microseconds per file, start-up included:",
    "",
    ...table(["run", "files", "hikae", "rsync"], rows),
  ]);
  const { report } = bench;
  const none = (c: readonly Compared[]): Compared["results"] =>
    c.find((x) => x.name === "no change")?.results ?? [];
  report.target(
    "a million files: no change, to rsync -a",
    ratio(many.compared, "no change", "rsync"),
    1,
    " ×",
  );
  const peak = (name: string): number =>
    many.compared.find((c) => c.name === name)?.results.find((r) => r.tool === "hikae")?.peakMB ??
      NaN;
  report.target("a million files: memory, no change", peak("no change"), 250, " MB");
  report.target("a million files: memory, first run", peak("first run"), 250, " MB");
  const per = (x: typeof few): number => secondsOf(none(x.compared), "hikae") / x.tree.files.length;
  report.target(
    "time per entry, no change, to that at a twentieth",
    per(many) / per(few),
    1.2,
    " ×",
  );
  const perFirst = (x: typeof few): number =>
    secondsOf(x.compared.find((c) => c.name === "first run")?.results ?? [], "hikae") /
    x.tree.files.length;
  report.target(
    "time per entry, first run, to that at a twentieth",
    perFirst(many) / perFirst(few),
    1.2,
    " ×",
  );
}

async function atSize(
  bench: Bench,
  files: number,
): Promise<{ tree: Tree; compared: Compared[]; system: string }> {
  const place = memoryPlace();
  const tree = makeTree(`${place.path}/source`, {
    files,
    filesPerDir: 100,
    // every other one is empty
    size: (random, i) => i % 2 === 0 ? 0 : Math.floor(random() * 200),
  }, 4);
  const compared = await compare(bench, {
    place,
    source: tree.path,
    tools: bench.tools.filter((t) => t.name === "hikae" || t.name === "rsync"),
    whole: false,
  });
  removeAll(tree.path);
  return { tree, compared, system: place.system };
}
