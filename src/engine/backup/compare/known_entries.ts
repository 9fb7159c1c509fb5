/** The entries that a vault knows of a directory, taken by their names: in a listing's order none is looked for. @module */

import type { ScanEntry } from "../../../vault/scan_row.ts";
import type { VaultDir } from "../vault_dir.ts";

/** So many names are passed over before all are looked through: those that went lie between the others. */
const AHEAD = 8;

/** What is known of one directory. */
export class KnownEntries {
  readonly #known: NonNullable<VaultDir["known"]>;
  readonly #count: number;
  readonly #taken: Uint8Array;
  #next = 0;
  /** Where each name is; made when the names come in another order than they are known in. */
  #places: Map<string, number> | undefined;
  /** How many were not taken yet. */
  left: number;

  /** All of `known`; of several of one name the last. */
  constructor(all: VaultDir["known"] = []) {
    const known = "count" in all ? all : lastOfEach(all);
    this.#known = known;
    this.#count = "count" in known ? known.count : known.length;
    this.#taken = new Uint8Array(this.#count);
    this.left = this.#count;
  }

  /** The entry of this name, once. */
  take(name: string): ScanEntry | undefined {
    const i = this.#find(name);
    if (i === undefined || this.#taken[i] === 1) return undefined;
    this.#taken[i] = 1;
    this.#next = i + 1;
    this.left--;
    return this.#entry(i);
  }

  #find(name: string): number | undefined {
    if (this.left === 0) return undefined;
    const end = Math.min(this.#count, this.#next + AHEAD);
    for (let i = this.#next; i < end; i++) if (this.#name(i) === name) return i;
    this.#places ??= this.#index();
    return this.#places.get(name);
  }

  #index(): Map<string, number> {
    const places = new Map<string, number>();
    for (let i = 0; i < this.#count; i++) places.set(this.#name(i), i);
    return places;
  }

  /** Those that were not taken. */
  *rest(): Generator<ScanEntry> {
    for (let i = 0; i < this.#count && this.left > 0; i++) {
      if (this.#taken[i] === 1) continue;
      const entry = this.#entry(i);
      if (entry !== undefined) yield entry;
    }
  }

  #name(i: number): string {
    const known = this.#known;
    return ("count" in known ? known.names[i] : known[i]?.name) ?? "";
  }

  #entry(i: number): ScanEntry | undefined {
    const known = this.#known;
    return "count" in known ? known.entry(i) : known[i];
  }
}

/** Records of a copy, or of two, may tell of one name twice: the newer is the one that is there. */
function lastOfEach(known: readonly ScanEntry[]): readonly ScanEntry[] {
  const byName = new Map(known.map((k) => [k.name, k]));
  return byName.size === known.length ? known : [...byName.values()];
}
