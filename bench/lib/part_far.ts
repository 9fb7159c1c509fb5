/**
 * A vault far away: a disk that takes 5 ms for each call and remembers attributes for a second, through FUSE. The disk
 * is a Python program that is not part of hikae: `HIKAE_HABITS` names it, or it lies beside the checkout.
 * @module
 */

import { fromFileUrl } from "@std/path";
import { type Bench, settle } from "./bench.ts";
import { type Invocation, measure, type Sample } from "./measure.ts";
import { memoryPlace, type Place, quietly, removeAll } from "./place.ts";
import { number, table } from "./report.ts";
import { bareLoop, freshHome } from "./tools.ts";
import { makeTree } from "./trees.ts";

const HABITS = Deno.env.get("HIKAE_HABITS") ??
  fromFileUrl(new URL("../../../shared/disks/habits.py", import.meta.url));

/** How many files there are; rsync takes ten minutes for the larger number and is left out of it. */
const FILES = { short: 1000, full: 5000 };
const PER_DIR = 10;
const NEW = 50;

/** What is to be reached with the larger number: seconds. */
const TARGETS: Readonly<Record<string, number>> = {
  "first run": 35,
  "no change": 2,
  [`${NEW} new files`]: 4,
  restore: 25,
};

/** The runs that people make, with the calls that came to the disk; the bare loop's are the floor. */
export async function far(bench: Bench): Promise<void> {
  if (quietly("python3", ["-c", "import fuse"]) === undefined || !isFile(HABITS)) {
    bench.say("  no FUSE, or no disk with habits: left out");
    return;
  }
  const place = memoryPlace();
  const many = bench.full ? FILES.full : FILES.short;
  const files = Math.max(PER_DIR, Math.round(many * bench.scale));
  const source = `${place.path}/source`;
  const tree = makeTree(source, { files, filesPerDir: PER_DIR, size: () => 110 }, 6);
  const tools = bench.tools.filter((t) =>
    t.again && !t.slow && (t.name !== "rsync" || !bench.full)
  );
  const floor = bareLoop(16);
  const rows: FarRow[] = [];
  for (const tool of [...tools, floor]) {
    const home = `${place.path}/home`;
    freshHome(home);
    for (const name of Object.keys(TARGETS)) {
      if (name.endsWith("new files")) addFiles(source, tree.files, tool.name);
      await settle();
      const to = `${place.path}/back`;
      const what = name === "restore"
        ? tool.restore?.({ source, home }, to)
        : tool.run({ source, home });
      if (what === undefined) continue;
      const { sample, calls } = await onDisk(place, home, what);
      rows.push({ name, tool: tool.name, sample, calls });
      bench.say(`  ${name}, ${tool.name}: ${number(sample.seconds)} s, ${calls} calls`);
      removeAll(to);
    }
    for (const path of [home, `${place.path}/disk`]) removeAll(path);
  }
  const per = (name: string): [string, number] =>
    name === "no change"
      ? ["directory", tree.dirs]
      : name.endsWith("new files")
      ? ["new file", NEW]
      : ["file", files];
  reportFar(bench, rows, per, floor.name);
  const about = `${files} files of 110 B in ${tree.dirs} directories; each call takes 5 ms.`;
  bench.report.section("A vault far away", [
    `${about} The disk tells other inodes after each mount, as many do: directories of the mirror are listed again. It is a Python program and answers some 2,500 calls a second, on a busy machine fewer.`,
    "",
    ...table(
      ["run", "tool", "s", "calls", "per", "CPU s", "peak MB"],
      rows.map(({ name, tool, sample, calls }) => [
        name,
        tool,
        number(sample.seconds),
        number(calls / per(name)[1]),
        per(name)[0],
        number(sample.cpuSeconds),
        number(sample.peakMB),
      ]),
    ),
  ]);
}

/** A run of a tool on the far disk. */
interface FarRow {
  name: string;
  tool: string;
  sample: Sample;
  calls: number;
}

/** The targets, which are of the larger number, beside what the bare loop came to. */
function reportFar(
  { report, full }: Bench,
  rows: readonly FarRow[],
  per: (name: string) => [string, number],
  floor: string,
): void {
  const of = (name: string, tool: string): FarRow | undefined =>
    rows.find((r) => r.name === name && r.tool === tool);
  for (const [name, limit] of Object.entries(TARGETS)) {
    const [ours, bare] = [of(name, "hikae"), of(name, floor)];
    if (ours === undefined || bare === undefined || !full) continue;
    const what = `a vault far away: ${name}`;
    report.target(what, ours.sample.seconds, limit, " s", "at most", bare.sample.seconds);
    report.target(
      `${what}, memory`,
      ours.sample.peakMB ?? NaN,
      400,
      " MB",
      "at most",
      bare.sample.peakMB ?? NaN,
    );
    if (name === "no change") {
      const [unit, n] = per(name);
      report.target(`${what}, calls per ${unit}`, ours.calls / n, 2, "", "at most", bare.calls / n);
    }
  }
}

/** Puts so many new files into directories that are there. */
function addFiles(source: string, there: readonly string[], by: string): void {
  const word = by.replaceAll(/\W+/g, "-");
  for (let n = 0; n < NEW; n++) {
    const beside = there[Math.floor(n * there.length / NEW)] ?? "";
    const dir = beside.slice(0, beside.lastIndexOf("/"));
    Deno.writeTextFileSync(
      `${dir.startsWith("/") ? dir : `${source}/${dir}`}/new-${word}-${n}`,
      word,
    );
  }
}

/** Runs with the tool's `repo` on the slow disk. */
async function onDisk(
  place: Place,
  home: string,
  what: Invocation,
): Promise<{ sample: Sample; calls: number }> {
  const [root, point] = [`${place.path}/disk`, `${home}/repo`];
  for (const dir of [root, point]) Deno.mkdirSync(dir, { recursive: true });
  const disk = new Deno.Command("python3", {
    args: [HABITS, root, point, "slow=5,cache=1,count"],
    stdout: "null",
    stderr: "null",
  }).spawn();
  while (quietly("mountpoint", ["-q", point]) === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  let sample: Sample;
  try {
    sample = await measure(what);
  } finally {
    quietly("umount", [point]);
    await disk.status;
  }
  return { sample, calls: callsIn(`${root}.calls`) };
}

function callsIn(path: string): number {
  return Deno.readTextFileSync(path).split("\n").reduce((n, line) => n + (parseInt(line) || 0), 0);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
