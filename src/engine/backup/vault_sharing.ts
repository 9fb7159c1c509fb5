/** What a run asks about sharing in one vault. Types only: who answers knows the vault, which knows who answers. @module */

import type { FileInfo } from "../../base/fs.ts";
import type { SharedTemporary } from "../share/make_shared.ts";
import type { SourceEntry } from "../source/source_dir.ts";

/** What is to be recorded of a file's names. */
export interface LinkName {
  /** The name that it is another one of. */
  link: string | undefined;
  /** The version that lives says otherwise: the name begins a new one, whatever its content. */
  changed: boolean;
}

/** A content that was read. */
export interface ReadContent {
  hash: string;
  size: number;
}

/** A new file or link, as far as its content tells where it was before. */
export type Moved = Pick<SourceEntry, "name" | "type" | "realSize"> & {
  info: Pick<FileInfo, "size" | "mtime">;
};

/** Sharing in one vault, as one lane sees it. */
export interface VaultSharing {
  /** Whether the vault's disk shares blocks, once it was asked. */
  readonly blocks: boolean | undefined;
  /** True where a copy on the vault's disk shares its blocks, and may. */
  sharesBlocks(): boolean;
  /** True when a file of this size is worth a hash before it is written. */
  isLikely(size: number): boolean;
  /**
   * Makes a temporary file of what the vault has, or what another name of the same file has brought. The living copy of the
   * path `ending` becomes a mark when the file takes its place.
   */
  make(
    to: string,
    content: ReadContent,
    info: FileInfo,
    ending?: string,
  ): SharedTemporary | undefined;
  /** Told of a temporary file that was written: other names of the same file can share it. */
  written(temporary: string, content: ReadContent, info: FileInfo): void;
  /** Told of a new copy in its place. */
  placed(path: string, content: ReadContent): void;
  /** What the record is to say of a file's other names; `isKnown` when a version of it lives. */
  linkName(dir: string, source: SourceEntry, isKnown: boolean): LinkName;
  /** The path that a new file or link was moved from. */
  movedFrom(dir: string, source: Moved, hash: string): string | undefined;
  /** Gives a living copy a file of its own where another living one has the same: the bytes stored for it, if it did. */
  makeOwn(dir: string, source: SourceEntry, hash: string, there: FileInfo): number | undefined;
}
