/** What a lane works with. @module */

import type { AheadCalls } from "../../base/ahead.ts";
import type { LaneVault } from "./lane_vault.ts";
import type { SourceTrouble, SourceView } from "../source/source_dir.ts";
import type { ReadContext } from "./content_types.ts";
import type { ShareIn } from "./share/run_sharing.ts";

/** What a lane works with. */
export interface LaneContext {
  view: SourceView;
  runs: readonly LaneVault[];
  read: ReadContext;
  /** Lets new files share what the vaults have, once there is something to write. */
  share: (by: ShareIn) => void;
  checksum: boolean;
  /** Attributes are kept: change times of directories count. */
  attributes: boolean;
  /** The start of the run, ms. */
  startedMs: number;
  /** A vault has runs and another has none: after the look everything is gone through, and counted and told then. */
  mixed: boolean;
  /** Told of trouble with the source or with one vault, for the user. */
  trouble: (trouble: SourceTrouble) => void;
  /** Throws when the run was cancelled. */
  check: () => void;
  /** How vaults that are far away are looked at ahead; absent where none is. */
  far?: AheadCalls | undefined;
  /** Told how many entries a directory has that is seen for the first time. */
  entriesSeen: (entries: number) => void;
  /** Told of bytes that this thread is likely to hash. */
  toHash: (bytes: number) => void;
  /** Told of files that are to be read, and of their bytes; absent when nobody looks or somebody else counts. */
  toRead?: (files: number, bytes: number) => void;
}
