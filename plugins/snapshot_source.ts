/**
 * Backs up from a snapshot of the file system, so that open and changing files are all of one moment: VSS on
 * Windows, btrfs, ZFS or LVM on Linux, APFS on macOS, each by the system's own programs. The snapshot is made
 * before the run and removed after it; one that was left over is removed by the next run of the same job.
 *
 * ```jsonc
 * {
 *   "path": "hikae:snapshot_source",
 *   "allow": { "run": ["findmnt", "realpath", "btrfs", "stat"] },   // `hikae plugin list` says what yours needs
 *   "options": { "kind": "btrfs" },
 *   "timeout": "2m",
 *   "onError": "warn"                                              // no snapshot: read the source itself; or "abort"
 * }
 * ```
 *
 * What it takes: on Windows an elevated hikae (a scheduled task with highest privileges); on Linux root; on macOS
 * full disk access. Other file systems mounted below the source, and nested subvolumes, are empty in a snapshot:
 * it refuses a source that has some, unless `nested` is true. `--dry-run` makes no snapshot.
 *
 * Wants: `run` for the programs of the kind; with `"kind": "auto"` for those of all kinds of the system. And `source`,
 * to have the snapshot read in the source's place: `hikae:snapshot_source` has that without a word of the config.
 * @module
 */

import type { Host, Permissions, Plugin, PreBackupResult } from "../src/plugins/api.ts";
import { programRunner } from "./lib/program.ts";
import { linuxPrograms, linuxSnapshot } from "./lib/snapshot_linux.ts";
import { MACOS_PROGRAMS, macosSnapshot } from "./lib/snapshot_macos.ts";
import { Steps } from "./lib/snapshot_steps.ts";
import { WINDOWS_PROGRAMS, windowsSnapshot } from "./lib/snapshot_windows.ts";
import { ABOUT, say } from "./lib/snapshot_words.ts";
import { inLanguage } from "./lib/words.ts";

interface Options {
  kind?: string;
  size?: string;
  nested?: boolean;
}

/** What takes the snapshot of this run away again. */
let steps: Steps | undefined;

const { description, ...options } = inLanguage(ABOUT);

export default {
  name: "snapshot_source",
  version: "1.0.0",
  description,
  options,
  permissions: ({ kind }): Permissions => ({
    run: programsOf(kind ?? "auto"),
    source: true,
  }),
  async preBackup(run, host): Promise<PreBackupResult> {
    if (run.dryRun) return {};
    const { kind = "auto", size = "2G", nested = false } = run.options;
    const name = `hikae-${nameOf(run.job ?? "run")}-${hashOf(run.source)}`;
    const made = new Steps(programRunner(host.signal));
    const request = { source: run.source, name, kind, size, nested, steps: made };
    try {
      const source = await takerOf(Deno.build.os)(request);
      steps = made;
      host.log("info", say("reading", { source }));
      // Snapshots of other jobs, where they stand among the files
      return { source, exclude: ["/.hikae-*/"] };
    } catch (error) {
      await remove(made, host);
      throw error;
    }
  },
  async postBackup(_result, host): Promise<void> {
    await removeOwn(host);
  },
  async onError(_failure, host): Promise<void> {
    await removeOwn(host);
  },
} satisfies Plugin<Options>;

function programsOf(kind: string): string[] {
  if (Deno.build.os === "windows") return WINDOWS_PROGRAMS;
  return Deno.build.os === "darwin" ? MACOS_PROGRAMS : linuxPrograms(kind);
}

function takerOf(os: string): typeof linuxSnapshot {
  if (os === "windows") return windowsSnapshot;
  return os === "darwin" ? macosSnapshot : linuxSnapshot;
}

async function removeOwn(host: Host): Promise<void> {
  const own = steps;
  steps = undefined;
  if (own !== undefined) await remove(own, host);
}

/** The run is over by now, maybe by an interrupt: what is left has to go whatever the signal of its hook says. */
async function remove(made: Steps, host: Host): Promise<void> {
  for (const problem of await made.undo(programRunner(AbortSignal.timeout(60_000)))) {
    host.log("warn", say("left-over", { problem }));
  }
}

/** A job's name as part of a snapshot's. */
function nameOf(job: string): string {
  return job.replace(/[^A-Za-z0-9]+/g, "_").slice(0, 32);
}

/** Tells sources apart; runs of the same job on the same source come to the same name. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
