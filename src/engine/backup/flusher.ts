/** Flushes what was written, many files at a time (docs/format.md, *What is flushed when*). @module */

import type { FileSystem } from "../../base/fs.ts";

/** How many flushes wait before they are done together. */
const BATCH = 512;

/** Collects paths and flushes them in the background. */
export class Flusher {
  readonly #fs: FileSystem;
  readonly #on: boolean;
  #waiting: string[] = [];
  #under: Promise<void> = Promise.resolve();

  /** A flusher; one that is not `on` forgets what it is told. */
  constructor(fs: FileSystem, on: boolean) {
    this.#fs = fs;
    this.#on = on;
  }

  /** A path to flush before the record's last line. */
  add(path: string): void {
    if (!this.#on) return;
    this.#waiting.push(path);
    if (this.#waiting.length >= BATCH) this.#start();
  }

  #start(): void {
    const batch = this.#waiting;
    if (batch.length === 0) return;
    this.#waiting = [];
    this.#under = this.#under.then(() => this.#fs.syncAll(batch));
    // the failure is met where the run waits for it
    this.#under.catch(() => {});
  }

  /** Waits until everything told so far is flushed; throws what failed. */
  async settle(): Promise<void> {
    this.#start();
    await this.#under;
  }
}
