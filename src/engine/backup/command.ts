/** `backup` as the engine is asked for it. @module */

import { type PlainError, toPlainError } from "../../base/errors.ts";
import type { EnginePorts } from "../ports.ts";
import { backup, type VaultOutcome } from "./backup.ts";
import type { BackupRequest } from "./request.ts";

/** An outcome as it travels to main. */
export type PlainOutcome = Omit<VaultOutcome, "failed"> & { failed: PlainError | undefined };

/** Outcomes as they travel. */
export function plainOutcomes(outcomes: readonly VaultOutcome[]): PlainOutcome[] {
  return outcomes.map((o) => ({
    ...o,
    failed: o.failed === undefined ? undefined : toPlainError(o.failed),
  }));
}

/** A backup, for a caller in another thread. */
export async function backupCommand(
  ports: EnginePorts,
  request: BackupRequest,
): Promise<PlainOutcome[]> {
  return plainOutcomes(await backup(ports, request));
}
