/** `import` as the engine is asked for it. @module */

import { type PlainOutcome, plainOutcomes } from "../backup/command.ts";
import type { BackupRequest } from "../backup/request.ts";
import type { EnginePorts } from "../ports.ts";
import { importSeries, planSeries } from "./import.ts";

/** A series of copies that goes into a vault, or the plan of it, for a caller in another thread. */
export async function importCommand(
  ports: EnginePorts,
  request: BackupRequest,
): Promise<PlainOutcome[]> {
  const outcome = await (request.dryRun ? planSeries : importSeries)(ports, request);
  return plainOutcomes([outcome]);
}
