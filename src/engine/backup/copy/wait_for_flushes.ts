/** Waits for flushes on the way through a directory. @module */

import { vaultFailure } from "../failures.ts";
import type { LaneVault } from "../lane_vault.ts";

/**
 * Waits, after each file of the directory `path`, while too many flushes are under way: one directory alone may have
 * more files than a process may hold open. A flush that failed ends its vault's part.
 */
export async function waitForFlushes(runs: readonly LaneVault[], path: string): Promise<void> {
  for (const run of runs) {
    try {
      if (run.sink.full) await run.sink.keepUp();
    } catch (error) {
      run.failed ??= vaultFailure(run, path, error);
    }
  }
}
