/**
 * Scan rows of a run on their way to the catalog, which is written once, at the end: in memory while they are
 * few, in a temporary file of the vault when they are many, so that memory does not grow with the tree.
 * @module
 */

import { fromUtf8, utf8 } from "../../base/bytes.ts";
import type { FileHandle } from "../../base/fs.ts";
import { createFresh, removeIfAny, writeAll } from "../../base/io.ts";
import { TEMPORARY } from "../../vault/names.ts";
import type { Vault } from "../../vault/vault.ts";

/** A directory's row; undefined drops it. */
export interface SpilledRow {
  dir: string;
  row: Uint8Array | undefined;
}

const IN_MEMORY = 16 << 20;

/** Rows in the order in which they came. */
export class ScanSpill {
  readonly #vault: Vault;
  readonly #path: string;
  #rows: SpilledRow[] = [];
  #bytes = 0;
  #file: FileHandle | undefined;
  #spilled = false;

  /** A spill for a run into `vault`. */
  constructor(vault: Vault) {
    this.#vault = vault;
    this.#path = vault.tree.below(vault.tree.meta(""), `${TEMPORARY}scan`);
  }

  /** Takes a row. */
  put(dir: string, row: Uint8Array | undefined): void {
    this.#rows.push({ dir, row });
    this.#bytes += (row?.length ?? 0) + dir.length;
    if (this.#bytes > IN_MEMORY) this.#spill();
  }

  #spill(): void {
    this.#spilled = true;
    this.#file ??= createFresh(this.#vault.fs, this.#path);
    for (const { dir, row } of this.#rows) {
      const name = utf8(dir);
      const head = new Uint32Array([name.length, row === undefined ? 0xffffffff : row.length]);
      writeAll(this.#file, new Uint8Array(head.buffer));
      writeAll(this.#file, name);
      if (row !== undefined) writeAll(this.#file, row);
    }
    this.#rows = [];
    this.#bytes = 0;
  }

  /** All rows, once. */
  *rows(): Generator<SpilledRow> {
    if (this.#file !== undefined) {
      this.#spill();
      this.#file.close();
      this.#file = undefined;
      yield* readSpilled(this.#vault, this.#path);
      removeIfAny(this.#vault.fs, this.#path);
    }
    yield* this.#rows;
    this.#rows = [];
  }

  /** Drops what is left. */
  close(): void {
    this.#file?.close();
    this.#file = undefined;
    this.#rows = [];
    if (this.#spilled) removeIfAny(this.#vault.fs, this.#path);
  }
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
