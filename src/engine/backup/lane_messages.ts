/** What passes between the engine and a lane in another thread. @module */

import type { Message } from "../../base/event.ts";
import type { PlainError } from "../../base/errors.ts";
import type { Counts } from "./counts.ts";
import type { LaneFindings, Phase, Task } from "./lane_loop.ts";
import type { LaneSetup } from "./make_lane.ts";
import type { BatchAnswer, FileBatch } from "./copy/file_batch.ts";
import type { PlainFailure } from "./lane_failure.ts";
import type { SpilledRow } from "./compare/scan_spill.ts";

export type { LaneLine, LanePorts, Wishes } from "../lane_ports.ts";

/** From the engine. */
export type ToLane =
  | { kind: "setup"; setup: LaneSetup }
  /** `out` has a vault's index for each that takes no part any more (a guard, a full disk). */
  | { kind: "work"; phase: Phase; tasks: Task[]; out: number[] }
  /** A part of a directory of another lane, which is known to the engine by `id`. */
  | { kind: "part"; id: number; part: FileBatch; out: number[] }
  /** What came of the part that this lane shared as its `id`-th; undefined when nobody read it. */
  | { kind: "fetched"; id: number; answer: BatchAnswer | undefined }
  | { kind: "end" }
  /** The run broke off: what waits for a flush is let go. */
  | { kind: "drop" };

/** What a lane has for one vault since it last wrote. */
export interface LaneOutput {
  record: string;
  scan: SpilledRow[];
}

/** From a lane. */
export type FromLane =
  | { kind: "give"; tasks: Task[] }
  /** The lane's `id`-th part, for a lane that is free. */
  | { kind: "share"; id: number; part: FileBatch }
  /** What came of a part that the engine gave it; it is free again. */
  | { kind: "fetched"; id: number; answer: BatchAnswer }
  | { kind: "output"; outputs: LaneOutput[]; messages: Message[] }
  /** Its tasks are done; everything before it has been told. */
  | { kind: "idle"; found: LaneFindings }
  /** Its part of the run is done and flushed. */
  | { kind: "ended"; counts: Counts[]; special: string[][]; failed: (PlainFailure | undefined)[] }
  | { kind: "broken"; error: PlainError };
