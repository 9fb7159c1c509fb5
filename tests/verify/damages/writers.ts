/** The commands that change a vault, for the damage matrix. */

import { HikaeError } from "../../../src/base/errors.ts";
import type { Message } from "../../../src/base/event.ts";
import { backup } from "../../../src/engine/backup/backup.ts";
import { cleanup } from "../../../src/engine/maintain/cleanup.ts";
import { dedupe } from "../../../src/engine/maintain/dedupe.ts";
import { deleteSnapshots, prune } from "../../../src/engine/maintain/prune.ts";
import { reindex } from "../../../src/engine/maintain/reindex.ts";
import type { EnginePorts } from "../../../src/engine/ports.ts";
import { verify } from "../../../src/engine/verify/verify.ts";
import { backupRequest, enginePorts } from "../../helpers/engine_helper.ts";

const DAY = 86_400_000;

/** What a writer works on. */
export interface Work {
  vault: string;
  source: string;
  stamps: readonly string[];
  now: number;
}

const REST = { given: "v", host: "test", pid: 1, dryRun: false as const, askPlugins: false };

/** All of them by name. */
export const WRITERS: Readonly<Record<string, (ports: EnginePorts, work: Work) => unknown>> = {
  backup: async (ports, { vault, source }) => {
    const [outcome] = await backup(
      ports,
      backupRequest(source, [vault], { allowMassChange: true }),
    );
    if (outcome?.failed !== undefined) throw outcome.failed;
  },
  prune: (ports, { vault }) => prune(ports, { ...REST, root: vault, policy: { last: 4 } }),
  cleanup: (ports, { vault, now }) =>
    cleanup(ports, { ...REST, root: vault, before: now - 4 * DAY, rule: "4d" }),
  delete: (ports, { vault, stamps }) =>
    deleteSnapshots(ports, { ...REST, root: vault, points: [stamps[5] ?? ""] }),
  "verify --repair": (ports, { vault, source }) =>
    verify(ports, { ...REST, root: vault, source, windows: false, repair: true }),
  dedupe: (ports, { vault }) => dedupe(ports, { ...REST, root: vault, mode: "link" }),
  reindex: (ports, { vault }) => reindex(ports, { ...REST, root: vault }),
};

/** Runs one; gives the id of the error that ended it, and whether anything was said. */
export async function write(
  name: string,
  work: Work,
): Promise<{ ended?: string; told: boolean; messages: Message[] }> {
  const messages: Message[] = [];
  const ports = { ...enginePorts(messages), clock: { now: () => work.now } };
  try {
    await WRITERS[name]?.(ports, work);
  } catch (error) {
    if (!(error instanceof HikaeError)) throw error;
    return { ended: error.id, told: true, messages };
  }
  const told = messages.some((m) => m.message_type === "error" || m.message_type === "note");
  return { told, messages };
}
