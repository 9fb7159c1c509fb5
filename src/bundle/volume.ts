/** One volume: what is written into it is compressed, encrypted, hashed and kept in a file. @module */

import type { FileHandle, FileSystem } from "../base/fs.ts";
import type { NewHash } from "../base/hash.ts";
import { removeQuietly, writeAll } from "../base/io.ts";
import { seal } from "./seal.ts";

/** What volumes are written with. */
export interface VolumePorts {
  fs: FileSystem;
  newHash: NewHash;
}

/** A volume that is being written. */
export class Volume {
  readonly #ports: VolumePorts;
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #stored: Promise<void>;
  readonly #hash;
  #bytes = 0;
  #open = true;

  /** Begins a new file. */
  constructor(ports: VolumePorts, path: string, recipients: readonly string[]) {
    this.#ports = ports;
    this.#path = path;
    this.#hash = ports.newHash();
    this.#file = ports.fs.open(path, { write: true, createNew: true, mode: 0o600 });
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    this.#writer = writable.getWriter();
    this.#stored = this.#store(readable, recipients);
    // met where it is waited for; the writer fails with it
    this.#stored.catch((error) => this.#writer.abort(error).catch(() => {}));
  }

  async #store(clear: ReadableStream<Uint8Array>, recipients: readonly string[]): Promise<void> {
    for await (const part of await seal(clear, recipients)) {
      writeAll(this.#file, part);
      this.#hash.update(part);
      this.#bytes += part.length;
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      await this.#writer.write(bytes);
    } catch (error) {
      await this.#stored;
      throw error;
    }
  }

  /** Makes it whole; gives its SHA-256 and size. */
  async end(): Promise<{ hash: string; bytes: number }> {
    await this.#writer.close();
    await this.#stored;
    this.#file.sync();
    this.#close();
    return { hash: this.#hash.hex(), bytes: this.#bytes };
  }

  /** Gives it up. */
  async discard(): Promise<void> {
    await this.#writer.abort().catch(() => {});
    await this.#stored.catch(() => {});
    this.#close();
    removeQuietly(this.#ports.fs, this.#path);
  }

  #close(): void {
    if (this.#open) this.#file.close();
    this.#open = false;
  }
}
