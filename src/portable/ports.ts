/** What the reading and writing of portable snapshots needs from outside. @module */

import { systemText } from "../base/system_text.ts";
import { text } from "../text/text.ts";
import type { Clock, Monotonic } from "../base/clock.ts";
import { errorCode, HikaeError, messageOf } from "../base/errors.ts";
import type { During, Emit } from "../base/event.ts";
import type { FileSystem } from "../base/fs.ts";
import type { NewHash } from "../base/hash.ts";
import { nextStep } from "../base/next_step.ts";

/** The ports of one operation. */
export interface PortablePorts {
  fs: FileSystem;
  newHash: NewHash;
  clock: Clock;
  monotonic: Monotonic;
  emit: Emit;
  /** True once the operation is to stop; looked at between files and between chunks. */
  cancelled(): boolean;
  progress: ProgressPort;
  /** A random id. */
  newId: () => string;
  /** What separates the components of native paths. */
  separator: string;
}

/** Running totals that main reads meanwhile. */
export interface ProgressPort {
  /** Adds to the files and bytes done. */
  done(files: number, bytes: number): void;
  /** Adds to the files and bytes that there are to do. */
  addTotal(files: number, bytes: number): void;
  /** Says that the totals are whole. */
  totalKnown(): void;
  /** Counts an error. */
  error(): void;
}

/** Throws when the operation is to stop. */
export function checkCancelled(ports: PortablePorts): void {
  if (ports.cancelled()) throw new HikaeError("interrupted", "interrupted");
}

/** Counts errors as it reports them. */
export class ErrorCounter {
  #ports: PortablePorts;
  /** How many were reported. */
  count = 0;

  constructor(ports: PortablePorts) {
    this.#ports = ports;
  }

  /** Reports something that hikae itself says. */
  say(path: string, during: During, code: string, message: string, hint?: string): void {
    this.count++;
    this.#ports.progress.error();
    const next = hint === undefined ? {} : { hint };
    this.#ports.emit({ message_type: "error", path, during, code, message, ...next });
  }

  /** Reports what kept an entry from being restored. */
  unrestored(path: string, error: unknown): void {
    if (error instanceof HikaeError) {
      return this.say(path, "restore", error.id, error.message, error.hint);
    }
    const code = errorCode(error) || "unstorable";
    const message = text("portable.not-restored", { problem: systemText(error) });
    this.say(path, "restore", code, message, nextStep(code, "target", messageOf(error)));
  }

  /** Reports something that was thrown. */
  thrown(path: string, during: "scan" | "read", error: unknown): void {
    const code = errorCode(error) || "unreadable";
    this.say(path, during, code, systemText(error), nextStep(code, "source"));
  }
}

/** Counts and times the whole of an operation. */
export class SnapshotProgress {
  readonly #ports: PortablePorts;
  readonly #start: number;

  /** `total` is the number of bytes that there are, if that is known. */
  constructor(ports: PortablePorts, total?: number) {
    this.#ports = ports;
    this.#start = ports.clock.now();
    if (total === undefined) return;
    ports.progress.addTotal(0, total);
    ports.progress.totalKnown();
  }

  /** Seconds since the start. */
  get seconds(): number {
    return (this.#ports.clock.now() - this.#start) / 1000;
  }

  /** Counts what was read or written. */
  add(files: number, bytes: number): void {
    this.#ports.progress.done(files, bytes);
  }
}
