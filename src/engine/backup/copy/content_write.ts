/** Temporary files of vaults, written or shared: until they are renamed into place nobody believes them. @module */

import type { FileHandle, FileInfo, FileSystem } from "../../../base/fs.ts";
import { createFresh, removeIfAny, writeAll } from "../../../base/io.ts";
import { beginAs, PieceWriter } from "./block_wise.ts";
import { HikaeError } from "../../../base/errors.ts";
import { isSparse, writeWithHoles } from "../../../base/sparse.ts";
import { text } from "../../../text/text.ts";
import {
  type CopyOutcome,
  type Destination,
  fileMode,
  type ReadContext,
  type Sharer,
} from "../content_types.ts";

/** A temporary file that shares its content is flushed as any other: at once when it replaces something. */
export function take(
  context: ReadContext,
  want: Destination,
  open: (FileHandle | undefined)[],
  i: number,
  file: FileHandle | undefined,
): CopyOutcome {
  if (file === undefined || !want.durable) {
    open[i] = file;
    return "shared";
  }
  return attempt(() => {
    try {
      if (context.flush) file.sync();
    } finally {
      file.close();
    }
  }, "shared");
}

export function openOut(context: ReadContext, want: Destination, info: FileInfo): Out {
  const { base } = want;
  const begun = base === undefined ? undefined : beginAs(context.fs, base, want.temporary);
  if (begun !== undefined) return { file: begun, pieces: new PieceWriter(begun) };
  const own = openOwn(context, want, info);
  if (own !== undefined) return { file: own };
  try {
    return { file: createFresh(context.fs, want.temporary, fileMode(info)) };
  } catch (failed) {
    return { file: undefined, failed };
  }
}

/** Opens a file under its own name; undefined where that cannot be: what it is is met, and told, on the other way. */
function openOwn(context: ReadContext, want: Destination, info: FileInfo): FileHandle | undefined {
  const { own } = want;
  if (own === undefined) return undefined;
  delete want.own;
  try {
    const options = { write: true, createNew: true, mode: fileMode(info) };
    const file = context.fs.open(own, options);
    want.spare = want.temporary;
    want.temporary = own;
    return file;
  } catch {
    return undefined;
  }
}

export function settle(
  context: ReadContext,
  want: Destination,
  i: number,
  out: Out,
  info: FileInfo,
  read: { hash: string; size: number },
  sharer: Sharer,
): CopyOutcome {
  if (out.file === undefined) return { failed: out.failed };
  const { file } = out;
  if (want.has === read.hash) {
    return attempt(() => removeIfAny(context.fs, want.temporary), "same");
  }
  // of a name among several another one may have been stored already
  const mayBe = want.has !== undefined || info.nlink > 1;
  if (mayBe && shareInstead(context, want, i, read, info, sharer)) {
    return "shared";
  }
  return attempt(() => {
    file.truncate(read.size);
    finishTemporary(context, file, want, info, out.pieces !== undefined);
    sharer.written(i, want.temporary, read, info);
  });
}

/** Content that came back is known by its hash alone, when it is written already: then what the vault has takes its place. */
function shareInstead(
  { fs, flush }: ReadContext,
  { temporary, spare }: Destination,
  i: number,
  read: { hash: string; size: number },
  info: FileInfo,
  sharer: Sharer,
): boolean {
  const other = `${spare ?? temporary}s`;
  const shared = sharer.make(i, other, read, info);
  if (shared === undefined) return false;
  try {
    if (flush) shared.open?.sync();
    fs.rename(other, temporary);
    return true;
  } catch {
    dropTemporaries(fs, [{ temporary: other, has: undefined, durable: false }]);
    return false;
  } finally {
    shared.open?.close();
  }
}

export function finishTemporary(
  context: ReadContext,
  out: FileHandle,
  want: Destination,
  info: FileInfo,
  otherMode = false,
): void {
  out.utime(info.mtime, info.mtime);
  if (want.durable && context.flush) out.sync();
  const mode = fileMode(info);
  if (otherMode || (mode & context.umask) !== 0) context.fs.chmod(want.temporary, mode);
}

export function attempt(work: () => void, done: CopyOutcome = "written"): CopyOutcome {
  try {
    work();
    return done;
  } catch (failed) {
    return { failed };
  }
}

/** On a full disk what was written in vain must not keep the room that the next run needs. */
export function dropFailed(
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
    if (want.spare === undefined) continue;
    want.temporary = want.spare;
    delete want.spare;
  }
}

/** A file that is being written; why it is not, when it could not be. */
export interface Out {
  file: FileHandle | undefined;
  failed?: unknown;
  /** Writes what differs from the version before, and nothing else. */
  pieces?: PieceWriter;
  /** Bytes that were written between holes. */
  wrote?: number;
}

/** Bytes that the disk took, where that is less than all; undefined for all. */
export function taken({ pieces, wrote }: Out): number | undefined {
  return pieces?.wrote ?? wrote;
}

/** What goes on so far past the size that is told has no end, in bytes (decision 27). */
const ENDLESS = 64 << 20;

/** Passes a file's content through the hash into `outs`; runs of zeros of a sparse file become holes. */
export function stream(
  context: ReadContext,
  file: FileHandle,
  info: FileInfo,
  outs: readonly Out[],
): { hash: string; size: number } {
  const hash = context.newHash();
  // a file that is one hole has no blocks; where they are unknown a hole costs nothing either
  const sparse = isSparse(info);
  let size = 0;
  for (;;) {
    context.check();
    const n = file.read(context.buffer);
    if (n === 0) break;
    const at = size;
    size += n;
    // one that grew while it was read is read again
    if (size > info.size && file.stat().size !== info.size) break;
    if (size > info.size + ENDLESS) throw endless();
    const chunk = context.buffer.subarray(0, n);
    hash.update(chunk);
    context.progress(0, n);
    for (const out of outs) writeChunk(out, chunk, { at, sparse });
  }
  return { hash: hash.hex(), size };
}

function endless(): HikaeError {
  return new HikaeError("unreadable", text("disk.endless"));
}

/** Where a chunk lies, and whether its runs of zeros are to become holes. */
interface ChunkPlace {
  at: number;
  sparse: boolean;
}

/** Writes a chunk: what differs from the version before, or all of it. */
export function writeInto(
  out: Out,
  file: FileHandle,
  chunk: Uint8Array,
  { at, sparse }: ChunkPlace,
): void {
  if (out.pieces !== undefined) out.pieces.write(chunk, at);
  else if (sparse) out.wrote = (out.wrote ?? 0) + writeWithHoles(file, chunk, at);
  else writeAll(file, chunk);
}

function writeChunk(out: Out, chunk: Uint8Array, where: ChunkPlace): void {
  if (out.file === undefined) return;
  try {
    writeInto(out, out.file, chunk, where);
  } catch (failed) {
    out.file.close();
    out.file = undefined;
    out.failed = failed;
  }
}
