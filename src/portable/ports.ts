/** What the reading and writing of portable snapshots needs from outside. @module */

import type { Clock } from "../base/clock.ts";
import { errorCode, HikaeError, messageOf } from "../base/errors.ts";
import type { Emit } from "../base/event.ts";
import type { FileSystem } from "../base/fs.ts";
import type { NewHash } from "../base/hash.ts";

/** The ports of one operation. */
export interface Ports {
  fs: FileSystem;
  newHash: NewHash;
  clock: Clock;
  emit: Emit;
  /** True once the operation is to stop; looked at between files and between chunks. */
  cancelled(): boolean;
  /** What separates the components of native paths. */
  separator: string;
}

/** Throws when the operation is to stop. */
export function checkCancelled(ports: Ports): void {
  if (ports.cancelled()) throw new HikaeError("interrupted", "interrupted");
}

/** Counts errors as it reports them. */
export class Trouble {
  #ports: Ports;
  /** How many were reported. */
  count = 0;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** Reports something that hikae itself says. */
  say(path: string, during: string, code: string, message: string): void {
    this.count++;
    this.#ports.emit({ message_type: "error", path, during, code, message });
  }

  /** Reports something that was thrown. */
  thrown(path: string, during: string, error: unknown): void {
    this.say(path, during, errorCode(error) || "unreadable", messageOf(error));
  }
}

const BEAT_MS = 250;

/** Tells now and then how far an operation is. */
export class Progress {
  #ports: Ports;
  #trouble: Trouble;
  #start: number;
  #next: number;
  #total: number | undefined;
  files = 0;
  bytes = 0;

  /** `total` is the number of bytes that there are, if that is known. */
  constructor(ports: Ports, trouble: Trouble, total?: number) {
    this.#ports = ports;
    this.#trouble = trouble;
    this.#start = ports.clock.now();
    this.#next = this.#start + BEAT_MS;
    this.#total = total;
  }

  /** Seconds since the start. */
  get seconds(): number {
    return (this.#ports.clock.now() - this.#start) / 1000;
  }

  /** Counts, and tells when it is time to. */
  add(files: number, bytes: number): void {
    this.files += files;
    this.bytes += bytes;
    const now = this.#ports.clock.now();
    if (now < this.#next) return;
    this.#next = now + BEAT_MS;
    const total = this.#total;
    this.#ports.emit({
      message_type: "status",
      seconds_elapsed: this.seconds,
      files_done: this.files,
      bytes_done: this.bytes,
      error_count: this.#trouble.count,
      ...(total === undefined ? {} : {
        total_bytes: total,
        percent_done: total === 0 ? 1 : Math.min(1, this.bytes / total),
      }),
    });
  }
}
