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

/** Rows in the order in which they came. */
export class ScanSpill {
  readonly #vault: Vault;
  /** Beside the index; undefined where there is no such place, and all stays in memory. */
  readonly #path: string | undefined;
  #rows: SpilledRow[] = [];
  #bytes = 0;
  #file: FileHandle | undefined;
  #spilled = false;

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
    if (this.#bytes > IN_MEMORY && this.#path !== undefined) this.#spill(this.#path);
  }

  #spill(path: string): void {
    this.#spilled = true;
    this.#file ??= createFresh(this.#vault.fs, path, 0o600);
    for (const { dir, row } of this.#rows) {
      const name = utf8(dir);
      const head = new Uint32Array([name.length, row === undefined ? 0xffffffff : row.length]);
      writeAll(this.#file, new Uint8Array(head.buffer));
      writeAll(this.#file, name);
      if (row === undefined) continue;
      writeAll(this.#file, row);
      letGo(row);
    }
    this.#rows = [];
    this.#bytes = 0;
  }

  /** All rows; no more come after. */
  *rows(): Generator<SpilledRow> {
    this.#file?.close();
    this.#file = undefined;
    if (this.#spilled && this.#path !== undefined) yield* readSpilled(this.#vault, this.#path);
    yield* this.#rows;
  }

  /** Drops what is left. */
  close(): void {
    this.#file?.close();
    this.#file = undefined;
    this.#rows = [];
    if (this.#spilled && this.#path !== undefined) removeIfAny(this.#vault.fs, this.#path);
  }
}

/** What was written goes at once: the rows of a wide directory are 110 MB of a million entries, and come one right after another. */
function letGo({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) buffer.transfer(0);
}

function* readSpilled(vault: Vault, path: string): Generator<SpilledRow> {
  const file = vault.fs.open(path, { read: true });
  const take = (length: number): Uint8Array | undefined => {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const n = file.read(bytes.subarray(at));
      if (n === 0) return undefined;
      at += n;
    }
    return bytes;
  };
  try {
    for (let head = take(8); head !== undefined; head = take(8)) {
      const [nameLength = 0, rowLength = 0] = new Uint32Array(head.buffer);
      const dir = fromUtf8(take(nameLength) ?? new Uint8Array());
      const row = rowLength === 0xffffffff ? undefined : take(rowLength);
      yield { dir, row };
    }
  } finally {
    file.close();
  }
}
