/** The plugin entry behind `--snapshot-source` and a job's `snapshotSource`. @module */

import type { JobPlugin } from "../../config/types.ts";

/** The programs that the plugin asks for on each system; a test compares. */
const PROGRAMS: Readonly<Record<string, string>> = {
  windows: "powershell",
  darwin: "df mktemp mount mount_apfs rmdir tmutil umount",
  linux: "findmnt realpath btrfs stat zfs lvs lvcreate lvremove mktemp mount umount rmdir",
};
/** A shadow copy of a busy disk takes its time. */
const TIMEOUT_MS = 120_000;

/** The shipped plugin, with the programs that it needs and nothing else. Who asked for a snapshot wants no run without. */
export const SNAPSHOT_SOURCE: JobPlugin = {
  path: "hikae:snapshot_source",
  allow: { run: (PROGRAMS[Deno.build.os] ?? PROGRAMS["linux"] ?? "").split(" ") },
  options: {},
  timeout: TIMEOUT_MS,
  onError: "abort",
};

/**
 * The plugins of a run with this one, unless the config has an entry of it already. It comes last: those before
 * it may read the source, not a snapshot of it, and may skip the run.
 */
export function withSnapshotSource(plugins: readonly JobPlugin[]): readonly JobPlugin[] {
  return plugins.some((p) => p.path === SNAPSHOT_SOURCE.path)
    ? plugins
    : [...plugins, SNAPSHOT_SOURCE];
}
