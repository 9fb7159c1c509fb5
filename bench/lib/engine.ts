/** The engine in this process, for what the program itself cannot be asked: past times, and profiles. @module */

import type { Message } from "../../src/base/event.ts";
import type { BackupRequest } from "../../src/engine/backup/request.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { Shared } from "../../src/sandbox/channel.ts";
import { workerPorts } from "../../src/workers/engine_ports.ts";

/** The engine's ports as a worker has them; errors are thrown. */
export function benchPorts(writable: readonly string[], now?: number): EnginePorts {
  const emit = (m: Message): void => {
    if (m.message_type === "error") throw new Error(JSON.stringify(m));
  };
  const none = (): void => {};
  const ports = workerPorts({
    shared: new Shared(),
    lane: 0,
    writable,
    emit,
    data: none,
    refused: none,
  });
  if (now !== undefined) ports.clock = { now: () => now };
  return ports;
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
