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

const FILES = 1000;
const PER_DIR = 10;

/** A first run and one without changes, with the calls that came to the disk. */
export async function far(bench: Bench): Promise<void> {
  if (quietly("python3", ["-c", "import fuse"]) === undefined || !isFile(HABITS)) {
    bench.say("  no FUSE, or no disk with habits: left out");
    return;
  }
  const place = memoryPlace();
  const files = Math.max(PER_DIR, Math.round(FILES * bench.scale));
  const source = `${place.path}/source`;
  const tree = makeTree(source, { files, filesPerDir: PER_DIR, size: () => 110 }, 6);
  await settle();
  const rows: string[][] = [];
  const tools = [...bench.tools.filter((t) => t.again && !t.slow), bareLoop(16)];
  for (const tool of tools) {
    const home = `${place.path}/home`;
    freshHome(home);
    for (const name of ["first run", "no change"]) {
      const { sample, calls } = await onDisk(place, home, tool.run({ source, home }));
      const of = name === "first run" ? files : tree.dirs;
      rows.push([
        name,
        tool.name,
        number(sample.seconds),
        number(calls / of),
        name === "first run" ? "file" : "directory",
        number(sample.cpuSeconds),
        number(sample.peakMB),
      ]);
      bench.say(`  ${name}, ${tool.name}: ${number(sample.seconds)} s, ${calls} calls`);
    }
    for (const path of [home, `${place.path}/disk`]) removeAll(path);
  }
  bench.report.section("A vault far away", [
    `${files} files of 110 B in ${tree.dirs} directories; each call takes 5 ms. The disk tells other inodes after each mount, as many do: directories of the mirror are listed again.`,
    "",
    ...table(["run", "tool", "s", "calls", "per", "CPU s", "peak MB"], rows),
  ]);
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
