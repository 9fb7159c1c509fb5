/** The engine in this process, for what the program itself cannot be asked: past times, and profiles. @module */

import type { Message } from "../../src/base/event.ts";
import type { BackupRequest } from "../../src/engine/backup/request.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { SharedState } from "../../src/sandbox/channel.ts";
import { vaultId } from "../../src/cli/places/index_places.ts";
import type { IndexPlace } from "../../src/vault/index_place.ts";
import { workerPorts } from "../../src/workers/engine_ports.ts";

/** The engine's ports as a worker has them; errors are thrown. */
export function benchPorts(writable: readonly string[], now?: number): EnginePorts {
  const emit = (m: Message): void => {
    if (m.message_type === "error") throw new Error(JSON.stringify(m));
  };
  const none = (): void => {};
  // the engine's own, in this process: each vault has its index beside it
  const index = Object.fromEntries(writable.flatMap((root) => indexOf(root)));
  const ports = workerPorts({
    shared: new SharedState(),
    lane: 0,
    // what cannot be written there would be made in memory by each run
    writable: [...writable, ...Object.values(index).map((place) => place.dir)],
    index,
    emit,
    data: none,
    refused: none,
  });
  if (now !== undefined) ports.clock = { now: () => now };
  return ports;
}

function indexOf(root: string): [string, IndexPlace][] {
  const id = vaultId(root);
  const dir = `${root}.index`;
  if (id === undefined) return [];
  Deno.mkdirSync(dir, { recursive: true });
  return [[root, { dir, id }]];
}

/** A plain backup. */
export function plainRequest(source: string, vault: string, flush: boolean): BackupRequest {
  return {
    source,
    vaults: [{ root: vault, given: vault, known: false }],
    rules: { exclude: [], excludeIfPresent: [], oneFileSystem: false },
    checksum: false,
    allowMassChange: false,
    init: false,
    dryRun: false,
    flush,
    host: "bench",
    command: "backup",
    pid: Deno.pid,
    windows: Deno.build.os === "windows",
    filtered: false,
  };
}
