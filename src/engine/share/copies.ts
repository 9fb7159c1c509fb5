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

/** How a version ends: its path is gone, or has other content. */
export type EndKind = "deleted" | "changed";

/** What is asked about a vault in a run. */
export interface CopiesOptions {
  vault: Vault;
  catalog: Catalog;
  /** The run under way. */
  stamp: Stamp;
  /** How this run ends a living version, as far as the source tells: then it makes a mark of it. */
  ending: (v: Version) => EndKind | undefined;
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
    const ending = this.#o.ending(v);
    const marks = new Map(contents.endedBy(stampToNumber(this.#o.stamp), v));
    const marked = (how: EndKind): Copy | undefined => {
      const mark = marks.get(how);
      marks.delete(how);
      const info = mark === undefined ? undefined : this.#look(mark.file);
      return mark !== undefined && fits(info)
        ? { v, ...mark, info, lives: false, doubtful: false }
        : undefined;
    };
    // looking where nothing is takes longest
    const expected = ending === undefined ? undefined : marked(ending);
    if (expected !== undefined) return expected;
    const { file } = contents.at(v);
    const info = this.#look(file);
    const living = { v, file, lives: ending === undefined };
    // what was there before the run has not been touched by it
    if (fits(info) && this.#isUntouched(info)) return { ...living, info, doubtful: false };
    return marked("changed") ?? marked("deleted") ??
      (fits(info) ? { ...living, info, doubtful: true } : undefined);
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
