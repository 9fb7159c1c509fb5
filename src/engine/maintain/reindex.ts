/** `hikae reindex`: makes the index at home again from the plain files, and nothing else. @module */

import { indexTotal } from "../../vault/history/totals.ts";
import type { LookOptions } from "../../vault/catalog_state.ts";
import type { DiskSight } from "../../vault/disk_sight.ts";
import { openToRead, type OpenVault } from "../../vault/open.ts";
import { type EnginePorts, vaultPorts } from "../ports.ts";
import { lookOptions, openWhole } from "../open_vault.ts";
import { seenOpening } from "../seen_files.ts";

/** What a reindex is asked for. */
export interface ReindexRequest {
  root: string;
  given: string;
}

/** The same as a command of its own: what the opening asks of the vault's disk is seen before. */
export async function reindexCommand(
  given: EnginePorts,
  request: ReindexRequest,
): Promise<{ errors: number }> {
  const ports = await seenOpening(given, request.root, { distrust: true });
  const work = reindexing(ports, request);
  const open = await openWhole(ports, ({ sight }) => work.open(sight));
  return work.end(open);
}

/** Makes the index of a vault again; gives how many errors there were. */
export function reindex(ports: EnginePorts, request: ReindexRequest): { errors: number } {
  const work = reindexing(ports, request);
  return work.end(work.open(undefined));
}

/** A reindex: how it opens the vault, and what it does then. */
interface Reindexing {
  open: (sight: DiskSight | undefined) => OpenVault;
  end: (open: OpenVault) => { errors: number };
}

function reindexing(ports: EnginePorts, { root, given }: ReindexRequest): Reindexing {
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
  return {
    open: (sight) => openToRead(vaultPorts(ports), root, { ...told, sight }, { distrust: true }),
    end: (open) => {
      ports.opened?.();
      const counts = indexTotal(open.catalog);
      open.close();
      ports.emit({
        message_type: "summary",
        command: "reindex",
        vault: given,
        ...counts,
        errors,
        total_duration: (ports.clock.now() - started) / 1000,
      });
      return { errors };
    },
  };
}
