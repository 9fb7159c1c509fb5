/** `hikae reindex`: makes the index at home again from the plain files, and nothing else. @module */

import { indexTotal } from "../../vault/history/totals.ts";
import { openForReading } from "../../vault/index_open.ts";
import { openVault } from "../../vault/vault.ts";
import { type EnginePorts, vaultPorts } from "../ports.ts";
import { lookOptions } from "./thinning.ts";

/** What a reindex is asked for. */
export interface ReindexRequest {
  root: string;
  given: string;
}

/** Makes the index of a vault again; gives how many errors there were. */
export function reindex(ports: EnginePorts, request: ReindexRequest): { errors: number } {
  const started = ports.clock.now();
  const vault = openVault(vaultPorts(ports), request.root);
  let errors = 0;
  const look = lookOptions(ports);
  const { catalog } = openForReading(vault, {
    ...look,
    failed: (path: string, error: unknown): void => {
      errors++;
      look.failed(path, error);
    },
  }, true);
  const counts = indexTotal(catalog);
  catalog.close();
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
