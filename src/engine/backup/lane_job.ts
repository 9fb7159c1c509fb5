/** What lanes of a backup work at, by the types of what passes between threads. @module */

import type { Message } from "../../base/event.ts";
import type { PoolTrade } from "../crew/pool.ts";
import type { Counts } from "./counts.ts";
import type { PlainFailure } from "./failures.ts";
import type { LaneFindings } from "./look_result.ts";
import type { LaneSetup } from "./make_lane.ts";
import type { BatchAnswer, FileBatch, Phase, Task } from "./lane_task.ts";
import type { ScanChange } from "./vault_dir.ts";

/** What a lane has for one vault since it last wrote. */
export interface LaneOutput {
  record: string;
  scan: ScanChange[];
}

/** How one vault fared in a lane: its `VaultTally` as it passes between threads. */
export interface LaneEnd {
  counts: Counts;
  special: string[];
  failed: PlainFailure | undefined;
  blocks: boolean | undefined;
}

/** What a lane is told before each piece of work. */
export interface LaneBrief {
  /** The index of each vault that takes no part any more (a guard, a full disk). */
  out: number[];
  /** The bits that the system takes from the modes of new files, once something is to be written. */
  umask: number;
}

/** The work of lanes. */
export interface LaneJob {
  setup: LaneSetup;
  task: Task;
  phase: Phase;
  found: LaneFindings;
  part: FileBatch;
  fetched: BatchAnswer;
  brief: LaneBrief;
  output: { outputs: LaneOutput[]; messages: Message[] };
  /** Of each vault. */
  end: LaneEnd[];
}

/** The messages of it. */
export type LaneTrade = PoolTrade<LaneJob>;
