/** Writes directories and files of a snapshot below an output directory, and follows no link there. @module */

import { systemText } from "../base/system_text.ts";
import { errorCode, HikaeError } from "../base/errors.ts";
import type { FileHandle, FileSystem } from "../base/fs.ts";
import { addName, letsOwnerIn, moveOver, removeIfAny, removeQuietly } from "../base/io.ts";
import { tellsLate } from "../base/late_errors.ts";
import { dirOf, joinRel } from "../base/relpath.ts";
import { PlacedNames } from "../base/placed_names.ts";
import { clearLeftOver, portableTemporary } from "../base/restore_names.ts";
import { sameFiles } from "../base/same_files.ts";
import { HOLE, writeWithHoles } from "../base/sparse.ts";
import { text } from "../text/text.ts";
import { StorableNames } from "./storable_names.ts";
import type { SnapshotEntry } from "./format.ts";
import { lookAt, makeDirs, RealDirCache, type Root, under } from "./paths.ts";
import type { ErrorCounter, PortablePorts } from "./ports.ts";
import type { Visitor } from "./reader.ts";

/** Codes that say that no other file will fare better. */
const HOPELESS = ["ENOSPC", "EDQUOT", "EROFS", "EIO"];

/** Set-id bits are not given back: the owner who set them is not either. */
export const MODE_MASK = 0o777;

/** The second pass: directories (with modes that let files in) and files. */
export class DiskWriter implements Visitor {
  #ports: PortablePorts;
  #root: Root;
  #dirs: RealDirCache;
  #trouble: ErrorCounter;
  #admission: StorableNames;
  /** What is being written, and how far it has come: runs of zeros become holes. */
  #file: { handle: FileHandle; path: string; at: number; replaces: boolean } | undefined;
  readonly #names: PlacedNames;
  #late: boolean | undefined;
  /** Directories into which nothing went. */
  readonly shut = new Set<string>();
  /** What was written. */
  files = 0;
  directories = 0;
  bytes = 0;

