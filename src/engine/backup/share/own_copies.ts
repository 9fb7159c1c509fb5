/**
 * Living copies that share a file: before one of them gets other attributes it becomes a file of its own, unless the others
 * get them too, being one file in the source (design, *Storage is shared where the disk can*).
 * @module
 */

import type { FileInfo } from "../../../base/fs.ts";
import { lstatIfAny, removeIfAny, removeQuietly } from "../../../base/io.ts";
import { joinRel } from "../../../base/relpath.ts";
import { copyContent } from "../../../vault/content.ts";
import { TEMPORARY } from "../../../vault/names.ts";
import { pathOf, type Version } from "../../../vault/version.ts";
import { Copies, type CopiesOptions } from "../../share/copies.ts";
import type { KnownContents } from "../../share/known_contents.ts";
import { setCopyAttrs } from "../../share/make_shared.ts";
import type { LaneVault } from "../lane_vault.ts";
import type { SourceEntry, SourceView } from "../../source/source_dir.ts";
import { fileMode } from "../content_types.ts";

/** Of a content with more copies than this nobody looks who shares with whom: the copy becomes its own. */
const MOST_LOOKED_AT = 200;

/** Makes copies files of their own. */
export class OwnCopies {
  readonly #run: LaneVault;
  readonly #view: SourceView;
  readonly #contents: KnownContents;
  readonly #copies: Copies;

  /** In a run into a vault. */
  constructor(
    run: LaneVault,
    view: SourceView,
    options: CopiesOptions & { contents: KnownContents },
  ) {
    this.#run = run;
    this.#view = view;
    this.#contents = options.contents;
    this.#copies = new Copies(options);
  }

  /** Makes the living copy of `source` in `dir`, which is `there` on the disk, a file of its own; false where it may stay. */
  make(dir: string, source: SourceEntry, hash: string, there: FileInfo): boolean {
    if (there.nlink < 2 || this.#mayStay(dir, source, hash, there)) return false;
    const { fs, tree } = this.#run.vault;
    const path = tree.entry(dir, source.name);
    const temporary = tree.below(this.#run.metaDir(dir), `${TEMPORARY}own`);
    removeIfAny(fs, temporary);
    try {
      copyContent(fs, { file: path }, temporary);
      const { info } = source;
      setCopyAttrs(fs, temporary, fs.lstat(temporary), { mode: fileMode(info), mtime: info.mtime });
      if (this.#run.options.flush) this.#flush(temporary);
      fs.rename(temporary, path);
      return true;
    } catch (error) {
      removeQuietly(fs, temporary);
      throw error;
    }
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
      if (other?.info.ino !== there.ino || other.info.dev !== there.dev) continue;
      if (other.lives && !this.#isSameSource(v, source)) return false;
      if (++names === there.nlink) return true;
    }
    return false;
  }

  #isSameSource(v: Version, { info }: SourceEntry): boolean {
    try {
      const other = lstatIfAny(this.#view.fs, this.#view.tree.path(pathOf(v)));
      return other !== undefined && other.ino === info.ino && other.dev === info.dev &&
        Number.isSafeInteger(info.ino);
    } catch {
      return false;
    }
  }
}
