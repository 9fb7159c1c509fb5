/** A directory to be done, or files of a large one, as lanes give them to each other. @module */

import type { WorkSharing } from "../crew/work_sharing.ts";
import type { HashMemo } from "./compare/look_memory.ts";
import type { FileInfo } from "../../base/fs.ts";
import type { SeenMirror } from "./vault_dir.ts";
import type { Content, Destination } from "./content_types.ts";

/** A pass over the source. */
export type Phase = "look" | "write" | "writeAll";

/** A directory to be done. */
export interface Task {
  path: string;
  /** It was looked at in the pass before. */
  looked: boolean;
  /** This run made it in every vault: it holds nothing yet. */
  fresh: boolean;
  /** Of one to be looked at: by vault, whether its parent there tells that it is there. */
  stands?: readonly boolean[];
  /** Of one that was looked at: names of subdirectories that were gone then. What went since is the next run's. */
  gone?: readonly string[];
  /**
   * Of one that was looked at: subdirectories that not every vault had then. They were looked at too, and have a task of
   * their own, also where the vault that had them takes part no more.
   */
  late?: readonly string[];
  /** Of one that was looked at: names whose content was hashed then. */
  hashed?: HashMemo;
  /** Of one that was looked at: so many files are to be read. */
  files?: number;
  /** Of one that was looked at: by vault, its mirror as it was seen, where that is far away. */
  mirrors?: readonly (SeenMirror | undefined)[];
  /** Of one that was looked at: the lane that did, by its index; it may remember what it found. */
  lane?: number;
  /** The indexes of vaults whose disk has no place for it: it is not theirs, nor what lies below it. */
  without?: readonly number[];
  /** To be done after this one: some vault has them only then. */
  then?: readonly Task[];
}

/** How a lane stands to the others. */
export type LaneSharing = WorkSharing<Task, FileBatch, BatchAnswer>;

/** A file that is wanted. */
export interface BatchFile {
  name: string;
  /** As the directory's lane saw it. */
  info: FileInfo;
  likelySame: boolean;
  /** What each vault wants, by its index. */
  wants: { vault: number; want: Destination }[];
}

/** Some files of one directory. */
export interface FileBatch {
  /** The directory. */
  dir: string;
  files: BatchFile[];
}

/** A file that was read, and lies under its temporary names, or its own; flushed, or to be flushed by who read it. */
export interface BatchResult extends Omit<Content, "open" | "info"> {
  /** As it was read, when that is not as it was seen before. */
  info?: FileInfo;
  /** Of each want, whether it lies under its own name already. */
  own?: boolean[];
}

/**
 * What came of the files, in their order, up to the first that met trouble; that one and those after it left
 * nothing behind: the directory's lane does them, meets the trouble itself, and tells it.
 */
export type BatchAnswer = BatchResult[];
