/** A directory to be done, as lanes give it to each other. @module */

import type { WorkSharing } from "../crew/work_sharing.ts";
import type { BatchAnswer, FileBatch } from "./copy/file_batch.ts";
import type { HashMemo } from "./copy/hash_memo.ts";

/** A directory to be done. */
export interface Task {
  path: string;
  /** It was looked at in the pass before. */
  looked: boolean;
  /** This run made it in every vault: it holds nothing yet. */
  fresh: boolean;
  /** Of one that was looked at: names of subdirectories that were gone then. What went since is the next run's. */
  gone?: readonly string[];
  /** Of one that was looked at: names whose content was hashed then. */
  hashed?: HashMemo;
  /** Of one that was looked at: the lane that did, by its index; it may remember what it found. */
  lane?: number;
  /** The indexes of vaults whose disk has no place for it: it is not theirs, nor what lies below it. */
  without?: readonly number[];
  /** To be done after this one: some vault has them only then. */
  then?: readonly Task[];
}

/** How a lane stands to the others. */
export type LaneSharing = WorkSharing<Task, FileBatch, BatchAnswer>;
