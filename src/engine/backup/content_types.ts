/** What a reading of content takes and gives, and the mode of a copy. @module */

import type { NewHash } from "../../base/hash.ts";
import type { FileHandle, FileInfo, FileSystem } from "../../base/fs.ts";

/** A vault that may want a file's content. */
export interface Destination {
  /** Where to write it. */
  temporary: string;
  /** Its own name, under which it may be written at once where nothing stands there; `temporary` is that name then. */
  own?: string;
  /** Where it would have been written else. */
  spare?: string;
  /** The hash of what the vault has; undefined when it wants the content whatever it is. */
  has: string | undefined;
  /** Flush before it is renamed into place: it replaces something. */
  durable: boolean;
  /** The copy that it replaces, where the disk shares blocks: only what differs from it is written. */
  base?: string;
}

/** What became of a want; `shared` when the vault had the content, and nothing of it was written again. */
export type CopyOutcome = "same" | "written" | "shared" | { failed: unknown };

/** Makes temporary files of what vaults have already. */
export interface Sharer {
  /** True when content of this size is worth a hash before anything is written for the `want`-th of those who want it. */
  isLikely(want: number, size: number): boolean;
  /** Makes the file `to`; undefined where the vault has nothing to share. */
  make(
    want: number,
    to: string,
    content: { hash: string; size: number },
    info: FileInfo,
  ): { open: FileHandle | undefined } | undefined;
  /** Told of a temporary file that was written whole. */
  written(
    want: number,
    temporary: string,
    content: { hash: string; size: number },
    info: FileInfo,
  ): void;
}

/** A file, read. */
export interface Content {
  hash: string;
  size: number;
  info: FileInfo;
  got: CopyOutcome[];
  /** Bytes that the disk took for each, where the rest is a hole or shared with the version before. */
  wrote?: (number | undefined)[];
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

/**
 * The mode of a copy: that of the original, but readable by its owner, or the vault could not be read again,
 * and without set-id bits, which would give a copy the rights of whoever runs the backup. Records keep all bits.
 */
export function fileMode(info: FileInfo): number {
  return (info.mode & 0o777) | 0o400;
}
