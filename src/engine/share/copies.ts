/** The copies that a vault has of one content: where they lie while a run is under way, and what they share. @module */

import type { FileInfo, FileSystem } from "../../base/fs.ts";
import { isNotFound } from "../../base/errors.ts";
import { lstatIfAny } from "../../base/io.ts";
import type { Stamp } from "../../base/stamp.ts";
import { Locator } from "../../vault/locate.ts";
import { BEGUN, storedMark } from "../../vault/names.ts";
import type { Catalog } from "../../vault/catalog.ts";
import type { Vault } from "../../vault/vault.ts";
import type { Version } from "../../vault/version.ts";

/** A copy on the disk. */
export interface Copy {
  v: Version;
  path: string;
  info: FileInfo;
  /** It lives, and will after the run. */
  lives: boolean;
  /** It may be another content than the version's: a run under way put something in its place. */
  doubtful: boolean;
}

/** What is asked about a vault in a run. */
export interface CopiesOptions {
  vault: Vault;
  catalog: Catalog;
  /** The run under way. */
  stamp: Stamp;
  /** True for a living version that the source has no more, so that this run makes a mark of it. */
  isEnding: (v: Version) => boolean;
}

/** Finds copies. */
export class Copies {
  readonly #o: CopiesOptions;
  readonly #fs: FileSystem;
  #locator: Locator | undefined;
  #begun: number | undefined;

  /** Of a vault in a run. */
  constructor(options: CopiesOptions) {
    this.#o = options;
    this.#fs = options.vault.fs;
  }

  /** Where a version's copy is now; undefined when it is nowhere that a run leaves it. */
  find(v: Version): Copy | undefined {
    const { vault, catalog } = this.#o;
    const locator = this.#locator ??= new Locator(vault, catalog.moves());
    const size = v.size ?? -1;
    const fits = (info: FileInfo | undefined): info is FileInfo =>
      info?.type === "file" && info.size === size;
    if (v.until !== null) {
      const path = locator.file(v);
      const info = this.#look(path);
      return fits(info) ? { v, path, info, lives: false, doubtful: false } : undefined;
    }
    const path = locator.path(v);
    const info = this.#look(path);
    // what was there before the run has not been touched by it
    if (fits(info) && this.#isUntouched(info)) return this.#living(v, path, info);
    for (const kind of ["deleted", "old"] as const) {
      const { stored } = storedMark(kind, v.name, this.#o.stamp, this.#o.vault.hashText);
      const mark = this.#o.vault.tree.below(this.#o.vault.tree.meta(v.dir), stored);
      const there = this.#look(mark);
      if (fits(there)) return { v, path: mark, info: there, lives: false, doubtful: false };
    }
    return fits(info) ? { ...this.#living(v, path, info), doubtful: true } : undefined;
  }

  #living(v: Version, path: string, info: FileInfo): Copy {
    return { v, path, info, lives: !this.#o.isEnding(v), doubtful: false };
  }

  #look(path: string): FileInfo | undefined {
    try {
      return lstatIfAny(this.#fs, path);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      // what cannot be seen is not shared
      return undefined;
    }
  }

  /** By the disk's own clock, which need not be this machine's; in whole seconds. */
  #isUntouched(info: FileInfo): boolean {
    this.#begun ??=
      this.#look(this.#o.vault.tree.below(this.#o.vault.tree.meta(""), BEGUN))?.ctime ?? 0;
    return info.ctime > 0 && info.ctime < Math.floor(this.#begun / 1000) * 1000;
  }
}
