/**
 * A standard stream that may fail. What a command does to a vault or a target never depends on whether somebody
 * reads what it says (design, *Never lose anything*), so a write here does not throw: it says whether it went
 * out, and after the first failure nothing more is tried.
 * @module
 */

import { errorCode } from "../base/errors.ts";

/** What a stream needs of the system. */
export interface StreamPorts {
  /** Writes a part of the data; gives how many bytes it took. */
  writeSync(data: Uint8Array): number;
}

/** How long a reader that takes nothing (a pipe that does not block) is waited for, in ms. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 5;

/** One standard stream. */
export class Stream {
  readonly #sink: StreamPorts;
  #failure: Error | undefined;

  /** A stream that writes to `sink`. */
  constructor(sink: StreamPorts) {
    this.#sink = sink;
  }

  /** Why the stream cannot be written any more; undefined while it can. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** True when whoever read it has gone away (`| head`). */
  get abandoned(): boolean {
    return this.#failure !== undefined &&
      (this.#failure instanceof Deno.errors.BrokenPipe || errorCode(this.#failure) === "EPIPE");
  }

  /** Writes all of `data`; false when it cannot be written, now or since an earlier time. */
  write(data: Uint8Array): boolean {
    if (this.#failure !== undefined) return false;
    try {
      for (let at = 0; at < data.length;) at += this.#some(data.subarray(at));
      return true;
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      return false;
    }
  }

  #some(data: Uint8Array): number {
    for (let waited = 0;; waited += PAUSE_MS) {
      try {
        return this.#sink.writeSync(data);
      } catch (error) {
        if (!(error instanceof Deno.errors.WouldBlock) || waited >= PATIENCE_MS) throw error;
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}
