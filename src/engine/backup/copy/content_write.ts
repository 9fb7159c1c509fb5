/** Temporary files of vaults, written or shared: until they are renamed into place nobody believes them. @module */

import type { FileHandle, FileInfo, FileSystem } from "../../../base/fs.ts";
import { createFresh, removeIfAny } from "../../../base/io.ts";
import { beginAs, PieceWriter } from "./block_wise.ts";
import type { Out } from "./content_stream.ts";
import type { CopyOutcome, Destination, ReadContext, Sharer } from "./content_types.ts";

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

/**
 * The mode of a copy: that of the original, but readable by its owner, or the vault could not be read again,
 * and without set-id bits, which would give a copy the rights of whoever runs the backup. Records keep all bits.
 */
export function fileMode(info: FileInfo): number {
  return (info.mode & 0o777) | 0o400;
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
