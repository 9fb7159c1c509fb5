/** The engine's ports inside a worker: the composition that the engine and its lanes share. @module */

import type { Emit } from "../base/event.ts";
import type { Board, CrewPorts, EngineEnd, Line } from "../engine/crew/line.ts";
import type { Trade } from "../engine/crew/trade.ts";
import type { EnginePorts } from "../engine/ports.ts";
import type { FileSystem } from "../base/fs.ts";
import { lenientFs, type RefusedCall } from "../base/lenient_fs.ts";
import { META, TEMPORARY } from "../vault/names.ts";
import { denoAhead, denoFs } from "../platform/deno_fs.ts";
import { countedAhead, countedFs } from "../platform/counted_fs.ts";
import { guardedFs, isBelow } from "../platform/guarded_fs.ts";
import { hashMuch, sha256, sha256Of } from "../platform/hash.ts";
import { openDatabase } from "../platform/sqlite.ts";
import { type SentIndexPlaces, type SharedState, SLOT } from "../sandbox/channel.ts";

/** What a worker's ports are made of. */
export interface WorkerPorts {
  shared: SharedState;
  /** This thread's row of the shared totals. */
  lane: number;
  writable: readonly string[];
  index: SentIndexPlaces;
  emit: Emit;
  data: (bytes: Uint8Array) => void;
  /** Told once of what the disk of a writable root refuses as a whole. */
  refused: (refusal: RefusedCall, root: string) => void;
}

/** The file system with forbearance for what disks of writable roots refuse as a whole (decision 28). */
function lenientDisks(
  fs: FileSystem,
  writable: readonly string[],
  separator: string,
  refused: (refusal: RefusedCall, root: string) => void,
): FileSystem {
  const below = (dir: string, name: string): string =>
    dir.endsWith(separator) ? dir + name : dir + separator + name;
  const roots = writable.map((path) => ({
    path,
    probe: (): string => {
      const id = crypto.randomUUID().slice(0, 8);
      const meta = below(path, META);
      // each is a name that the next run or restore clears away
      return fs.exists(meta)
        ? below(meta, `${TEMPORARY}probe${id}`)
        : below(path, `.hikae-tmp-${id}-0`);
    },
  }));
  return lenientFs(fs, roots, separator, refused);
}

/** The machine's file system; its calls are counted where main asks for that. */
function machineFs(
  { shared, lane, writable }: Pick<WorkerPorts, "shared" | "lane" | "writable">,
  separator: string,
): Pick<EnginePorts, "fs" | "ahead"> {
  if (!shared.countsCalls) return { fs: denoFs, ahead: denoAhead };
  const called = (path: string): void => {
    const below = writable.some((root) => isBelow(path, root, separator));
    shared.add(lane, below ? SLOT.callsBelow : SLOT.callsElsewhere, 1);
  };
  return { fs: countedFs(denoFs, called), ahead: countedAhead(denoAhead, called) };
}

/** Makes the ports of a worker. */
export function workerPorts(
  { shared, lane, writable, index, emit, data, refused }: WorkerPorts,
): EnginePorts {
  const separator = Deno.build.os === "windows" ? "\\" : "/";
  const { fs, ahead } = machineFs({ shared, lane, writable }, separator);
  const cell = new Int32Array(new SharedArrayBuffer(4));
  return {
    ahead,
    fs: lenientDisks(guardedFs(fs, writable, separator), writable, separator, refused),
    newHash: sha256,
    hashOf: sha256Of,
    hashMuch,
    openDatabase,
    index: (root) => index[root],
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
      entriesSeen: (entries) => shared.add(lane, SLOT.entriesSeen, entries),
      totalKnown: () => shared.add(lane, SLOT.totalKnown, 1),
      error: () => shared.add(lane, SLOT.errors, 1),
    },
    // a worker may not ask the system for its umask; every mode that matters is set outright
    umask: 0o777,
    newId: () => crypto.randomUUID(),
  };
}

/** Seats whose threads the engine starts itself. */
export interface SpareSeats {
  readonly seats: number;
  /** Starts the thread of a seat; `seat` counts from the first of the crew. */
  line<T extends Trade>(seat: number): EngineEnd<T>;
}

/** A message port as a line between the engine and a lane. */
export function lineOf<Out, In>(port: MessagePort): Line<Out, In> {
  const tick = new MessageChannel();
  // several may wait at once, each for a message of its own
  const waiting: (() => void)[] = [];
  tick.port1.onmessage = () => waiting.shift()?.();
  return {
    send: (message) => port.postMessage(message),
    receive: (handler) => {
      port.onmessage = (event: MessageEvent<In>) => handler(event.data);
    },
    yieldToMessages: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        tick.port2.postMessage(0);
      }),
  };
}

/** Threads at the other ends of message ports, as a crew; `spare` are those that begin when there is work for them. */
export function crewOf(
  ports: readonly MessagePort[],
  shared: SharedState,
  spare?: SpareSeats,
): CrewPorts {
  return {
    seats: ports.length + (spare?.seats ?? 0),
    begun: ports.length,
    line: (seat) => {
      const port = ports[seat];
      if (port !== undefined) return lineOf(port);
      if (spare === undefined) throw new RangeError(`no seat ${seat}`);
      return spare.line(seat);
    },
    board: boardOf(shared),
  };
}

/** What lanes tell each other in shared memory. */
export function boardOf(shared: SharedState): Board {
  return {
    announceIdle: () => shared.announceIdle(),
    claimIdle: () => shared.claimIdle(),
    clear: () => shared.clearIdle(),
    end: (vault) => shared.end(vault),
    ended: (vault) => shared.ended(vault),
  };
}
