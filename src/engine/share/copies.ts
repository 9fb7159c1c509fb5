/** The copies that a vault has of one content: where they lie while a run is under way, and what they share. @module */

import type { FileInfo, FileSystem } from "../../base/fs.ts";
import { isNotFound } from "../../base/errors.ts";
import { lstatIfAny } from "../../base/io.ts";
import { type Stamp, stampToNumber } from "../../base/stamp.ts";
import { type StoredContent, VaultContents } from "../../vault/content.ts";
import { BEGUN } from "../../vault/names.ts";
import type { Catalog } from "../../vault/catalog.ts";
import type { Vault } from "../../vault/vault.ts";
import type { Version } from "../../vault/version.ts";

/** A copy on the disk. */
export interface Copy extends StoredContent {
  v: Version;
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
  #contents: VaultContents | undefined;
  #begun: number | undefined;

  /** Of a vault in a run. */
  constructor(options: CopiesOptions) {
    this.#o = options;
    this.#fs = options.vault.fs;
  }

  /** Where a version's copy is now; undefined when it is nowhere that a run leaves it. */
  find(v: Version): Copy | undefined {
    const { vault, catalog } = this.#o;
    const contents = this.#contents ??= new VaultContents(vault, catalog.moves());
    const size = v.size ?? -1;
    const fits = (info: FileInfo | undefined): info is FileInfo =>
      info?.type === "file" && info.size === size;
    if (v.until !== null) {
      const { file } = contents.stored(v);
      const info = this.#look(file);
      return fits(info) ? { v, file, info, lives: false, doubtful: false } : undefined;
    }
    const { file } = contents.at(v);
    const info = this.#look(file);
    // what was there before the run has not been touched by it
    if (fits(info) && this.#isUntouched(info)) return this.#living(v, file, info);
    for (const mark of contents.endedBy(stampToNumber(this.#o.stamp), v)) {
      const there = this.#look(mark.file);
      if (fits(there)) return { v, ...mark, info: there, lives: false, doubtful: false };
    }
    return fits(info) ? { ...this.#living(v, file, info), doubtful: true } : undefined;
  }

  #living(v: Version, file: string, info: FileInfo): Copy {
    return { v, file, info, lives: !this.#o.isEnding(v), doubtful: false };
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
