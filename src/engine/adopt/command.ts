/** `adopt` as the engine is asked for it. @module */

import { type PlainOutcome, plainOutcomes } from "../backup/command.ts";
import type { BackupRequest } from "../backup/request.ts";
import type { EnginePorts } from "../ports.ts";
import { adopt } from "./adopt.ts";
import { planAdoption } from "./plan.ts";

/** A copy that becomes a vault, or the plan of it, for a caller in another thread. */
export async function adoptCommand(
  ports: EnginePorts,
  request: BackupRequest,
): Promise<PlainOutcome[]> {
  const outcome = await (request.dryRun ? planAdoption : adopt)(ports, request);
  return plainOutcomes([outcome]);
}
