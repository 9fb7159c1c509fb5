/** `backup --dry-run` as the engine is asked for it. @module */

import type { EnginePorts } from "../ports.ts";
import { planBackup } from "./dry_run.ts";
import { type PlainOutcome, plainOutcomes } from "./command.ts";
import type { BackupRequest } from "./request.ts";

/** The plan of a backup, for a caller in another thread. */
export async function planCommand(
  ports: EnginePorts,
  request: BackupRequest,
): Promise<PlainOutcome[]> {
  return plainOutcomes(await planBackup(ports, request));
}
