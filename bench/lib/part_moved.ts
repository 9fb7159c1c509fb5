/**
 * A directory with everything in it is renamed (docs/sharing.md): what the next run takes, and what it adds to the disk. On
 * the disk of temporary files, and on a btrfs of the bench's own where one can be mounted.
 * @module
 */

import { type Bench, drain, settle } from "./bench.ts";
import { measure } from "./measure.ts";
import { diskPlace, type Place, quietly } from "./place.ts";
import { number, table } from "./report.ts";
import { freshHome, rsyncBackup, type Tool } from "./tools.ts";
import { makeTree } from "./trees.ts";

const FILES = 20_000;
const MEAN = 250_000;

/** Renames and measures, one tool after the other. */
export async function moved(bench: Bench): Promise<void> {
  const place = diskPlace();
  await movedOn(bench, place, place.system);
  const image = `${place.path}/btrfs.img`;
  const mount = `${place.path}/btrfs`;
  Deno.mkdirSync(mount);
  const size = Math.ceil(FILES * bench.scale * MEAN * 4 / 1e6) + 500;
  const made = quietly("mkfs.btrfs", ["--version"]) !== undefined && Deno.uid() === 0 &&
    quietly("truncate", ["-s", `${size}M`, image]) !== undefined &&
    quietly("mkfs.btrfs", ["-q", image]) !== undefined &&
    quietly("mount", ["-o", "loop", image, mount]) !== undefined;
  if (!made) return bench.say("  no btrfs can be mounted here: left out");
  try {
    await movedOn(bench, { path: mount, kind: "disk", system: "btrfs" }, "btrfs");
  } finally {
    quietly("umount", ["-l", mount]);
  }
}

/** rsync keeps no past unless it is told to. */
function toolsOf({ tools }: Bench): Tool[] {
  return tools.filter((t) => t.again).flatMap((t) =>
    t.name === "rsync" ? [t, rsyncBackup(t.version)] : [t]
  );
}

async function movedOn(bench: Bench, place: Place, system: string): Promise<void> {
  const source = `${place.path}/source`;
  const files = Math.max(10, Math.round(FILES * bench.scale));
  const tree = makeTree(`${source}/photos`, {
    files,
    filesPerDir: 100,
    size: (random) => Math.round(MEAN * (0.2 + 1.6 * random())),
  }, 9);
  await settle();
  const rows: string[][] = [];
  const home = `${place.path}/home`;
  for (const tool of toolsOf(bench)) {
    freshHome(home);
    const empty = taken(place, home);
    for (const step of tool.setup({ source, home })) await measure(step);
    await measure(tool.run({ source, home }));
    Deno.renameSync(`${source}/photos`, `${source}/pictures`);
    const before = taken(place, home);
    const sample = await measure(tool.run({ source, home }));
    const added = taken(place, home) - before;
    Deno.renameSync(`${source}/pictures`, `${source}/photos`);
    rows.push([
      tool.name,
      number(sample.seconds),
      number(sample.cpuSeconds),
      number(sample.diskMB),
      number(added / 1e6),
      number((before + added - empty) / tree.bytes),
    ]);
    bench.say(`  renamed, ${system}: ${rows.at(-1)?.join(", ")}`);
  }
  bench.report.section(`A directory renamed, on ${system}`, [
    `${files} files, ${
      number(tree.bytes / 1e6)
    } MB, all below one directory that is renamed between two runs: what the second run takes, and how much more the backup takes on the disk. rsync copies all again and removes the old: it keeps no past, with --backup it does. The last column is all that the backup takes on the disk after both runs, by the bytes of the distinct contents.`,
    "",
    ...table(
      ["tool", "s", "CPU s", "MB written to the disk", "MB more on the disk", "× content"],
      rows,
    ),
  ]);
}

/** The bytes that a backup takes on its disk, when all is written; where it may share blocks only the disk knows. */
function taken(place: Place, home: string): number {
  drain();
  const text = place.system === "btrfs"
    ? quietly("df", ["-B1", "--output=used", place.path])?.trim().split("\n").at(-1)
    : quietly("du", ["-s", "-B1", home])?.split("\t")[0];
  return Number(text ?? NaN);
}
