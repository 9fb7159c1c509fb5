/** What taking a portable snapshot says, shared by `snapshot` and `snapshot job`. @module */

import type { TakeResult } from "../portable/take.ts";
import { formatSize } from "../base/size.ts";
import type { Context } from "./command.ts";
import { PortableEngine } from "./portable_engine.ts";
import { noArguments, snapshotsDirectory, targetDirectory } from "./snapshot_places.ts";
import { text } from "../text/text.ts";

/** An engine that can take snapshots, and how to take one. */
export interface Taker {
  take(): Promise<TakeResult>;
  close(): void;
}

/** Starts the engine for `--target-directory` and `--snapshots-directory`. */
export function startTaker(context: Context): Taker {
  noArguments(context);
  const target = targetDirectory(context);
  const snapshots = snapshotsDirectory(context);
  const places = { source: [target], snapshots: [snapshots.grant] };
  const engine = new PortableEngine("portableTake", places, context);
  return {
    take: () => engine.ask("take", { target, snapshots: snapshots.path }),
    close: () => engine.close(),
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
