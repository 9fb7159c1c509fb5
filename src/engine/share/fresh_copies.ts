/**
 * What a run has just stored, so that the same content under another new name can share with it: the index does not know it
 * yet. Bounded: what is not found here any more a later dedupe shares.
 * @module
 */

import { lstatIfAny } from "../../base/io.ts";
import { RecentMap } from "../../base/recent_map.ts";
import type { Vault } from "../../vault/vault.ts";
import type { Seen } from "./make_shared.ts";

/** So many copies are remembered at least. */
const MOST = 25_000;

/** Copies of one lane in one run. */
export class FreshCopies {
  readonly #vault: Vault;
  readonly #paths = new RecentMap<string, string>(MOST);

  /** In a vault. */
  constructor(vault: Vault) {
    this.#vault = vault;
  }

  /** A new copy is in its place. */
  add(hash: string, path: string): void {
    this.#paths.set(hash, path);
  }

  /** A copy of a content, to be read before it is believed: the run may have put another one there since. */
  find(hash: string, size: number): Seen | undefined {
    const path = this.#paths.get(hash);
    if (path === undefined) return undefined;
    const info = lstatIfAny(this.#vault.fs, path);
    return info?.type === "file" && info.size === size ? { file: path, info } : undefined;
  }
}
