/** Restores in this process, links included, for suites that need many. */

import type { ErrorMessage, Message } from "../../src/base/event.ts";
import { finishDirs, type FinishPorts, makeLinks } from "../../src/engine/restore/finish.ts";
import type { RestoreRequest, RestoreResult, Self } from "../../src/engine/restore/request.ts";
import { restoreCommand } from "../../src/engine/restore/restore.ts";
import { restoreTrouble } from "../../src/engine/restore/trouble.ts";
import { RestoreTarget } from "../../src/engine/restore/target.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { enginePorts } from "./engine_helper.ts";

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
    self: { owner: false, uid: undefined, gid: undefined, umask: 0o22 },
    windows: false,
    ...options,
  };
}

/** What a restore came to. */
export interface Restored {
  result: RestoreResult;
  errors: ErrorMessage[];
  links: number;
  /** Links that the target's disk refused, for it takes none. */
  refused: string[];
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
  const result = await restoreCommand({ ...ports, emit }, request);
  const finish = finishing({ ...ports, emit }, request, result.self);
  const { links } = makeLinks(finish, result.links);
  finishDirs(finish, result.dirs);
  return { result, errors, links, refused: finish.refused };
}

/** The links of a restore that another than {@link restoreHere} made; gives how many. */
export function linksHere(
  ports: EnginePorts,
  target: string,
  result: Pick<RestoreResult, "links" | "dirs">,
): number {
  const request = restoreRequest("", target);
  const finish = finishing(ports, request, request.self);
  const { links } = makeLinks(finish, result.links);
  finishDirs(finish, result.dirs);
  return links;
}

function finishing(ports: EnginePorts, request: RestoreRequest, self: Self): FinishPorts {
  const { target } = request;
  return {
    fs: ports.fs,
    target: new RestoreTarget(ports.fs, target, ports.separator),
    self,
    id: "test",
    refused: [],
    check: () => {},
    trouble: (path, error) => ports.emit(restoreTrouble(path, "restore", error, request)),
  };
}
