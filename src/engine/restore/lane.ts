/** Lanes: other threads that write new files beside the engine, a few at a time (docs/performance.md). @module */

import { systemText } from "../../base/system_text.ts";
import {
  errorCode,
  fromPlainError,
  HikaeError,
  isFull,
  isNotFound,
  type PlainError,
  toPlainError,
} from "../../base/errors.ts";
import { Crew, threadsWorth } from "../crew/crew.ts";
import type { CrewPorts, MemberEnd } from "../crew/line.ts";
import { serveMember } from "../crew/member.ts";
import type { Trade } from "../crew/trade.ts";
import type { EnginePorts } from "../ports.ts";
import { isDamaged } from "./copy.ts";
import { type FileOptions, type FileTask, FileWriter, type WaitingCopy } from "./files.ts";
import { isCollision } from "./new_names.ts";
import { isFatal, RestoreTarget } from "./target.ts";
import { text } from "../../text/text.ts";

/** New files of one directory. */
export interface CopyBatch {
  dir: string;
  inherits: boolean;
  /** This restore made the directory, and nobody backs it up meanwhile: names may be given at once. */
  fresh: boolean;
  tasks: FileTask[];
}

/** What became of a batch. */
interface WrittenBatch {
  restored: number;
  verified: number;
  bytes: number;
  /** By the index of the task; -1 is the directory. */
  failed: { task: number; code: string; error: PlainError }[];
  /** Tasks whose content was not where it should be, or was another: the engine looks for it. */
  moved: number[];
  /** Tasks that were not begun, because nothing else could succeed. */
  fatal?: { task: number; code: string; error: PlainError };
}

/** So many batches a lane has at most: enough that it never waits, few enough that all end together. */
const AHEAD = 3;

/** The work of a restore's lanes. */
export interface RestoreTrade extends Trade {
  setup: { root: string; options: FileOptions };
  piece: CopyBatch;
  result: WrittenBatch;
}

/** Serves one restore over `line`. */
export function serveRestoreLane(ports: EnginePorts, line: MemberEnd<RestoreTrade>): void {
  serveMember<RestoreTrade>(line, ({ root, options }) => {
    const target = new RestoreTarget(ports.fs, root, ports.separator);
    ports.hashMuch?.();
    const writer = new FileWriter(ports, target, options);
    return { work: (batch) => writeBatch(target, writer, batch), end: () => {}, drop: () => {} };
  });
}

function writeBatch(target: RestoreTarget, writer: FileWriter, batch: CopyBatch): WrittenBatch {
  const before = { restored: writer.restored, verified: writer.verified, bytes: writer.bytes };
  const failed: WrittenBatch["failed"] = [];
  const moved: number[] = [];
  let fatal: WrittenBatch["fatal"];
  let at = -1;
  try {
    target.assertReal(batch.dir);
    if (batch.fresh) writer.begin(batch.dir, batch.tasks);
    for (const [i, task] of batch.tasks.entries()) {
      at = i;
      try {
        if (writer.bring(batch.dir, task, batch.inherits)) continue;
        putNew(writer, writer.copy(batch.dir, task, batch.inherits), target);
      } catch (error) {
        if (isFatal(error)) throw error;
        if (isNotFound(error) || isDamaged(error) || isCollision(error)) moved.push(i);
        else failed.push(plain(i, error));
      }
    }
  } catch (error) {
    if (isFatal(error)) fatal = plain(at, error);
    else failed.push(plain(at, error));
  } finally {
    writer.end();
  }
  return {
    restored: writer.restored - before.restored,
    verified: writer.verified - before.verified,
    bytes: writer.bytes - before.bytes,
    failed,
    moved,
    ...(fatal === undefined ? {} : { fatal }),
  };
}

function putNew(writer: FileWriter, waiting: WaitingCopy, target: RestoreTarget): void {
  try {
    writer.put(waiting, true);
  } catch (error) {
    if (isCollision(error)) target.discard(waiting.temporary);
    throw error;
  }
}

