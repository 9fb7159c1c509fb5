/** Asks whether something of a plan is to stay (plugins), before anything goes. @module */

import type { EnginePorts } from "../ports.ts";
import type { MaintainRequest } from "./request.ts";
import type { PlannedRemoval, ProtectQuestion } from "../questions.ts";

/** The entries that stay, by id, each with who said so. */
export async function askProtected(
  ports: EnginePorts,
  request: MaintainRequest,
  command: ProtectQuestion["command"],
  entries: PlannedRemoval[],
): Promise<Map<number, string>> {
  if (!request.askPlugins || ports.ask === undefined || entries.length === 0) return new Map();
  const question: ProtectQuestion = { command, vault: request.given, entries };
  return new Map(await ports.ask({ name: "protect", asked: question }));
}
