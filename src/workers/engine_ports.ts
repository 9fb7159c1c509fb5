/** The engine's ports inside a worker: the composition that the engine and its lanes share. @module */

import type { Emit } from "../base/event.ts";
import type { LaneLine, Wishes } from "../engine/backup/lane_messages.ts";
import type { EnginePorts } from "../engine/ports.ts";
import { denoFs } from "../platform/deno_fs.ts";
import { guardedFs } from "../platform/guarded_fs.ts";
import { sha256, sha256Of } from "../platform/hash.ts";
import { openDatabase } from "../platform/sqlite.ts";
import { type Shared, SLOT } from "../sandbox/channel.ts";

/** What a worker's ports are made of. */
export interface WorkerPorts {
  shared: Shared;
  /** This thread's row of the shared totals. */
  lane: number;
  writable: readonly string[];
  emit: Emit;
  data: (bytes: Uint8Array) => void;
}

/** Makes the ports of a worker. */
export function workerPorts({ shared, lane, writable, emit, data }: WorkerPorts): EnginePorts {
  const separator = Deno.build.os === "windows" ? "\\" : "/";
  const cell = new Int32Array(new SharedArrayBuffer(4));
  return {
    fs: guardedFs(denoFs, writable, separator),
    newHash: sha256,
    hashOf: sha256Of,
    openDatabase,
    clock: { now: () => Date.now() },
    monotonic: () => performance.now(),
    separator,
    emit,
    data,
    cancelled: () => shared.cancelled,
    cancel: () => shared.cancel(),
    sleep: (ms) => void Atomics.wait(cell, 0, 0, ms),
    progress: {
      done: (files, bytes) => {
        shared.add(lane, SLOT.filesDone, files);
        shared.add(lane, SLOT.bytesDone, bytes);
      },
      addTotal: (files, bytes) => {
        shared.add(lane, SLOT.filesFound, files);
        shared.add(lane, SLOT.bytesFound, bytes);
      },
      entriesSeen: (entries) => shared.add(lane, SLOT.looked, entries),
      totalKnown: () => shared.add(lane, SLOT.whole, 1),
      error: () => shared.add(lane, SLOT.errors, 1),
    },
    // a worker may not ask the system for its umask; every mode that matters is set outright
    umask: 0o777,
    newId: () => crypto.randomUUID(),
  };
}

/** A message port as a line between the engine and a lane. */
export function lineOf(port: MessagePort): LaneLine {
  const tick = new MessageChannel();
  return {
    send: (message) => port.postMessage(message),
    receive: (handler) => {
      port.onmessage = (event) => handler(event.data);
    },
    yieldToMessages: () =>
      new Promise((resolve) => {
        tick.port1.onmessage = () => resolve();
        tick.port2.postMessage(0);
      }),
  };
}

/** What lanes tell each other in shared memory. */
export function wishesOf(shared: Shared): Wishes {
  return {
    announceIdle: () => shared.addWish(),
    claimIdle: () => shared.takeWish(),
    clear: () => shared.clearWishes(),
    end: (vault) => shared.end(vault),
    ended: (vault) => shared.ended(vault),
  };
}
