/** What a lane works with. @module */

import type { ReadContext } from "./content.ts";
import type { SourceEntry, SourceView, Trouble } from "./source_dir.ts";
import type { VaultRun } from "./vault_run.ts";

/** What a lane works with. */
export interface LaneContext {
  view: SourceView;
  runs: readonly VaultRun[];
  read: ReadContext;
  checksum: boolean;
  /** A vault has runs and another has none: after the look everything is gone through, counted and told again. */
  mixed: boolean;
  /** Told of trouble with the source or with one vault, for the user. */
  trouble: (trouble: Trouble) => void;
  /** Throws when the run was cancelled. */
  check: () => void;
  /** Told of each directory that is seen for the first time. */
  seen: (entries: readonly SourceEntry[]) => void;
}
