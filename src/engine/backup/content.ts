/**
 * Reads a file of the source once for all vaults: a consistent read, hashed while the buffer is hot, written
 * to as many temporary files as want it (design, *Never lose anything*).
 * @module
 */

import { HikaeError, messageOf } from "../../base/errors.ts";
import type { FileHandle, FileInfo, FileSystem } from "../../base/fs.ts";
import type { NewHash } from "../../base/hash.ts";
import { text } from "../../text/text.ts";
import { createFresh, removeIfAny, writeAll } from "../../base/io.ts";

/** A vault that may want a file's content. */
export interface Destination {
  /** Where to write it. */
  temporary: string;
  /** The hash of what the vault has; undefined when it wants the content whatever it is. */
  has: string | undefined;
  /** Flush before it is renamed into place: it replaces something. */
  durable: boolean;
}

/** What became of a want. */
export type CopyOutcome = "same" | "written" | { failed: unknown };

/** A file, read. */
export interface Content {
  hash: string;
  size: number;
  info: FileInfo;
  got: CopyOutcome[];
  /** Files that are written and still open, to be flushed with others and closed. */
  open: (FileHandle | undefined)[];
}

/** What a reading needs. */
export interface ReadContext {
  fs: FileSystem;
  newHash: NewHash;
  hashOf: (data: Uint8Array) => string;
  /** Reused between files; grown by nobody. */
  buffer: Uint8Array;
  /** Looked at between chunks; throws when the run was cancelled. */
  check: () => void;
  /** Told of files and bytes read. */
  progress: (files: number, bytes: number) => void;
  /** The bits that the system takes from modes of new files. */
  umask: number;
  flush: boolean;
}

const TRIES = 3;

/** What goes on so far past the size that is told has no end, in bytes (decision 27). */
const ENDLESS = 64 << 20;

function endless(): HikaeError {
  return new HikaeError("unreadable", text("disk.endless"));
}

/** Reads `path`, last seen as `seen`, for `wants`; throws a `changing` error when it will not hold still. */
export function readContent(
  context: ReadContext,
  path: string,
  seen: FileInfo,
  wants: readonly Destination[],
  likelySame: boolean,
): Content {
  for (let attempt = 1;; attempt++) {
    const content = tryRead(context, path, seen, wants, likelySame, attempt > 1);
    if (content !== undefined) return content;
    if (attempt === TRIES) {
      throw new HikaeError("changing", text("backup.changing"), {
        path,
        hint: text("backup.changing-hint"),
      });
    }
  }
}

/**
 * Hashes a file of the source for who asks whether it is what a vault has. It is not looked at again: the hash of other
 * content is another one, and what is to be stored is read by {@link readContent}.
 */
export function hashContent(context: ReadContext, path: string, seen: FileInfo): string {
  return hashOnce(context, path, seen).hash;
}

/** Reads a file to its end, whatever size is told of it. */
function hashOnce(
  context: ReadContext,
  path: string,
  seen: FileInfo,
): { hash: string; size: number } {
  const file = context.fs.open(path, { read: true });
  try {
    const size = seen.size < context.buffer.length ? readWhole(context, file, seen) : undefined;
    if (size !== undefined) {
      context.progress(1, size);
      return { hash: context.hashOf(context.buffer.subarray(0, size)), size };
    }
    if (seen.size < context.buffer.length) file.seek(0);
    const read = stream(context, file, seen, []);
    context.progress(1, 0);
    return read;
  } finally {
    file.close();
  }
}

/**
 * True when content may be believed: as long as was told, or, where a disk tells another size, the same in a second read
 * (decision 27).
 */
function agrees(
  context: ReadContext,
  path: string,
  seen: FileInfo,
  first: { hash: string; size: number },
): boolean {
  if (first.size === seen.size) return true;
  const second = hashOnce({ ...context, progress: () => {} }, path, seen);
  return second.hash === first.hash && second.size === first.size;
}

