/**
 * Names that are one file at a point, as the records say (docs/format.md, "Names that share bytes"): an archive has the
 * content once, under the first of them. @module
 */

import type { Catalog, Version } from "../../vault/catalog.ts";
import { aliveOf, type HistoryPoint } from "../../vault/history/alive.ts";
import { goesBy } from "../../vault/history/lineage.ts";
import { namesAfter, otherNames } from "../../vault/history/paths.ts";
import { pathOf } from "../reader.ts";

/** The files of a point that have several names. */
export class OneFile {
  readonly #catalog: Catalog;
  readonly #point: HistoryPoint;
  /** The paths by which other names go; empty in nearly every vault. */
  readonly #paths: ReadonlySet<string>;

  constructor(catalog: Catalog, point: HistoryPoint) {
    this.#catalog = catalog;
    this.#point = point;
    this.#paths = otherNames(catalog);
  }

  /** The same for the names of one file that have the same attributes too; undefined for what has one name alone. */
  keyOf(v: Version): string | undefined {
    if (v.type !== "file" || v.link === null && !this.#paths.has(pathOf(v))) return undefined;
    const { mtime, mode, uid, gid, hash } = v;
    const { path, lives } = this.#goesBy(v);
    // the owner of root's copies that a killed run left stays untold
    return JSON.stringify([path, lives, hash, mtime, mode, uid ?? 0, gid ?? 0]);
  }

  /** All names of the file that a version is a name of, it among them. */
  namesOf(v: Version): Version[] {
    const key = this.keyOf(v);
    if (key === undefined) return [v];
    const { path } = this.#goesBy(v);
    const found = new Map<string, Version>();
    const asked = new Set([path]);
    for (const at of asked) {
      const after = namesAfter(this.#catalog, at).map((w) => this.#at(pathOf(w)));
      for (const w of [this.#at(at), ...after]) {
        if (w === undefined || this.keyOf(w) !== key) continue;
        found.set(pathOf(w), w);
        asked.add(pathOf(w));
      }
    }
    return [...found.values()];
  }

  #goesBy(v: Version): { path: string; lives: boolean } {
    const { path, first } = goesBy(v, (_, link) => this.#at(link));
    return { path, lives: first !== undefined };
  }

  #at(path: string): Version | undefined {
    return aliveOf(this.#catalog, this.#point, path).at(-1);
  }
}
