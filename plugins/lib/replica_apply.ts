/** Carries a plan out: moves and copies over there, content, metadata, records, deletions last. @module */

import type { Rclone } from "./rclone.ts";
import { type Call, callAll, pathIn, removeDir, transfer } from "./rclone_batch.ts";
import type { Plan, Step } from "./replica_plan.ts";

/** From where to where. */
export interface Places {
  rclone: Rclone;
  vault: string;
  remote: string;
  /** Where what is replaced or removed goes, instead of being lost. */
  archive: string | undefined;
  /** Few files change among many: each is asked for by itself. */
  few: boolean;
}

/** Moves and copies over there; what could not be done is sent from the vault. */
export async function moveOver(places: Places, plan: Plan): Promise<string[]> {
  const again: string[] = [];
  for (const kind of ["move", "copy"] as const) {
    const steps: readonly Step[] = kind === "move" ? plan.moves : plan.copies;
    const fs = places.remote;
    const calls = steps.map(({ from, to }) => transfer(kind, { fs, path: from }, { fs, path: to }));
    const errors = await callAll(places.rclone, calls);
    errors.forEach((error, i) => {
      const to = steps[i]?.to;
      if (error !== undefined && to !== undefined) again.push(to);
    });
  }
  return again;
}

/** Sends files of the vault, whatever lies there. */
export async function send(places: Places, paths: readonly string[]): Promise<void> {
  await copyListed(places, paths, ["--ignore-times"]);
}

/** Sets times where they alone differ; rclone compares the content by its hash. */
export async function sendTimes(places: Places, paths: readonly string[]): Promise<void> {
  await copyListed(places, paths, []);
}

async function copyListed(
  places: Places,
  paths: readonly string[],
  more: readonly string[],
): Promise<void> {
  if (paths.length === 0) return;
  const { rclone, vault, remote, archive, few } = places;
  // a list has a name a line: what has a line break in it goes by itself
  const plain = paths.filter((path) => !/[\r\n]/.test(path));
  if (plain.length > 0) {
    await rclone.text([
      "copy",
      "--links",
      "--files-from-raw=-",
      ...(few ? ["--no-traverse"] : []),
      ...(archive === undefined ? [] : [`--backup-dir=${archive}`]),
      ...more,
      vault,
      remote,
    ], plain);
  }
  const odd = paths.filter((path) => /[\r\n]/.test(path));
  await mustAll(
    rclone,
    odd.map((path) => transfer("copy", { fs: vault, path }, { fs: remote, path })),
  );
}

/** Removes files over there, or moves them to the archive. */
export async function remove(places: Places, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  const { rclone, remote, archive } = places;
  const plain = paths.filter((path) => !/[\r\n]/.test(path));
  const command = archive === undefined ? ["delete", remote] : ["move", remote, archive];
  if (plain.length > 0) {
    await rclone.text([
      ...command,
      "--files-from-raw=-",
      ...(places.few ? ["--no-traverse"] : []),
    ], plain);
  }
  const odd = paths.filter((path) => /[\r\n]/.test(path));
  await mustAll(rclone, odd.map((path) => removal({ fs: remote, path }, archive)));
}

function removal(file: { fs: string; path: string }, archive: string | undefined): Call {
  if (archive !== undefined) return transfer("move", file, { fs: archive, path: file.path });
  return {
    path: "operations/deletefile",
    params: { fs: file.fs, remote: file.path },
    args: ["deletefile", pathIn(file)],
  };
}

/** Removes directories that hold nothing any more, the deepest first; one that holds something stays. */
export async function removeDirs(places: Places, dirs: readonly string[]): Promise<void> {
  const byDepth = Map.groupBy(dirs, (dir) => dir.split("/").length);
  for (const [, level] of [...byDepth].sort(([a], [b]) => b - a)) {
    await callAll(places.rclone, level.map((path) => removeDir({ fs: places.remote, path })));
  }
}

async function mustAll(rclone: Rclone, calls: readonly Call[]): Promise<void> {
  const error = (await callAll(rclone, calls)).find((e) => e !== undefined);
  if (error !== undefined) throw new Error(error);
}
