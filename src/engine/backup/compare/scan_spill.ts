/**
 * Scan rows of a run on their way to the catalog, which is written once, at the end: in memory while they are
 * few, in a file beside the index when they are many, so that memory does not grow with the tree.
 * @module
 */

import { fromUtf8, utf8 } from "../../../base/bytes.ts";
import type { FileHandle } from "../../../base/fs.ts";
import { createFresh, removeIfAny, writeAll } from "../../../base/io.ts";
import { IndexFiles } from "../../../vault/index_files.ts";
import type { Vault } from "../../../vault/vault.ts";

/** A directory's row; undefined drops it. */
export interface SpilledRow {
  dir: string;
  row: Uint8Array | undefined;
}

const IN_MEMORY = 2 << 20;

/** Before each row stand the lengths of its name and of itself, in so many bytes. */
const HEAD = 8;

/** Stands for the length of a row that is dropped. */
const NO_ROW = 0xffffffff;

/** Rows in the order in which they came. */
export class ScanSpill {
  readonly #vault: Vault;
  /** Beside the index; undefined where there is no such place, and all stays in memory. */
  readonly #path: string | undefined;
  #rows: SpilledRow[] = [];
  #bytes = 0;
  #file: FileHandle | undefined;
  #made = false;
  /** So many bytes of the file are rows that were written whole. */
  #whole = 0;
  /** The file took no more: what came since stays in memory. */
  #refused = false;

  /** A spill for a run into `vault`. */
  constructor(vault: Vault) {
    this.#vault = vault;
    const files = IndexFiles.of(vault);
    this.#path = files?.path(files.names.spill);
  }

  /** Takes a row. */
  put(dir: string, row: Uint8Array | undefined): void {
    this.#rows.push({ dir, row });
    this.#bytes += (row?.length ?? 0) + dir.length;
    if (this.#bytes > IN_MEMORY && this.#path !== undefined && !this.#refused) {
      this.#spill(this.#path);
    }
  }

  /** A place that has no room, or that cannot be written, costs memory and not the run; a row that is there in part is never read. */
  #spill(path: string): void {
    let done = 0;
    try {
      this.#file ??= this.#begin(path);
      for (const { dir, row } of this.#rows) {
        const name = utf8(dir);
        const head = new Uint32Array([name.length, row === undefined ? NO_ROW : row.length]);
        writeAll(this.#file, new Uint8Array(head.buffer));
        writeAll(this.#file, name);
        if (row !== undefined) writeAll(this.#file, row);
        this.#whole += HEAD + name.length + (row?.length ?? 0);
        done++;
        if (row !== undefined) letGo(row);
      }
    } catch {
      this.#refused = true;
    }
    this.#rows.splice(0, done);
    this.#bytes = 0;
  }

  #begin(path: string): FileHandle {
    this.#made = true;
    return createFresh(this.#vault.fs, path, 0o600);
  }

  /** All rows; no more come after. */
  *rows(): Generator<SpilledRow> {
    this.#file?.close();
    this.#file = undefined;
    if (this.#whole > 0 && this.#path !== undefined) {
      yield* readSpilled(this.#vault, this.#path, this.#whole);
    }
    yield* this.#rows;
  }

  /** Drops what is left. */
  close(): void {
    this.#file?.close();
    this.#file = undefined;
    this.#rows = [];
    if (this.#made && this.#path !== undefined) removeIfAny(this.#vault.fs, this.#path);
  }
}

/** What was written goes at once: the rows of a wide directory are 110 MB of a million entries, and come one right after another. */
function letGo({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) buffer.transfer(0);
}

/** The first `bytes` of a file of rows. */
function* readSpilled(vault: Vault, path: string, bytes: number): Generator<SpilledRow> {
  const file = vault.fs.open(path, { read: true });
  let left = bytes;
  const take = (length: number): Uint8Array => {
    if (length > left) throw new Error(`index: ${path} is not what was written`);
    const taken = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const n = file.read(taken.subarray(at));
      if (n === 0) throw new Error(`index: ${path} is shorter than what was written`);
      at += n;
    }
    left -= length;
    return taken;
  };
  try {
    while (left > 0) {
      const [nameLength = 0, rowLength = 0] = new Uint32Array(take(HEAD).buffer);
      const dir = fromUtf8(take(nameLength));
      yield { dir, row: rowLength === NO_ROW ? undefined : take(rowLength) };
    }
  } finally {
    file.close();
  }
}
