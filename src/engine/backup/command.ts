/** `backup` as the engine is asked for it. @module */

import { type PlainError, toPlainError } from "../../base/errors.ts";
import type { EnginePorts } from "../ports.ts";
import { backup, type VaultOutcome } from "./backup.ts";
import type { BackupRequest } from "./request.ts";

/** An outcome as it travels to main. */
export type PlainOutcome = Omit<VaultOutcome, "failed"> & { failed: PlainError | undefined };

/** A backup, or its plan, for a caller in another thread. */
export async function backupCommand(
  ports: EnginePorts,
  request: BackupRequest,
): Promise<PlainOutcome[]> {
  // what a dry run needs is not loaded for the others
  const run = request.dryRun ? (await import("./dry_run.ts")).planBackup : backup;
  const outcomes = await run(ports, request);
  return outcomes.map((o) => ({
    ...o,
    failed: o.failed === undefined ? undefined : toPlainError(o.failed),
  }));
}
