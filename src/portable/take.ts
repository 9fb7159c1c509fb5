/** Takes a portable snapshot: walks a directory without following links and writes one JSON file. @module */

import { systemText } from "../base/system_text.ts";
import { HikaeError } from "../base/errors.ts";
import type { FileHandle } from "../base/fs.ts";
import { move, removeQuietly } from "../base/io.ts";
import { nextStamp, stampOf } from "../base/stamp.ts";
import { FORMAT, HASH_NAME, PART, snapshotName, type SnapshotTotals, VERSION } from "./format.ts";
import { timeText } from "./entry_text.ts";
import { lookAt, makeDirs, under } from "./paths.ts";
import { checkCancelled, ErrorCounter, type PortablePorts, SnapshotProgress } from "./ports.ts";
import { SnapshotSink } from "./sink.ts";
import { TreeWriter } from "./tree.ts";
import { text } from "../text/text.ts";

/** What is taken, and where to. */
export interface TakeOptions {
  /** The directory, a real path. */
  target: string;
  /** The directory of the snapshots, a real path; made when missing. */
  snapshots: string;
}

/** What was taken. */
export interface TakeResult extends SnapshotTotals {
  /** The file name of the snapshot. */
  name: string;
  /** Its native path. */
  path: string;
  /** The size of the file. */
  snapshotBytes: number;
  /** Seconds. */
  duration: number;
}

/** Takes a snapshot; what cannot be read is reported and counted, what cannot be written is thrown. */
export async function takeSnapshot(
  ports: PortablePorts,
  options: TakeOptions,
): Promise<TakeResult> {
  if (lookAt(ports.fs, options.target)?.type !== "dir") {
    throw new HikaeError(
      "source_missing",
      text("portable.target-no-dir", { path: options.target }),
      {
        path: options.target,
        hint: text("portable.target-no-dir-hint"),
      },
    );
  }
  if (options.target === options.snapshots) {
    throw new HikaeError("usage", text("portable.target-is-snapshots", { path: options.target }), {
      hint: text("portable.other-place-hint"),
    });
  }
  const trouble = new ErrorCounter(ports);
  const progress = new SnapshotProgress(ports);
  const created = ports.clock.now();
  const part = openPart(ports, options.snapshots, created);
  try {
    const totals = await writeDocument(ports, options, { created, part, trouble, progress });
    part.sink.sync();
    part.file.close();
    move(ports.fs, part.path + PART, part.path);
    await ports.fs.syncAll([options.snapshots]);
    return {
      ...totals,
      name: part.name,
      path: part.path,
      snapshotBytes: part.sink.position,
      duration: progress.seconds,
    };
  } catch (error) {
    discard(ports, part);
    throw error;
  }
}

interface SnapshotPart {
  name: string;
  /** Where the snapshot will be, without the ending of a part. */
  path: string;
  file: FileHandle;
  sink: SnapshotSink;
}

/** Starts the file of a snapshot under a name that no other has, a second later if need be. */
function openPart(ports: PortablePorts, snapshots: string, created: number): SnapshotPart {
  const root = { path: snapshots, separator: ports.separator };
  try {
    makeDirs(ports.fs, root);
    for (let stamp = stampOf(created);; stamp = nextStamp(stamp)) {
      const name = snapshotName(stamp);
      const path = under(root, name);
      const file = createNew(ports, path + PART);
      if (file === undefined) continue;
      let taken = false;
      try {
        // made before the look, so that nobody else can come between the two
        taken = lookAt(ports.fs, path) === undefined;
        if (taken) return { name, path, file, sink: new SnapshotSink(lockedPart(file)) };
      } finally {
        if (!taken) {
          file.close();
          removeQuietly(ports.fs, path + PART);
        }
      }
    }
  } catch (cause) {
    throw new HikaeError(
      "failed",
      text("portable.write-in", { path: snapshots, problem: systemText(cause) }),
      {
        path: snapshots,
        hint: text("portable.other-place-hint"),
        cause,
      },
    );
  }
}

/** The lock keeps `prune` from a file that is being written; where a disk has no locks, the file's age does. */
function lockedPart(file: FileHandle): FileHandle {
  try {
    file.tryLock();
  } catch {
    // a disk without locks
  }
  return file;
}

function createNew(ports: PortablePorts, path: string): FileHandle | undefined {
  try {
    return ports.fs.open(path, { write: true, createNew: true, mode: 0o600 });
  } catch (error) {
    if (lookAt(ports.fs, path) !== undefined) return undefined;
    throw error;
  }
}

interface SnapshotRun {
  created: number;
  part: SnapshotPart;
  trouble: ErrorCounter;
  progress: SnapshotProgress;
}

async function writeDocument(
  ports: PortablePorts,
  options: TakeOptions,
  run: SnapshotRun,
): Promise<SnapshotTotals> {
  const { sink } = run.part;
  const header = {
    format: FORMAT,
    version: VERSION,
    created: timeText(run.created),
    target: options.target.toWellFormed(),
    hash: HASH_NAME,
  };
  sink.text(`${JSON.stringify(header).slice(0, -1)},\n"entries":[`);
  const tree = new TreeWriter(ports, sink, run.trouble, run.progress);
  await tree.write(options.target, options.snapshots);
  checkCancelled(ports);
  const totals = { ...tree.totals, errors: run.trouble.count };
  sink.text(`\n],\n"summary":${JSON.stringify(totals)}}\n`);
  return totals;
}

function discard(ports: PortablePorts, part: SnapshotPart): void {
  try {
    part.file.close();
  } catch {
    // it was closed before
  }
  try {
    ports.fs.remove(part.path + PART);
  } catch {
    // the error that led here says more; prune removes what is left
  }
}