  constructor(ports: PortablePorts, root: Root, trouble: ErrorCounter, admission: StorableNames) {
    this.#ports = ports;
    this.#root = root;
    this.#dirs = new RealDirCache(ports.fs, root);
    this.#trouble = trouble;
    this.#admission = admission;
    this.#names = new PlacedNames(ports.fs, {
      native: (path) => under(root, path),
      altered: (path, bytes, error) => this.#altered(path, bytes, error),
      failed: (dir, error) => trouble.unrestored(dir, error),
    });
  }

  begin(entry: Readonly<SnapshotEntry>): void {
    if (!this.#admission.admit(entry)) return;
    this.#try(entry.path, () => {
      if (!this.#dirs.parentsAreReal(entry.path)) {
        throw unfit(text("portable.below-link"));
      }
      const there = lookAt(this.#ports.fs, under(this.#root, entry.path));
      if (there?.type === "dir") {
        this.#names.assertOwn(entry.path);
        throw unfit(text("portable.dir-in-place"));
      }
      const mode = entry.mode === undefined ? undefined : 0o600;
      const file = createTemp(this.#ports, this.#root, tempDirOf(entry.path), mode);
      this.#file = { ...file, at: 0, replaces: there !== undefined };
    });
  }

  data(piece: Uint8Array): void {
    const file = this.#file;
    if (file === undefined) return;
    this.#try(file.path, () => {
      writeWithHoles(file.handle, piece, file.at);
      file.at += piece.length;
    });
  }

  entry(entry: Readonly<SnapshotEntry>): void {
    if (entry.type === "dir") this.#dir(entry);
    // links are made by another pass; what is told of their names is told here
    if (entry.type === "link") this.#admission.admit(entry);
    if (entry.type === "file" && this.#file !== undefined) this.#finish(entry);
  }

  /** Looks at the names that were written last. */
  async finish(): Promise<void> {
    await this.#names.close();
  }

  /** Removes what is half written. */
  close(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file === undefined) return;
    file.handle.close();
    try {
      this.#ports.fs.remove(under(this.#root, file.path));
    } catch {
      // the error that led here says more
    }
  }

  #finish(entry: Readonly<SnapshotEntry>): void {
    const file = this.#file;
    if (file === undefined) return;
    const { fs } = this.#ports;
    const written = under(this.#root, file.path);
    this.#try(entry.path, () => {
      // the end may be a hole
      if (file.at >= HOLE) file.handle.truncate(file.at);
      // what is there goes when this is safe: a power cut leaves the one or the other
      this.#late ??= tellsLate(this.#ports, this.#root.path);
      if (file.replaces || this.#late) file.handle.sync();
      if (entry.mtime !== undefined) file.handle.utime(entry.mtime, entry.mtime);
      if (entry.mode !== undefined) fs.chmod(written, entry.mode & MODE_MASK);
      if (!this.#dirs.parentsAreReal(entry.path)) {
        throw unfit(text("portable.below-link"));
      }
      file.handle.close();
      this.#file = undefined;
      const temporary = this.#asName(entry, written) ?? written;
      try {
        this.#names.assertOwn(entry.path);
        moveInto(this.#ports, this.#root, temporary, entry);
      } catch (error) {
        removeQuietly(fs, temporary);
        throw error;
      }
      this.#names.add(entry.path, entry.size);
      this.files++;
      this.bytes += entry.size;
    });
  }

  /** Another name of a file that is there becomes one again; undefined where it cannot, and what was written is taken. */
  #asName({ path, sameAs, size }: Readonly<SnapshotEntry>, written: string): string | undefined {
    if (sameAs === undefined || !this.#dirs.parentsAreReal(sameAs)) return undefined;
    const { fs } = this.#ports;
    const first = under(this.#root, sameAs);
    const dir = dirOf(path);
    try {
      const there = lookAt(fs, first);
      if (there?.type !== "file" || there.size !== size || !sameFiles(fs, first, written)) {
        return undefined;
      }
      const name = under(this.#root, joinRel(dir, freeName(this.#ports, this.#root, dir)));
      addName(fs, first, name);
      removeIfAny(fs, written);
      return name;
    } catch {
      // a disk without hard links: each name is a file of its own
      return undefined;
    }
  }

  /** The disk keeps what was written under another name: it is not restored. */
  #altered(path: string, bytes: number | undefined, error: HikaeError): void {
    if (bytes === undefined) this.directories--;
    else {
      this.files--;
      this.bytes -= bytes;
    }
    this.#trouble.unrestored(path, error);
  }

  #dir(entry: Readonly<SnapshotEntry>): void {
    if (!this.#admission.admit(entry)) return;
    const { fs } = this.#ports;
    const path = under(this.#root, entry.path);
    try {
      const there = lookAt(fs, path);
      if (!this.#dirs.parentsAreReal(entry.path) || (there && there.type !== "dir")) {
        if (there !== undefined) this.#names.assertOwn(entry.path);
        throw unfit(text("portable.not-restored", { problem: text("portable.file-there") }));
      }
      if (there !== undefined) {
        this.#names.assertOwn(entry.path);
        clearIn(this.#ports, this.#root, entry.path);
      } else {
        fs.mkdir(path, 0o700);
        this.#names.add(entry.path);
      }
      if (there !== undefined && !letsOwnerIn(there.mode)) fs.chmod(path, there.mode | 0o700);
      this.directories++;
    } catch (error) {
      stopIfHopeless(error);
      this.#admission.shut(entry.path);
      this.shut.add(entry.path);
      this.#trouble.unrestored(entry.path, error);
    }
  }

  /** Does something for one path; its failure is reported, and the file it was for given up. */
  #try(path: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.close();
      stopIfHopeless(error);
      this.#trouble.unrestored(path, error);
    }
  }
}

