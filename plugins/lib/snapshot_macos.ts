/** Snapshots of APFS on macOS. @module */

import { isBelow, refuseNested, restOf, type SnapshotRequest } from "./snapshot_steps.ts";
import { say } from "./snapshot_words.ts";

/** The programs that it needs. */
export const MACOS_PROGRAMS = ["df", "mktemp", "mount", "mount_apfs", "rmdir", "tmutil", "umount"];

/** Takes a snapshot; gives where the source is in it. */
export async function macosSnapshot(request: SnapshotRequest): Promise<string> {
  const { source, steps } = request;
  const volume = volumeOf(await steps.do("df", ["-P", source]));
  const mounted = (await steps.do("mount", [])).split("\n")
    .map((line) => / on (.*) \([^()]*\)$/.exec(line)?.[1] ?? "");
  refuseNested(mounted.filter((target) => isBelow(target, source)), request);
  const said = await steps.do("tmutil", ["localsnapshot", volume]);
  const date = /\d{4}-\d\d-\d\d-\d{6}/.exec(said)?.[0];
  if (date === undefined) throw new Error(say("tmutil", { said }));
  steps.later("tmutil", ["deletelocalsnapshots", date]);
  const place = await steps.do("mktemp", ["-d", "-t", "hikae"]);
  steps.later("rmdir", [place]);
  const snapshot = `com.apple.TimeMachine.${date}.local`;
  await steps.do("mount_apfs", ["-o", "rdonly,nobrowse", "-s", snapshot, volume, place]);
  steps.later("umount", [place]);
  // /Users and its like are seen at the root, but lie in the data volume: there the path starts at its top.
  return place + restOf(source, volume);
}

/** The mount point in the last column of `df -P`. */
function volumeOf(text: string): string {
  const volume = /\d+%\s+(\/.*)$/.exec(text)?.[1];
  if (volume === undefined) throw new Error(say("df"));
  return volume;
}
