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
  const outcomes = await (await loaded(request))(ports, request);
  return outcomes.map((o) => ({
    ...o,
    failed: o.failed === undefined ? undefined : toPlainError(o.failed),
  }));
}

/** What a plain backup does not need is not loaded for it. */
async function loaded(
  { adopt, series, dryRun }: BackupRequest,
): Promise<(ports: EnginePorts, request: BackupRequest) => Promise<VaultOutcome[]>> {
  if (adopt === true && dryRun) {
    const { planAdoption } = await import("../adopt/plan.ts");
    return (ports, request) => Promise.resolve([planAdoption(ports, request)]);
  }
  if (adopt === true) {
    const adoption = await import("../adopt/adopt.ts");
    return async (ports, request) => [await adoption.adopt(ports, request)];
  }
  if (series !== undefined) {
    const { importSeries, planSeries } = await import("../import/import.ts");
    return async (ports, request) => [
      await (dryRun ? planSeries : importSeries)(ports, request),
    ];
  }
  return dryRun ? (await import("./dry_run.ts")).planBackup : backup;
}
