/** What a lane in another thread has for the engine: lines of the record and rows, until they are sent. @module */

import type { FileHandle } from "../../base/fs.ts";
import { VaultTally } from "./counts.ts";
import type { Flusher } from "./copy/flusher.ts";
import type { LaneOutput } from "./lane_job.ts";
import type { VaultSink } from "./lane_vault.ts";
import type { ScanChange } from "./vault_dir.ts";

/** Characters of record lines that wait before they are sent. */
const CHARACTERS = 1 << 16;

/** Rows that wait. */
const ROWS = 200;

/** What a lane has for one vault. */
export class RemoteSink implements VaultSink {
  /** Flushes in the lane's own thread. */
  readonly flusher: Flusher;
  readonly tally = new VaultTally();
  #output: LaneOutput = { record: "", scan: [] };
  readonly #send: () => void;

  /** A sink that has nothing yet; `send` is called when it has much, and takes it. */
  constructor(flusher: Flusher, send: () => void) {
    this.flusher = flusher;
    this.#send = send;
  }

  record(text: string): void {
    this.#output.record += text;
    // a wide directory has megabytes of lines before anybody asks
    if (this.#output.record.length > CHARACTERS) this.#send();
  }

  scan(dir: string, row: ScanChange["row"]): void {
    this.#output.scan.push({ dir, row });
  }

  flush(path: string): void {
    this.flusher.add(path);
  }

  flushFile(file: FileHandle): void {
    this.flusher.addFile(file);
  }

  get full(): boolean {
    return this.flusher.full;
  }

  keepUp(): Promise<void> {
    return this.flusher.keepUp();
  }

  /** True when it has so much that it is to be sent. */
  get isLong(): boolean {
    return this.#output.record.length > CHARACTERS || this.#output.scan.length > ROWS;
  }

  /** What it has since it was asked last. */
  take(): LaneOutput {
    const output = this.#output;
    this.#output = { record: "", scan: [] };
    return output;
  }
}
