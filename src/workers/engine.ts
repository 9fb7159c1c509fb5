/** The engine worker: the composition root inside the sandbox. @module */

import type { Message } from "../base/event.ts";
import { toPlainError } from "../base/errors.ts";
import type { EnginePorts } from "../engine/ports.ts";
import { denoFs } from "../platform/deno_fs.ts";
import { guardedFs } from "../platform/guarded_fs.ts";
import { sha256, sha256Of } from "../platform/hash.ts";
import { openDatabase } from "../platform/sqlite.ts";
import { type EngineCall, type EngineReply, Shared, SLOT } from "../sandbox/channel.ts";
import { COMMANDS } from "./engine_commands.ts";

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<EngineCall>) => void) | null;
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

function portsOf(call: EngineCall): EnginePorts {
  const separator = Deno.build.os === "windows" ? "\\" : "/";
  const shared = new Shared(call.shared);
  const cell = new Int32Array(new SharedArrayBuffer(4));
  return {
    fs: guardedFs(denoFs, call.writable, separator),
    newHash: sha256,
    hashOf: sha256Of,
    openDatabase,
    clock: { now: () => Date.now() },
    separator,
    emit,
    cancelled: () => shared.cancelled,
    sleep: (ms) => void Atomics.wait(cell, 0, 0, ms),
    progress: {
      done: (files, bytes) => {
        shared.add(0, SLOT.filesDone, files);
        shared.add(0, SLOT.bytesDone, bytes);
      },
      found: (files, bytes) => {
        shared.add(0, SLOT.filesFound, files);
        shared.add(0, SLOT.bytesFound, bytes);
      },
      error: () => shared.add(0, SLOT.errors, 1),
    },
    // set by main, which may ask the system; 0o777 makes the engine set every mode itself
    umask: 0o777,
    newId: () => crypto.randomUUID(),
    data: (bytes) => {
      flush();
      scope.postMessage({ kind: "data", bytes });
    },
  };
}

async function answer(call: EngineCall): Promise<EngineReply> {
  try {
    const load = COMMANDS[call.command];
    if (load === undefined) throw new Error(`no engine command ${call.command}`);
    const run = await load();
    return { kind: "done", result: await run(portsOf(call), call.request) };
  } catch (error) {
    return { kind: "failed", error: toPlainError(error) };
  }
}

scope.onmessage = async (event): Promise<void> => {
  const reply = await answer(event.data);
  flush();
  scope.postMessage(reply);
};
scope.postMessage({ kind: "ready" });
