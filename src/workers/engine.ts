/** The engine worker: the composition root inside the sandbox. @module */

import { asFailure, placeOf } from "../engine/failure.ts";
import type { Message } from "../base/event.ts";
import { toPlainError } from "../base/errors.ts";
import {
  type EngineAnswer,
  type EngineCall,
  type EngineReply,
  Shared,
  type VaultMet,
} from "../sandbox/channel.ts";
import { Asking } from "./asking.ts";
import { COMMANDS } from "./engine_commands.ts";
import { lineOf, wishesOf, workerPorts } from "./engine_ports.ts";

const scope = self as unknown as {
  /** The command, so that its modules are there when the engine says that it is ready. */
  readonly name: string;
  onmessage: ((event: MessageEvent<EngineCall | EngineAnswer>) => void) | null;
  postMessage(reply: EngineReply): void;
};

/** Messages travel in bunches: a post costs as much as many messages. */
const BUNCH = 200;

let queue: Message[] = [];
let flushed = 0;

function flush(): void {
  if (queue.length > 0) scope.postMessage({ kind: "messages", messages: queue });
  queue = [];
  flushed = performance.now();
}

function emit(message: Message): void {
  queue.push(message);
  if (queue.length >= BUNCH || performance.now() - flushed > 100) flush();
}

function data(bytes: Uint8Array): void {
  flush();
  scope.postMessage({ kind: "data", bytes });
}

const asking = new Asking((question) => scope.postMessage(question));

async function answer(call: EngineCall): Promise<EngineReply> {
  try {
    const run = await loading;
    if (run === undefined) throw new Error(`no engine command ${call.command}`);
    const shared = new Shared(call.shared);
    const ports = workerPorts({ shared, lane: 0, writable: call.writable, emit, data });
    ports.ask = asking.ask;
    ports.remember = (met) => asking.ask({ met } satisfies VaultMet);
    if (call.lanes !== undefined && call.lanes.length > 0) {
      ports.lanes = { lines: call.lanes.map(lineOf), wishes: wishesOf(shared) };
    }
    if (call.scout !== undefined) ports.scout = lineOf(call.scout);
    return { kind: "done", result: await run(ports, call.request) };
  } catch (error) {
    return {
      kind: "failed",
      error: toPlainError(asFailure(error, call.command, placeOf(call.request, error))),
    };
  }
}

scope.onmessage = async (event): Promise<void> => {
  if (event.data.kind === "answer") {
    asking.take(event.data);
    return;
  }
  const reply = await answer(event.data);
  flush();
  scope.postMessage(reply);
};
const loading = COMMANDS[scope.name]?.();
await loading;
scope.postMessage({ kind: "ready" });
