/** Starts an engine worker with the permissions of one run, gives up main's own, and passes messages on. @module */

import type { AccessName } from "../base/access.ts";
import { fromPlainError, HikaeError } from "../base/errors.ts";
import {
  type EngineCall,
  type EngineReply,
  type LaneCall,
  Shared,
  SLOT,
} from "../sandbox/channel.ts";
import { isUnscoped, keptKinds, KINDS, permissionSet, type Roots } from "../sandbox/permissions.ts";
import type { Context } from "./command.ts";
import type { Message } from "../base/event.ts";
import { explainSets } from "./explain.ts";
import { progressLine } from "../report/progress.ts";

/** What to run. */
export interface EngineRun {
  command: string;
  access: AccessName;
  /** Real paths by kind of place. */
  roots: Roots;
  /** True when a root can be opened only with all permissions though its path does not show it. */
  unscoped?: boolean;
  request: unknown;
  /** How many more threads may share the work. */
  lanes?: number;
  /** Kinds that main itself goes on needing (`restore` makes links). */
  keep?: readonly Deno.PermissionName[];
  /** Called with each message before it is printed. */
  onMessage?: (message: Message) => void;
  /** Answers questions of the engine. */
  onAsk?: (question: unknown) => Promise<unknown>;
}

const WINDOWS = Deno.build.os === "windows";

/** Runs an engine command to its end; gives its result. Throws what it threw. */
export async function runEngine(context: Context, asked: EngineRun): Promise<unknown> {
  const set = permissionSet(asked.access, asked.roots);
  const unscoped = asked.unscoped === true || isUnscoped(set, WINDOWS);
  const run = { ...asked, keep: keptKinds(asked.keep ?? [], unscoped) };
  if (context.parsed.has("explain-permissions")) {
    explainSets(context, { engine: set, unscoped, keep: run.keep ?? [] });
    return undefined;
  }
  if (unscoped) requireAll();
  const permissions = unscoped ? "inherit" as const : { ...set };
  const worker = new Worker(new URL("../workers/engine.ts", import.meta.url), {
    type: "module",
    name: run.command,
    deno: { permissions },
  });
  const lanes = Array.from(
    { length: run.lanes ?? 0 },
    () =>
      new Worker(new URL("../workers/lane.ts", import.meta.url), {
        type: "module",
        name: run.command,
        deno: { permissions },
      }),
  );
  try {
    return await converse(context, run, worker, lanes, set.write);
  } finally {
    for (const w of [worker, ...lanes]) w.terminate();
  }
}

/** Only the binary for Windows is started with all permissions; `deno task hikae` is not. */
export function requireAll(): void {
  if (Deno.permissions.querySync({ name: "ffi" }).state === "granted") return;
  throw new HikaeError(
    "failed",
    "open a network path or shadow copy: Deno wants all permissions for it",
    {
      hint: "start it from the checkout with deno run -A --no-prompt main.ts",
    },
  );
}

/** Main keeps no right that it does not need; what a path needs on Windows shares goes with the worker. */
export function giveUp(keep: readonly Deno.PermissionName[]): void {
  for (const name of KINDS) {
    if ((keep as readonly string[]).includes(name)) continue;
    Deno.permissions.revokeSync({ name: name as Deno.PermissionName });
  }
}

function converse(
  context: Context,
  run: EngineRun,
  worker: Worker,
  lanes: readonly Worker[],
  writable: readonly string[],
): Promise<unknown> {
  const shared = new Shared();
  const started = performance.now();
  const ticker = context.progress !== undefined
    ? setInterval(() => showProgress(context, shared, started), 200)
    : context.json && !context.quiet
    ? setInterval(() => tellStatus(context, shared, started), 1000)
    : undefined;
  const cancel = (): void => shared.cancel();
  context.signal.addEventListener("abort", cancel);
  if (context.signal.aborted) shared.cancel();
  const lanesReady = lanes.map((lane) => ready(lane));
  return new Promise<unknown>((resolve, reject) => {
    worker.onmessage = (event: MessageEvent<EngineReply>): void => {
      const reply = event.data;
      if (reply.kind === "ready") {
        void Promise.all(lanesReady).then(() => {
          // not before: a worker's modules are loaded with the rights of the thread that starts it
          giveUp(run.keep ?? []);
          start(run, worker, lanes, shared, writable);
        }, reject);
      } else if (reply.kind === "messages") {
        for (const message of reply.messages) {
          run.onMessage?.(message);
          context.emit(message);
        }
      } else if (reply.kind === "data") context.write(reply.bytes);
      else if (reply.kind === "ask") void answer(run, worker, reply.id, reply.question);
      else if (reply.kind === "done") resolve(reply.result);
      else reject(fromPlainError(reply.error));
    };
    worker.onerror = (event): void => {
      event.preventDefault();
      reject(new HikaeError("internal", `engine: ${event.message}`));
    };
  }).finally(() => {
    clearInterval(ticker);
    context.signal.removeEventListener("abort", cancel);
  });
}

/** Resolves when a worker has loaded its modules. */
function ready(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new HikaeError("internal", `engine: ${event.message}`));
    };
  });
}

/** Connects the lanes with the engine and hands it its work. */
function start(
  run: EngineRun,
  worker: Worker,
  lanes: readonly Worker[],
  shared: Shared,
  writable: readonly string[],
): void {
  const ports = lanes.map((lane, i) => {
    const { port1, port2 } = new MessageChannel();
    const call: LaneCall = {
      kind: "lane",
      index: i + 1,
      port: port2,
      shared: shared.buffer,
      writable,
    };
    lane.postMessage(call, [port2]);
    return port1;
  });
  const call: EngineCall = {
    kind: "call",
    command: run.command,
    request: run.request,
    shared: shared.buffer,
    writable,
    lanes: ports,
  };
  worker.postMessage(call, ports);
}

async function answer(
  run: EngineRun,
  worker: Worker,
  id: number,
  question: unknown,
): Promise<void> {
  const answer = await run.onAsk?.(question);
  worker.postMessage({ kind: "answer", id, answer });
}

/** Progress for programs: about once a second, in the shape of restic's. */
function tellStatus(context: Context, shared: Shared, started: number): void {
  const seconds = (performance.now() - started) / 1000;
  const [done, found] = [shared.total(SLOT.bytesDone), shared.total(SLOT.bytesFound)];
  context.emit({
    message_type: "status",
    seconds_elapsed: Math.round(seconds * 10) / 10,
    files_done: Math.max(shared.total(SLOT.filesDone), shared.total(SLOT.filesFound)),
    bytes_done: done,
    ...(found > 0 && shared.total(SLOT.whole) > 0
      ? { total_bytes: found, percent_done: Math.min(1, Math.round(done / found * 1000) / 1000) }
      : {}),
    error_count: shared.total(SLOT.errors),
  });
}

function showProgress(context: Context, shared: Shared, started: number): void {
  context.progress?.(progressLine({
    seconds: (performance.now() - started) / 1000,
    filesDone: shared.total(SLOT.filesDone),
    bytesDone: shared.total(SLOT.bytesDone),
    filesFound: shared.total(SLOT.filesFound),
    bytesFound: shared.total(SLOT.bytesFound),
    whole: shared.total(SLOT.whole) > 0,
    errors: shared.total(SLOT.errors),
  }));
}
