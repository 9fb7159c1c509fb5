/** What taking a portable snapshot says, shared by `snapshot` and `snapshot job`. @module */

import type { TakeResult } from "../portable/take.ts";
import { formatSize } from "../base/size.ts";
import type { Context } from "./command.ts";
import { PortableEngine } from "./portable_engine.ts";
import { noArguments, snapshotsDirectory, targetDirectory } from "./snapshot_places.ts";

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
  const missing = taken.errors === 0 ? "" : `\n  ${count(taken.errors, "error")}, see above`;
  return `snapshot ${taken.path}\n  ${count(taken.files, "file")} in ${
    count(taken.directories, "directory", "directories")
  }, ${count(taken.links, "link")}, ${formatSize(taken.bytes)} (${
    formatSize(taken.snapshotBytes)
  } as JSON)${missing}`;
}

/** A number with its noun. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}