function tryRead(
  context: ReadContext,
  path: string,
  seen: FileInfo,
  wants: readonly Destination[],
  likelySame: boolean,
  again: boolean,
): Content | undefined {
  const file = context.fs.open(path, { read: true });
  let content: Content | undefined;
  try {
    // one look at the open file, after the read, tells that it is the one that was seen and did not change since:
    // each look costs as much as the read of a small file
    const before = again ? checked(file.stat(), seen) : seen;
    const size = before.size < context.buffer.length ? readWhole(context, file, before) : undefined;
    if (size !== undefined) {
      const hash = context.hashOf(context.buffer.subarray(0, size));
      if (!held(checked(file.stat(), seen), before)) return undefined;
      if (!agrees(context, path, before, { hash, size })) return undefined;
      context.progress(1, size);
      return writeSmall(context, { hash, size }, before, wants);
    }
    if (before.size < context.buffer.length) file.seek(0);
    content = readLarge(context, file, before, wants, likelySame);
    if (held(checked(file.stat(), seen), before) && agrees(context, path, before, content)) {
      context.progress(1, 0);
      return content;
    }
    closeAll(content);
    dropTemporaries(context.fs, wants);
    return undefined;
  } catch (error) {
    closeAll(content);
    dropTemporaries(context.fs, wants);
    throw error;
  } finally {
    file.close();
  }
}

function closeAll(content: Content | undefined): void {
  for (const open of content?.open ?? []) open?.close();
}

/** The open file must be the one that was seen, not one behind a link that took its place. */
function checked(info: FileInfo, seen: FileInfo): FileInfo {
  if (info.type === "file" && isSameFile(info, seen)) return info;
  throw Object.assign(new Error("read: another file took its place"), { code: "changing" });
}

function held(after: FileInfo, before: FileInfo): boolean {
  return after.size === before.size && after.mtime === before.mtime && after.ctime === before.ctime;
}

/** On systems without inode numbers the type has to do. */
function isSameFile(a: FileInfo, b: FileInfo): boolean {
  return a.ino === b.ino && (a.dev === b.dev || a.dev === 0 || b.dev === 0);
}

/** Reads a file to its end into the buffer; gives how many bytes came, undefined when it does not fit. */
function readWhole(context: ReadContext, file: FileHandle, info: FileInfo): number | undefined {
  const { buffer } = context;
  let size = 0;
  while (size < buffer.length) {
    const n = file.read(size === 0 ? buffer : buffer.subarray(size));
    if (n === 0) break;
    size += n;
    // one that grows while it is read is not run after: it is read again
    if (size > info.size && file.stat().size !== info.size) break;
  }
  context.check();
  return size < buffer.length ? size : undefined;
}

/** Writes what the buffer holds for those who want it. */
function writeSmall(
  context: ReadContext,
  { hash, size }: { hash: string; size: number },
  info: FileInfo,
  wants: readonly Destination[],
): Content {
  const data = context.buffer.subarray(0, size);
  const open: (FileHandle | undefined)[] = [];
  const got = wants.map((want, i): CopyOutcome => {
    if (want.has === hash) return "same";
    return attempt(() => {
      const out = createFresh(context.fs, want.temporary, fileMode(info));
      try {
        writeAll(out, data);
        finishTemporary(context, out, want, info);
      } catch (error) {
        out.close();
        throw error;
      }
      if (want.durable) out.close();
      else open[i] = out;
    });
  });
  dropFailed(context.fs, wants, got);
  return { hash, size, info, got, open };
}

/** Reads a file in chunks. */
function readLarge(
  context: ReadContext,
  file: FileHandle,
  info: FileInfo,
  wants: readonly Destination[],
  likelySame: boolean,
): Content {
  if (likelySame && wants.every((w) => w.has !== undefined)) {
    const looked = stream(context, file, info, []);
    if (wants.every((w) => w.has === looked.hash)) {
      return { ...looked, info, got: wants.map(() => "same"), open: [] };
    }
    file.seek(0);
  }
  const outs = wants.map((want) => openOut(context, want, info));
  try {
    const read = stream(context, file, info, outs);
    const got = wants.map((want, i) => settle(context, want, outs[i], info, read));
    dropFailed(context.fs, wants, got);
    const open = wants.map((want, i) => {
      const out = outs[i];
      if (out === undefined || want.durable || got[i] !== "written") return undefined;
      const { file } = out;
      out.file = undefined;
      return file;
    });
    return { ...read, info, got, open };
  } finally {
    for (const out of outs) out.file?.close();
  }
}