function plain(task: number, error: unknown): { task: number; code: string; error: PlainError } {
  return { task, code: errorCode(error), error: toPlainError(error) };
}

/** What the engine is told of what lanes did. */
export interface RestoreLaneHost {
  count(restored: number, verified: number, bytes: number): void;
  /** A path that failed. */
  failed(path: string, error: unknown): void;
  /** A file is in its place. */
  placed(batch: CopyBatch, task: FileTask): void;
  /** All that was told of a batch. */
  done(batch: CopyBatch): void;
  /** A file to be written by the engine itself. */
  again(batch: CopyBatch, task: FileTask): void;
}

/** The engine's end of all lanes. */
export class RestoreLanes {
  readonly #crew: Crew<RestoreTrade>;
  readonly #host: RestoreLaneHost;
  #fatal: unknown;
  /** So many files there were for lanes. */
  #files = 0;

  /** Lanes that begin when there is a batch for them. */
  constructor(
    lanes: CrewPorts | undefined,
    root: string,
    options: FileOptions,
    host: RestoreLaneHost,
  ) {
    this.#host = host;
    const setup = { root, options };
    this.#crew = new Crew<RestoreTrade>(lanes, { setup, host: {}, ahead: AHEAD });
  }

  /** Gives a batch to a lane that has little to do; false when none has. Throws what stopped a lane. */
  async give(batch: CopyBatch): Promise<boolean> {
    if (this.#crew.size === 0) return false;
    this.#files += batch.tasks.length;
    this.#crew.open(threadsWorth(this.#files));
    let [lane] = this.#crew.free();
    // what the lanes say is let in when none has room: each time costs a turn of the thread
    if (lane === undefined) {
      await this.#crew.yieldToMessages();
      [lane] = this.#crew.free();
    }
    this.#check();
    if (lane === undefined) return false;
    this.#crew.give(lane, batch, (done) => done === undefined || this.#written(batch, done));
    return true;
  }

  /** Waits until the lanes have written everything. */
  async settle(): Promise<void> {
    await this.#crew.settle();
    this.#check();
  }

  #check(): void {
    const fatal = this.#fatal ?? this.#crew.broken;
    if (fatal !== undefined) throw fatal;
  }

  #written(batch: CopyBatch, done: WrittenBatch): void {
    this.#host.count(done.restored, done.verified, done.bytes);
    const pathOf = (task: number): string =>
      task < 0 ? batch.dir : `${batch.dir === "" ? "" : `${batch.dir}/`}${batch.tasks[task]?.name}`;
    const bad = new Set([...done.moved, ...done.failed.map((f) => f.task)]);
    const end = done.fatal?.task ?? (bad.has(-1) ? 0 : batch.tasks.length);
    for (const [i, task] of batch.tasks.slice(0, end).entries()) {
      if (!bad.has(i)) this.#host.placed(batch, task);
    }
    try {
      for (const f of done.failed) this.#host.failed(pathOf(f.task), revive(f));
      for (const i of done.moved) {
        const task = batch.tasks[i];
        if (task !== undefined) this.#host.again(batch, task);
      }
      if (done.fatal !== undefined) this.#host.failed(pathOf(done.fatal.task), revive(done.fatal));
      this.#host.done(batch);
    } catch (error) {
      this.#fatal ??= error;
    }
  }
}

/** An error of another thread, with the code that it had there. */
function revive({ code, error }: { code: string; error: PlainError }): unknown {
  if (error.id !== "internal") return fromPlainError(error);
  return Object.assign(new Error(error.message), { code });
}

/** True for a thing thrown that ends a restore; what it says is made of the path that it met. */
export function asStop(error: unknown, place: string): HikaeError {
  if (error instanceof HikaeError) return error;
  const full = isFull(error);
  return new HikaeError(
    "failed",
    text("restore.failed", { problem: full ? text("system.full") : systemText(error) }),
    {
      path: place,
      hint: text(full ? "restore.stopped-full-hint" : "restore.stopped-hint"),
      cause: error,
    },
  );
}
