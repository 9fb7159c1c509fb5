/**
 * Restores a portable snapshot in three passes over its file: check all of it and write nothing; write
 * directories and files; make the links and, bottom up, give the directories their modes and times.
 * @module
 */

import { systemText } from "../base/system_text.ts";
import { HikaeError } from "../base/errors.ts";
import type { FileHandle, FileInfo } from "../base/fs.ts";
import { joinRel } from "../base/relpath.ts";
import { StorableNames } from "./storable_names.ts";
import type { SnapshotTotals } from "./format.ts";
import type { MakeLinks } from "./restore_finish.ts";
import { lookAt, type Root, under } from "./paths.ts";
import { checkCancelled, ErrorCounter, type PortablePorts, SnapshotProgress } from "./ports.ts";
import { documentEntries, type SnapshotDocument, toEnd, type Visitor } from "./reader.ts";
import { SnapshotDryRun } from "./restore_plan.ts";
import { DiskWriter, openOutput } from "./restore_disk.ts";
import { Finisher } from "./restore_finish.ts";
import { SnapshotSource } from "./source.ts";
import { text } from "../text/text.ts";

/** What is restored, and where to. */
export interface RestoreOptions {
  /** The file of the snapshot, a real path. */
  snapshot: string;
  /** What messages call it. */
  name: string;
  /** The output directory, a real path; made when missing. */
  output: string;
  /** A directory with such a file (relative, with `/`) is written into only where the snapshot has that file too. */
  mark?: string;
}

/** What was restored. */
export interface SnapshotRestoreResult {
  files: number;
  directories: number;
  links: number;
  bytes: number;
  /** What could not be restored. */
  errors: number;
  /** What the snapshot says of itself. */
  snapshot: SnapshotTotals;
  /** Seconds. */
  duration: number;
}

/** Restores a snapshot; a damaged one is refused before anything is written. Who makes its links counts them. */
export async function restoreSnapshot(
  ports: PortablePorts,
  options: RestoreOptions,
  makeLinks: MakeLinks,
): Promise<Omit<SnapshotRestoreResult, "links">> {
  const trouble = new ErrorCounter(ports);
  const root = { path: options.output, separator: ports.separator };
  return await withSnapshot(ports, options, async (file) => {
    const passes = new Passes(ports, options, file);
    const { totals, keepsOut } = passes.check(root);
    const foldsNames = openRoot(ports, root);
    const kind = { windows: ports.separator === "\\", foldsNames, keepsOut };
    const progress = new SnapshotProgress(ports, totals.bytes);
    const report = (path: string, why: string, hint: string): void =>
      trouble.say(path, "restore", "unstorable", why, hint);
    const writer = new DiskWriter(ports, root, trouble, new StorableNames(kind, report));
    try {
      passes.run(true, progress, writer);
      await writer.finish();
    } finally {
      writer.close();
    }
    const finisher = new Finisher(ports, root, trouble, {
      // the second pass reported; links come first here
      admission: new StorableNames(kind, () => {}),
      makeLinks,
      shut: writer.shut,
    });
    for (const _ of passes.each(false, undefined, finisher)) {
      if (finisher.isFull) await finisher.flush();
    }
    await finisher.close();
    return {
      files: writer.files,
      directories: writer.directories,
      bytes: writer.bytes,
      errors: trouble.count,
      snapshot: totals,
      duration: progress.seconds,
    };
  });
}

/** Checks a snapshot whole and tells as changes what restoring it would write. */
export async function planRestore(
  ports: PortablePorts,
  options: RestoreOptions,
): Promise<SnapshotRestoreResult> {
  const trouble = new ErrorCounter(ports);
  const progress = new SnapshotProgress(ports);
  const root = { path: options.output, separator: ports.separator };
  return await withSnapshot(ports, options, (file) => {
    const passes = new Passes(ports, options, file);
    const { totals, keepsOut } = passes.check(root);
    const planner = new SnapshotDryRun(ports, root, trouble, keepsOut);
    passes.run(false, undefined, planner);
    return {
      files: planner.written.files,
      directories: planner.written.directories,
      links: planner.written.links,
      bytes: planner.written.bytes,
      errors: trouble.count,
      snapshot: totals,
      duration: progress.seconds,
    };
  });
}

/** Reads the same file several times over. */
class Passes {
  #ports: PortablePorts;
  #options: RestoreOptions;
  #file: FileHandle;
  #first: FileInfo;

  constructor(ports: PortablePorts, options: RestoreOptions, file: FileHandle) {
    this.#ports = ports;
    this.#options = options;
    this.#file = file;
    this.#first = file.stat();
  }

  /** Checks everything; tells which directories below `root` are not to be written into. */
  check(root: Root): SnapshotDocument & { keepsOut: (dir: string) => boolean } {
    const { mark } = this.#options;
    const own = new Set<string>();
    const document = this.run(true, undefined, {
      entry: ({ path }) => {
        if (mark === undefined || !`/${path}`.endsWith(`/${mark}`)) return;
        own.add(path.slice(0, Math.max(0, path.length - mark.length - 1)));
      },
    });
    const keepsOut = (dir: string): boolean =>
      mark !== undefined && !own.has(dir) &&
      lookAt(this.#ports.fs, under(root, joinRel(dir, mark))) !== undefined;
    if (!keepsOut("")) return { ...document, keepsOut };
    throw new HikaeError("usage", text("portable.output-vault"), {
      path: root.path,
      hint: text("portable.output-vault-hint"),
    });
  }

  /** Reads it all; contents only `whole`. */
  run(whole: boolean, progress: SnapshotProgress | undefined, visitor: Visitor): SnapshotDocument {
    return toEnd(this.each(whole, progress, visitor));
  }

  /** The same, and may be held up after each entry. */
  each(
    whole: boolean,
    progress: SnapshotProgress | undefined,
    visitor: Visitor,
  ): Generator<void, SnapshotDocument> {
    const source = new SnapshotSource(this.#file, () => checkCancelled(this.#ports));
    const now = this.#file.stat();
    if (now.size !== this.#first.size || now.mtime !== this.#first.mtime) {
      throw new HikaeError("damaged", text("portable.changed", { name: this.#options.name }), {
        path: this.#options.name,
      });
    }
    const options = {
      name: this.#options.name,
      ...(whole ? { newHash: this.#ports.newHash } : {}),
    };
    return documentEntries(source, options, {
      begin: (entry) => visitor.begin?.(entry),
      data: (piece) => {
        visitor.data?.(piece);
        progress?.add(0, piece.length);
      },
      entry: (entry) => {
        checkCancelled(this.#ports);
        visitor.entry?.(entry);
        if (entry.type === "file") progress?.add(1, 0);
      },
    });
  }
}

function openRoot(ports: PortablePorts, root: Root): boolean {
  try {
    return openOutput(ports, root);
  } catch (cause) {
    throw new HikaeError(
      "failed",
      text("portable.write-in", { path: root.path, problem: systemText(cause) }),
      {
        path: root.path,
        hint: text("portable.write-in-hint"),
        cause,
      },
    );
  }
}

async function withSnapshot<T>(
  ports: PortablePorts,
  options: RestoreOptions,
  use: (file: FileHandle) => T | Promise<T>,
): Promise<T> {
  const { fs } = ports;
  if (lookAt(fs, options.snapshot)?.type !== "file") {
    throw new HikaeError("no_such_snapshot", text("portable.no-file", { name: options.name }), {
      path: options.name,
      hint: text("portable.no-file-hint"),
    });
  }
  const file = fs.open(options.snapshot, { read: true });
  try {
    return await use(file);
  } finally {
    file.close();
  }
}
