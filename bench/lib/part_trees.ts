/** The parts that compare the tools on a tree. @module */

import { type Bench, drain, secondsOf } from "./bench.ts";
import { compare, type Compared, ratio, reportCompared } from "./compare.ts";
import { diskPlace, freeBytes, freeMemory, memoryPlace, removeAll } from "./place.ts";
import { run } from "./measure.ts";
import { exponential } from "./random.ts";
import { BARE, flushTools, KEEPING, type Tool } from "./tools.ts";
import { makeTree, type Tree } from "./trees.ts";

const MEAN = 13_000;

function scaled(bench: Bench, files: number): number {
  return Math.max(20, Math.round(files * bench.scale));
}

/** Fast tools alone, unless there is time. */
function someTools(bench: Bench): Tool[] {
  return [
    ...bench.tools.filter((t) => bench.full || !t.slow || t.name === "restic"),
    BARE,
    KEEPING,
  ];
}

function smallTree(bench: Bench, path: string): Tree {
  return makeTree(path, {
    files: scaled(bench, 50_000),
    filesPerDir: 20,
    size: (random) => exponential(random, MEAN),
  }, 1);
}

function about(files: number, dirs: number, bytes: number, system: string): string {
  return `${files.toLocaleString("en")} files in ${dirs.toLocaleString("en")} directories, ${
    (bytes / 1e6).toFixed(0)
  } MB, on ${system}.`;
}

/** 50,000 small files: what the targets are about. */
export async function small(bench: Bench): Promise<void> {
  const place = memoryPlace();
  const tree = smallTree(bench, `${place.path}/source`);
  const tools = someTools(bench);
  const compared = await compare(bench, {
    place,
    source: tree.path,
    tools,
    tree,
    mean: MEAN,
    whole: true,
  });
  const title = "50,000 small files";
  reportCompared(
    bench,
    title,
    about(tree.files.length, tree.dirs, tree.bytes, place.system),
    compared,
  );
  const of = (what: string, name: string, limit: number): void =>
    toRsync(bench, compared, { what: `${title}: ${what}`, name, limit });
  of("first run, to rsync -a", "first run", 1.2);
  of("no change, to rsync -a", "no change", 1);
  of("1 % changed, to rsync -a", "1 % changed", 1.75);
  of("--checksum, to rsync -ac", "by content", 1);
  of("restore, to rsync -a", "restore", 1);
  const changed = Math.ceil(tree.files.length / 100);
  const [ours = NaN, floor, keeping] = ["hikae", BARE.name, KEEPING.name].map((tool) => {
    const later = (name: string): number =>
      secondsOf(compared.find((c) => c.name === name)?.results ?? [], tool);
    return (later("1 % changed") - later("no change")) / changed * 1e6;
  });
  const what = `${title}: a changed file, beyond no change`;
  bench.report.target(what, ours, 150, " µs", "at most", floor, keeping);
  resticTargets(bench, title, compared);
  removeAll(tree.path);
}

/** A target beside rsync, with what the bare loop came to: the floor of what the platform gives. */
function toRsync(
  bench: Bench,
  compared: readonly Compared[],
  { what, name, limit }: { what: string; name: string; limit: number },
): void {
  const results = compared.find((c) => c.name === name)?.results ?? [];
  const [floor, keeping] = [BARE, KEEPING].map((tool) =>
    secondsOf(results, tool.name) / secondsOf(results, "rsync")
  );
  const measured = ratio(compared, name, "rsync");
  bench.report.target(what, measured, limit, " ×", "at most", floor, keeping);
}

function resticTargets(bench: Bench, title: string, compared: readonly Compared[]): void {
  for (const { name } of compared) {
    bench.report.target(
      `${title}: ${name}, to restic`,
      ratio(compared, name, "restic"),
      name === "first run" ? 0.6 : 0.25,
      " ×",
    );
  }
}

/** A tree as people have them. */
export async function share(bench: Bench): Promise<void> {
  const place = memoryPlace();
  const source = `${place.path}/source`;
  try {
    await run({ program: "cp", args: ["-a", "-T", "/usr/share", source] });
  } catch (error) {
    bench.say(`  no copy of /usr/share: ${error instanceof Error ? error.message : error}`);
    return;
  }
  const compared = await compare(bench, {
    place,
    source,
    tools: someTools(bench),
    whole: true,
  });
  reportCompared(bench, "/usr/share", `A copy of it, on ${place.system}.`, compared);
  resticTargets(bench, "/usr/share", compared);
  removeAll(source);
}

/** One directory of 100,000 files. */
export async function wide(bench: Bench): Promise<void> {
  const place = memoryPlace();
  const files = scaled(bench, 100_000);
  const tree = makeTree(`${place.path}/source`, {
    files,
    filesPerDir: files,
    size: (random) => exponential(random, 500),
  }, 2);
  const compared = await compare(bench, {
    place,
    source: tree.path,
    tools: someTools(bench),
    tree,
    mean: 500,
    whole: false,
  });
  const title = "One directory of 100,000 files";
  reportCompared(bench, title, about(files, tree.dirs, tree.bytes, place.system), compared);
  const limit = 1.4;
  toRsync(bench, compared, { what: `${title}: first run, to rsync -a`, name: "first run", limit });
  for (const { name, results } of compared) {
    const peak = (tool: string): number => results.find((r) => r.tool === tool)?.peakMB ?? NaN;
    const what = `${title}: memory, ${name}`;
    bench.report.target(what, peak("hikae"), 250, " MB", "at most", peak(BARE.name));
  }
  resticTargets(bench, title, compared);
  removeAll(tree.path);
}

/** The same small files on a disk: what flushing costs. */
export async function disk(bench: Bench): Promise<void> {
  const place = diskPlace();
  const tree = smallTree(bench, `${place.path}/source`);
  const compared = await compare(bench, {
    place,
    source: tree.path,
    tools: flushTools(bench.tools),
    whole: false,
    before: drain,
  });
  reportCompared(
    bench,
    "50,000 small files on the disk",
    `${about(tree.files.length, tree.dirs, tree.bytes, place.system)} The source is in memory; ` +
      "before each run, not timed, the disk is let come to rest.",
    compared,
  );
  removeAll(tree.path);
}

/** Files so large that nothing but hashing and copying counts. */
export async function large(bench: Bench): Promise<void> {
  const place = memoryPlace();
  const size = Math.round((bench.full ? 500e6 : 250e6) * Math.min(1, bench.scale * 4));
  const room = Math.min(freeBytes(place.path), freeMemory()) * 0.4;
  const files = Math.max(1, Math.min(bench.full ? 20 : 2, Math.floor(room / size)));
  const tree = makeTree(`${place.path}/source`, { files, filesPerDir: 5, size: () => size }, 3);
  const tools = bench.tools.filter((t) => t.name === "hikae" || t.name === "rsync");
  await (await import("./part_large.ts")).compareLarge(bench, place, tree, tools);
  removeAll(tree.path);
}
