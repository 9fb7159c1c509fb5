/**
 * Living copies that share a file: before one of them gets other attributes it becomes a file of its own, unless the others
 * get them too, being one file in the source (design, *Storage is shared where the disk can*).
 * @module
 */

import type { FileInfo } from "../../../base/fs.ts";
import { isSameFile } from "../../../base/inode.ts";
import { lstatIfAny, move, removeIfAny, removeQuietly } from "../../../base/io.ts";
import { joinRel } from "../../../base/relpath.ts";
import { copyContent } from "../../../vault/content.ts";
import { TEMPORARY } from "../../../vault/names.ts";
import { pathOf, type Version } from "../../../vault/version.ts";
import { Copies, type CopiesOptions } from "../../share/copies.ts";
import type { KnownContents } from "../../share/known_contents.ts";
import { setCopyAttrs, type SharedTemporary } from "../../share/make_shared.ts";
import { agrees, type CopyAttrs } from "../../share/policy.ts";
import type { LaneVault } from "../lane_vault.ts";
import type { SourceEntry, SourceView } from "../../source/source_dir.ts";
import { fileMode } from "../content_types.ts";

/** Of a content with more copies than this nobody looks who shares with whom: the copy becomes its own. */
const MOST_LOOKED_AT = 200;

/** How a new file of its own is had without storing it again. */
export interface OwnCopiesOptions extends CopiesOptions {
  contents: KnownContents;
  /** Makes a temporary file of what has the content, and may have these attributes. */
  share: (to: string, source: SourceEntry, hash: string) => SharedTemporary | undefined;
  /** Told of a temporary file that was written: other names of the same file in the source can share it. */
  written: (temporary: string, source: SourceEntry, hash: string) => void;
}

/** Makes copies files of their own. */
export class OwnCopies {
  readonly #run: LaneVault;
  readonly #view: SourceView;
  readonly #contents: KnownContents;
  readonly #copies: Copies;
  readonly #o: OwnCopiesOptions;

  /** In a run into a vault. */
  constructor(run: LaneVault, view: SourceView, options: OwnCopiesOptions) {
    this.#run = run;
    this.#view = view;
    this.#o = options;
    this.#contents = options.contents;
    this.#copies = new Copies(options);
  }

  /**
   * Makes the living copy of `source` in `dir`, which is `there` on the disk, a file with the attributes of `source` that no
   * other living copy has without them. The bytes that were stored for it; undefined where the copy may stay.
   */
  make(
    dir: string,
    source: SourceEntry,
    hash: string,
    there: FileInfo,
  ): number | undefined {
    if (there.nlink < 2 || this.#mayStay(dir, source, hash, there)) return undefined;
    const { fs, tree } = this.#run.vault;
    const path = tree.entry(dir, source.name);
    const temporary = tree.below(this.#run.metaDir(dir), `${TEMPORARY}own`);
    removeIfAny(fs, temporary);
    try {
      const shared = this.#share(temporary, source, hash);
      if (!shared) this.#copy(path, temporary, source, hash);
      move(fs, temporary, path);
      // a rename between two names of one file does nothing
      removeIfAny(fs, temporary);
      return shared ? 0 : there.size;
    } catch (error) {
      removeQuietly(fs, temporary);
      throw error;
    }
  }

  /** True when the temporary file is there, of what another copy has: names of one file in the source stay one. */
  #share(temporary: string, source: SourceEntry, hash: string): boolean {
    const { fs } = this.#run.vault;
    const made = this.#o.share(temporary, source, hash);
    if (made === undefined) return false;
    try {
      if (this.#run.options.flush) made.open?.sync();
    } finally {
      made.open?.close();
    }
    // the source may have changed since another of its names was met
    if (agrees(fs.lstat(temporary), attrsOf(source))) return true;
    removeIfAny(fs, temporary);
    return false;
  }

  #copy(path: string, temporary: string, source: SourceEntry, hash: string): void {
    const { fs } = this.#run.vault;
    copyContent(fs, { file: path }, temporary);
    setCopyAttrs(fs, temporary, fs.lstat(temporary), attrsOf(source));
    if (this.#run.options.flush) this.#flush(temporary);
    this.#o.written(temporary, source, hash);
  }

  #flush(path: string): void {
    const { fs, tree } = this.#run.vault;
    // Windows flushes only what is open for writing
    const file = fs.open(path, { read: true, ...(tree.separator === "/" ? {} : { write: true }) });
    try {
      file.sync();
    } finally {
      file.close();
    }
  }

  /** True when every other name of the copy is a mark, or the same file in the source as this one. */
  #mayStay(dir: string, source: SourceEntry, hash: string, there: FileInfo): boolean {
    const { all } = this.#contents.of(hash, "file");
    if (all.length > MOST_LOOKED_AT) return false;
    const own = joinRel(dir, source.name);
    let names = 1;
    for (const v of all) {
      if (v.until === null && pathOf(v) === own) continue;
      const other = this.#copies.find(v);
      if (other === undefined || !isSameFile(there, other.info)) continue;
      if (other.lives && !this.#isSameSource(v, source)) return false;
      if (++names === there.nlink) return true;
    }
    return false;
  }

  #isSameSource(v: Version, { info }: SourceEntry): boolean {
    try {
      const other = lstatIfAny(this.#view.fs, this.#view.tree.path(pathOf(v)));
      return isSameFile(info, other);
    } catch {
      return false;
    }
  }
}

function attrsOf({ info }: SourceEntry): CopyAttrs {
  return { mode: fileMode(info), mtime: info.mtime };
}
