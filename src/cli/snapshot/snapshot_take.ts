/** What taking a portable snapshot says, shared by `snapshot` and `snapshot job`. @module */

import type { TakeResult } from "../../portable/take.ts";
import { formatSize } from "../../base/size.ts";
import type { Context } from "../command.ts";
import { type EngineLine, openEngine } from "../engine.ts";
import { refuseSnapshotsInVault } from "../places/enclosing_vault.ts";
import { noArguments, snapshotsDirectory, targetDirectory } from "./snapshot_places.ts";
import { text } from "../../text/text.ts";

/** An engine that can take snapshots, and how to take one. */
export interface Taker {
  take(): Promise<TakeResult>;
  end(): void;
}

/** Starts the engine for `--target-directory` and `--snapshots-directory`; undefined when it was only to be explained. */
export function startTaker(context: Context): Taker | undefined {
  noArguments(context);
  const target = targetDirectory(context);
  const snapshots = snapshotsDirectory(context);
  refuseSnapshotsInVault(snapshots.path);
  const engine: EngineLine<"snapshotTake"> | undefined = openEngine(context, {
    command: "snapshotTake",
    access: "portableTake",
    roots: { source: [target], snapshots: [snapshots.grant] },
  });
  if (engine === undefined) return undefined;
  return {
    take: () => engine.call({ target, snapshots: snapshots.path }),
    end: () => engine.end(),
  };
}

/** What a taken snapshot is, for `--json`. */
export function takenFields(taken: TakeResult): Record<string, unknown> {
  return {
    name: taken.name,
    path: taken.path,
    files: taken.files,
    directories: taken.directories,
    links: taken.links,
    bytes: taken.bytes,
    snapshot_bytes: taken.snapshotBytes,
    errors: taken.errors,
    total_duration: taken.duration,
  };
}

/** The same for people. */
export function takenText(taken: TakeResult): string {
  const said = text("portable.snapshot", {
    path: taken.path,
    counts: countsText(taken),
    size: formatSize(taken.bytes),
    json: formatSize(taken.snapshotBytes),
  });
  return taken.errors === 0
    ? said
    : `${said}\n  ${text("portable.see-above", { n: taken.errors })}`;
}

/** How many entries of each kind. */
export function countsText(n: { files: number; directories: number; links: number }): string {
  return text("portable.counts", {
    files: text("summary.n-files", { n: n.files }),
    dirs: text("portable.n-dirs", { n: n.directories }),
    links: text("summary.links", { n: n.links }),
  });
}