function stopIfHopeless(cause: unknown): void {
  if (!HOPELESS.includes(errorCode(cause))) return;
  throw new HikaeError("failed", text("portable.write-failed", { problem: systemText(cause) }), {
    hint: text("portable.write-failed-hint"),
    cause,
  });
}

/** The deepest directory whose files are begun in it. */
const DEEP = 32;

/**
 * Where a file is begun: in its own directory, so that it has what that one gives to what is made in it; at the root where
 * that lies deep, since a thread with scoped rights looks at every directory above a file that it opens.
 */
function tempDirOf(path: string): string {
  const dir = dirOf(path);
  let depth = 0;
  for (let at = dir.indexOf("/"); at >= 0; at = dir.indexOf("/", at + 1)) depth++;
  return depth < DEEP ? dir : "";
}

function createTemp(
  ports: PortablePorts,
  root: Root,
  dir: string,
  mode: number | undefined,
): { handle: FileHandle; path: string } {
  const options = { write: true, createNew: true, ...(mode === undefined ? {} : { mode }) };
  const path = joinRel(dir, freeName(ports, root, dir));
  return { handle: ports.fs.open(under(root, path), options), path };
}

/** What is there already, or above it, keeps an entry from its place. */
function unfit(problem: string): HikaeError {
  return new HikaeError("unstorable", problem, { hint: text("restore.move-away-hint") });
}

/** A temporary name that nothing has in a directory. */
function freeName(ports: PortablePorts, root: Root, dir: string): string {
  for (let n = 0;; n++) {
    const name = portableTemporary(n);
    if (lookAt(ports.fs, under(root, joinRel(dir, name))) === undefined) return name;
  }
}

/** Removes what a killed restore left in a directory. */
function clearIn({ fs }: PortablePorts, root: Root, dir: string): void {
  clearLeftOver(fs, under(root, dir), (name) => under(root, joinRel(dir, name)));
}

/** Makes the output directory; tells whether names fold there. */
export function openOutput(ports: PortablePorts, root: Root): boolean {
  const { fs } = ports;
  makeDirs(fs, root);
  if (lookAt(fs, root.path)?.type !== "dir") throw new Error(text("portable.no-dir"));
  clearIn(ports, root, "");
  const probe = createTemp(ports, root, "", 0o600);
  probe.handle.close();
  const folds = lookAt(fs, under(root, probe.path.toUpperCase())) !== undefined;
  fs.remove(under(root, probe.path));
  return folds;
}

/** Renames a temporary file; where a file system is mounted between the two it is written again beside its place. */
function moveInto(
  ports: PortablePorts,
  root: Root,
  from: string,
  entry: Readonly<SnapshotEntry>,
): void {
  const { fs } = ports;
  const to = under(root, entry.path);
  try {
    return moveOver(fs, from, to);
  } catch (error) {
    if (errorCode(error) !== "EXDEV") throw error;
  }
  const { mode, mtime } = fs.lstat(from);
  const beside = createTemp(ports, root, dirOf(entry.path), 0o600);
  const path = under(root, beside.path);
  try {
    try {
      copyInto(fs, from, beside.handle);
      beside.handle.utime(mtime, mtime);
      // another disk, which may hold what is there, or be a share that is full
      beside.handle.sync();
    } finally {
      beside.handle.close();
    }
    fs.chmod(path, mode);
    moveOver(fs, path, to);
  } catch (error) {
    removeQuietly(fs, path);
    throw error;
  }
  removeIfAny(fs, from);
}

function copyInto(fs: FileSystem, from: string, output: FileHandle): void {
  const input = fs.open(from, { read: true });
  try {
    const buffer = new Uint8Array(1 << 18);
    for (let n = input.read(buffer); n > 0; n = input.read(buffer)) {
      for (let done = 0; done < n;) done += output.write(buffer.subarray(done, n));
    }
  } finally {
    input.close();
  }
}
