/** `hikae reindex`: makes the index at home again from the plain files, and nothing else. @module */

import { indexTotal } from "../../vault/history/totals.ts";
import type { LookOptions } from "../../vault/catalog_state.ts";
import { openToRead } from "../../vault/open.ts";
import { type EnginePorts, vaultPorts } from "../ports.ts";
import { lookOptions } from "../open_vault.ts";
import { seenOpening } from "../seen_files.ts";

/** What a reindex is asked for. */
export interface ReindexRequest {
  root: string;
  given: string;
}

/** The same as a command of its own: the records of a vault far away are read many at once. */
export async function reindexCommand(
  ports: EnginePorts,
  request: ReindexRequest,
): Promise<{ errors: number }> {
  return reindex(await seenOpening(ports, request.root, { distrust: true }), request);
}

/** Makes the index of a vault again; gives how many errors there were. */
export function reindex(ports: EnginePorts, request: ReindexRequest): { errors: number } {
  const started = ports.clock.now();
  let errors = 0;
  const look = lookOptions(ports);
  const told: LookOptions = {
    ...look,
    failed: (path, error) => {
      errors++;
      look.failed(path, error);
    },
  };
  const open = openToRead(vaultPorts(ports), request.root, told, { distrust: true });
  ports.opened?.();
  const counts = indexTotal(open.catalog);
  open.close();
  ports.emit({
    message_type: "summary",
    command: "reindex",
    vault: request.given,
    ...counts,
    errors,
    total_duration: (ports.clock.now() - started) / 1000,
  });
  return { errors };
}
