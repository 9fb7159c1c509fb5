/** The worker that reads and writes portable snapshots, with rights for their directories only. @module */

import { toPlainError } from "../base/errors.ts";
import type { FileSystem } from "../base/fs.ts";
import { denoFs } from "../platform/deno_fs.ts";
import { guardedFs } from "../platform/guarded_fs.ts";
import type { Refusal } from "../base/lenient_fs.ts";
import { lenientDisks } from "./engine_ports.ts";
import { sha256 } from "../platform/hash.ts";
import type { LinkJob, NotMade } from "../portable/links.ts";
import { listSnapshots } from "../portable/look.ts";
import type { Ports } from "../portable/ports.ts";
import { CELL, type Operation, type Operations } from "../portable/protocol.ts";
import type { Reply, Request, Start } from "../portable/protocol.ts";
import { applyPrune, planPrune } from "../portable/prune.ts";
import { planRestore, restoreSnapshot } from "../portable/restore.ts";
import { takeSnapshot } from "../portable/take.ts";
import { startedAs } from "../text/speak.ts";

/** The part of a worker's global object that is used here. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<Start | Request>) => void) | null;
  postMessage(reply: Reply): void;
}

const scope = self as unknown as WorkerScope;

function portsOf(start: Start, fs: FileSystem, cells: Int32Array): Ports {
  return {
    fs,
    newHash: sha256,
    clock: { now: () => Date.now() },
    emit: (message) => scope.postMessage({ type: "message", message }),
    cancelled: () => Atomics.load(cells, CELL.cancel) === 1,
    separator: start.separator,
  };
}

/** Has main make links, for it alone can, and waits: no link may be there before the files are. */
function askForLinks(cells: Int32Array, root: string, jobs: readonly LinkJob[]): NotMade {
  const before = Atomics.load(cells, CELL.linked);
  scope.postMessage({ type: "links", root, jobs });
  Atomics.wait(cells, CELL.linked, before);
  return {
    failed: Atomics.load(cells, CELL.failures),
    refused: Atomics.load(cells, CELL.refused),
  };
}

const language = startedAs((self as unknown as { name: string }).name);

async function perform(
  ports: Ports,
  cells: Int32Array,
  request: Request,
): Promise<Operations[Operation]["answer"]> {
  await language;
  switch (request.op) {
    case "take":
      return await takeSnapshot(ports, request.ask);
    case "restore": {
      const { output } = request.ask;
      return restoreSnapshot(ports, request.ask, (jobs) => askForLinks(cells, output, jobs));
    }
    case "planRestore":
      return planRestore(ports, request.ask);
    case "list":
      return await listSnapshots(ports, request.ask.snapshots);
    case "planPrune":
      return await planPrune(ports, request.ask.snapshots, request.ask.keep);
    case "applyPrune":
      return applyPrune(ports, request.ask.snapshots, request.ask.decisions);
  }
}

scope.onmessage = (event): void => {
  const start = event.data as Start;
  const cells = new Int32Array(start.shared);
  const tell = (refusal: Refusal, root: string): void =>
    scope.postMessage({ type: "refused", refusal, root });
  const fs = lenientDisks(
    guardedFs(denoFs, start.writable, start.separator),
    start.writable,
    start.separator,
    tell,
  );
  const ports = portsOf(start, fs, cells);
  scope.onmessage = (event): void => {
    perform(ports, cells, event.data as Request).then(
      (answer) => scope.postMessage({ type: "done", answer }),
      (error) => scope.postMessage({ type: "failed", error: toPlainError(error) }),
    );
  };
};
