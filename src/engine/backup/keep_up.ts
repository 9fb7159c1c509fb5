/** Waits for flushes on the way through a directory. @module */

import { vaultFailure } from "./troubles.ts";
import type { VaultRun } from "./vault_run.ts";

/** After so many files a lane looks whether flushes have to be waited for. */
const KEEP_UP = 64;

/**
 * Waits, after the n-th file of the directory `path`, while too many flushes are under way: one directory alone may
 * have more files than a process may hold open. A flush that failed ends its vault's part.
 */
export async function keepUp(runs: readonly VaultRun[], path: string, n: number): Promise<void> {
  if (n % KEEP_UP === 0) await catchUp(runs, path);
}

/** {@link keepUp}, now. */
export async function catchUp(runs: readonly VaultRun[], path: string): Promise<void> {
  for (const run of runs) {
    try {
      await run.sink.keepUp();
    } catch (error) {
      run.failed ??= vaultFailure(run, path, error);
    }
  }
}