interface Out {
  file: FileHandle | undefined;
  failed?: unknown;
}

function openOut(context: ReadContext, want: Destination, info: FileInfo): Out {
  try {
    return { file: createFresh(context.fs, want.temporary, fileMode(info)) };
  } catch (failed) {
    return { file: undefined, failed };
  }
}

function settle(
  context: ReadContext,
  want: Destination,
  out: Out | undefined,
  info: FileInfo,
  { hash, size }: { hash: string; size: number },
): CopyOutcome {
  if (out === undefined || out.file === undefined) return { failed: out?.failed };
  const { file } = out;
  if (want.has === hash) {
    return attempt(() => removeIfAny(context.fs, want.temporary), "same");
  }
  return attempt(() => {
    file.truncate(size);
    finishTemporary(context, file, want, info);
  });
}

/** Passes a file's content through the hash into `outs`; a run of zeros becomes a hole in a sparse file. */
function stream(
  context: ReadContext,
  file: FileHandle,
  info: FileInfo,
  outs: Out[],
): { hash: string; size: number } {
  const hash = context.newHash();
  // a file that is one hole has no blocks; where they are unknown a hole costs nothing either
  const sparse = info.blocks < info.size;
  let size = 0;
  for (;;) {
    context.check();
    const n = file.read(context.buffer);
    if (n === 0) break;
    size += n;
    // one that grew while it was read is read again
    if (size > info.size && file.stat().size !== info.size) break;
    if (size > info.size + ENDLESS) throw endless();
    const chunk = context.buffer.subarray(0, n);
    hash.update(chunk);
    context.progress(0, n);
    const hole = sparse && isZero(chunk);
    for (const out of outs) writeChunk(out, chunk, hole ? size : undefined);
  }
  return { hash: hash.hex(), size };
}

function writeChunk(out: Out, chunk: Uint8Array, holeEnd: number | undefined): void {
  if (out.file === undefined) return;
  try {
    if (holeEnd === undefined) writeAll(out.file, chunk);
    else out.file.seek(holeEnd);
  } catch (failed) {
    out.file.close();
    out.file = undefined;
    out.failed = failed;
  }
}

function isZero(chunk: Uint8Array): boolean {
  for (let i = 0; i < chunk.length; i++) if (chunk[i] !== 0) return false;
  return true;
}

function finishTemporary(
  context: ReadContext,
  out: FileHandle,
  want: Destination,
  info: FileInfo,
): void {
  out.utime(info.mtime, info.mtime);
  if (want.durable && context.flush) out.sync();
  const mode = fileMode(info);
  if ((mode & context.umask) !== 0) context.fs.chmod(want.temporary, mode);
}

/**
 * The mode of a copy: that of the original, but readable by its owner, or the vault could not be read again,
 * and without set-id bits, which would give a copy the rights of whoever runs the backup. Records keep all bits.
 */
export function fileMode(info: FileInfo): number {
  return (info.mode & 0o777) | 0o400;
}

function attempt(work: () => void, done: CopyOutcome = "written"): CopyOutcome {
  try {
    work();
    return done;
  } catch (failed) {
    return { failed };
  }
}

/** On a full disk what was written in vain must not keep the room that the next run needs. */
function dropFailed(
  fs: FileSystem,
  wants: readonly Destination[],
  got: readonly CopyOutcome[],
): void {
  dropTemporaries(fs, wants.filter((_, i) => typeof got[i] === "object"));
}

/** Removes what was written for `wants`, if the disk still lets one. */
export function dropTemporaries(fs: FileSystem, wants: readonly Destination[]): void {
  for (const want of wants) {
    try {
      removeIfAny(fs, want.temporary);
    } catch {
      // the next run removes what is left under a temporary name
    }
  }
}

/** The message of a failed want. */
export function failureOf(got: CopyOutcome): string {
  return typeof got === "object" ? messageOf(got.failed) : "";
}
