/** Restores in this process, links included, for suites that need many. */

import type { ErrorMessage, Message } from "../../src/base/event.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import { serveRestoreLane } from "../../src/engine/restore/lane.ts";
import type { RestoreRequest, RestoreResult } from "../../src/engine/restore/request.ts";
import { restoreCommand } from "../../src/engine/restore/restore.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { lanesOf } from "./lanes_helper.ts";
import { answering, enginePorts, linksBelow } from "./engine_helper.ts";

/** Somebody without rights of root. */
export const SELF = { owner: false, uid: undefined, gid: undefined, umask: 0o22 };

/** A request that restores everything as of the newest run. */
export function restoreRequest(
  vault: string,
  target: string,
  options: Partial<RestoreRequest> = {},
): RestoreRequest {
  return {
    vault,
    target,
    paths: [],
    at: undefined,
    overwrite: "always",
    delete: false,
    dryRun: false,
    preview: false,
    verify: false,
    force: false,
    self: SELF,
    windows: false,
    ...options,
  };
}

/** What a restore came to. */
export interface Restored {
  result: RestoreResult;
  errors: ErrorMessage[];
  links: number;
}

/** Restores; the messages go where those of `ports` go, and its errors are given too. */
export async function restoreHere(
  vault: string,
  target: string,
  options: Partial<RestoreRequest> = {},
  ports: EnginePorts = enginePorts(),
): Promise<Restored> {
  const errors: ErrorMessage[] = [];
  const emit = (m: Message): void => {
    if (m.message_type === "error") errors.push(m as ErrorMessage);
    ports.emit(m);
  };
  const request = restoreRequest(vault, target, options);
  const ask = answering(linksBelow(ports.fs, target));
  const result = await restoreCommand({ ...ports, emit, ask }, request);
  return { result, errors, links: result.counts.links_restored };
}

/** Restores on a disk, with lanes beside the engine's own when there are to be some, and may be cancelled. */
export function restoreOn(
  vault: string,
  target: string,
  options: Partial<RestoreRequest> = {},
  fs: FileSystem = denoFs,
  lanes = 0,
): Promise<Restored> {
  const ports = enginePorts([], fs);
  let cancelled = false;
  ports.cancel = () => void (cancelled = true);
  ports.cancelled = () => cancelled;
  const others = Array.from({ length: lanes }, () => ports);
  if (lanes > 0) ports.lanes = lanesOf(others, serveRestoreLane);
  return restoreHere(vault, target, options, ports);
}
