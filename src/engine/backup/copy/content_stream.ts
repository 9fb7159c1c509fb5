/** Passes a file of the source through the hash into files of vaults, in chunks. @module */

import { HikaeError } from "../../../base/errors.ts";
import type { FileHandle, FileInfo } from "../../../base/fs.ts";
import { writeAll } from "../../../base/io.ts";
import { isSparse, writeWithHoles } from "../../../base/sparse.ts";
import { text } from "../../../text/text.ts";
import type { PieceWriter } from "./block_wise.ts";
import type { ReadContext } from "./content_types.ts";

/** A file that is being written; why it is not, when it could not be. */
export interface Out {
  file: FileHandle | undefined;
  failed?: unknown;
  /** Writes what differs from the version before, and nothing else. */
  pieces?: PieceWriter;
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
  { pieces }: Out,
  file: FileHandle,
  chunk: Uint8Array,
  { at, sparse }: ChunkPlace,
): void {
  if (pieces !== undefined) pieces.write(chunk, at);
  else if (sparse) writeWithHoles(file, chunk, at);
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
