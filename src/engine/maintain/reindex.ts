/** `hikae reindex`: makes the catalog anew from the plain files. @module */

import { tellMissing } from "../../vault/catalog_reading.ts";
import { rebuild } from "../../vault/catalog_writing.ts";
import type { EnginePorts } from "../ports.ts";
import { holdVault, lookOptions } from "./thinning.ts";

/** What a reindex is asked for. */
export interface ReindexRequest {
  root: string;
  given: string;
  host: string;
  pid: number;
}

/** Rebuilds the catalog of a vault; gives how many errors there were. */
export function reindex(ports: EnginePorts, request: ReindexRequest): { errors: number } {
  const started = ports.clock.now();
  const { vault, lock } = holdVault(ports, request, "reindex");
  let errors = 0;
  try {
    const look = lookOptions(ports);
    const options = {
      ...look,
      failed: (path: string, error: unknown): void => {
        errors++;
        look.failed(path, error);
      },
    };
    tellMissing(vault, options);
    const { catalog, mended } = rebuild(vault, options);
    const count = (table: string, where = "1"): number =>
      Number(catalog.sql(`SELECT count(*) AS n FROM ${table} WHERE ${where}`).get()?.n ?? 0);
    const counts = {
      snapshots: count("record", "kind = 'run' AND forgotten = 0"),
      files: count("version", "until IS NULL AND type < 2"),
      versions: count("version", "type < 2"),
      unknown: count("version", "type < 2 AND (since < 0 OR hash IS NULL)"),
      gone: count("version", "gone IS NOT NULL"),
    };
    catalog.close();
    if (mended !== undefined) {
      const message = `mended what the interrupted run ${mended} left`;
      ports.emit({ message_type: "note", message, path: request.given });
    }
    const total_duration = (ports.clock.now() - started) / 1000;
    ports.emit({
      message_type: "summary",
      command: "reindex",
      vault: request.given,
      ...counts,
      errors,
      total_duration,
    });
    return { errors };
  } finally {
    lock.release();
  }
}
