/**
 * One directory of a plain copy as it was found: its files are read and hashed where they lie, and its meta directory is
 * made beside them. Nothing else of the directory changes.
 * @module
 */

import { utf8 } from "../../base/bytes.ts";
import { HikaeError } from "../../base/errors.ts";
import { lstatIfAny, removeIfAny, replaceFile } from "../../base/io.ts";
import { joinRel } from "../../base/relpath.ts";
import { fieldsOf, LINK_HASH } from "../../vault/metadata.ts";
import { ROOT_FILES, storedMark, TEMPORARY } from "../../vault/names.ts";
import { readContent } from "../backup/copy/content.ts";
import { beginLine, directoryLine } from "../backup/copy/retire.ts";
import { writeMetadata } from "../backup/copy/end_directory.ts";
import type { Failures } from "../backup/failures.ts";
import type { LaneVault } from "../backup/lane_vault.ts";
import { keepName } from "../backup/copy/retire.ts";
import type { LinkNames } from "../backup/share/link_groups.ts";
import {
  type SourceDir,
  type SourceEntry,
  type SourceView,
  troubleOf,
} from "../source/source_dir.ts";
import { whileWritable } from "./while_writable.ts";
import type { ReadContext } from "../backup/content_types.ts";

/** What changed so little before the run, in ms, may not be on the disk yet: it is flushed. */
const RECENT = 3_600_000;

/** What the directories of a copy are taken in with. */
export interface AdoptContext {
  run: LaneVault;
  /** The copy. */
  view: SourceView;
  read: ReadContext;
  /** What the record says of files with several names. */
  names: LinkNames;
  failures: Failures;
}

/** Takes in the directory `found`: throws when the vault's own files cannot be written. */
export function takeIn(finding: AdoptContext, found: SourceDir): void {
  new FoundDirectory(finding, found).write();
}

class FoundDirectory {
  readonly #f: AdoptContext;
  readonly #found: SourceDir;
  readonly #files = new Map<string, string>();

  constructor(finding: AdoptContext, found: SourceDir) {
    this.#f = finding;
    this.#found = found;
  }

  write(): void {
    const { run } = this.#f;
    const { fs, tree } = run.vault;
    const { path, info: { mode } } = this.#found;
    const mirror = tree.mirror(path);
    // what the user may not write into gets its mode back: until the last step the copy is as it was
    const { windows } = run.options;
    whileWritable(fs, { path: mirror, mode, windows }, () => this.#fill());
    this.#line();
    this.#setTime(mirror);
    run.sink.flush(mirror);
    run.sink.flush(tree.meta(path));
  }

  #fill(): void {
    const { run } = this.#f;
    const { path, entries } = this.#found;
    this.#clear(run.metaDir(path));
    for (const entry of entries) {
      if (entry.excluded || entry.type === "dir") continue;
      if (entry.type === "special") run.counts.files_special++;
      else this.#entry(entry);
    }
    run.noteSpecial(this.#found);
    writeMetadata(run, path, fieldsOf(this.#files), { changed: true, sound: false });
  }

  /** What a try before this one left goes. */
  #clear(meta: string): void {
    const { fs, tree } = this.#f.run.vault;
    const root = this.#found.path === "";
    for (const { name, type } of fs.list(meta)) {
      const kept = root && (KEPT.has(name) || name.startsWith(TEMPORARY));
      if (!kept && type === "file") removeIfAny(fs, tree.below(meta, name));
    }
  }

  #entry(entry: SourceEntry): void {
    const { run, names, failures } = this.#f;
    const dir = this.#found.path;
    let read: { hash: string; link?: string | undefined } | Uint8Array;
    try {
      read = entry.type === "link" ? this.#target(entry) : this.#file(entry);
      if (!(read instanceof Uint8Array)) read.link = names.of(dir, entry, false).link;
    } catch (error) {
      if (error instanceof HikaeError && error.id === "interrupted") throw error;
      failures.source(troubleOf(joinRel(dir, entry.name), "read", error));
      return;
    }
    const { hash, link } = read instanceof Uint8Array ? this.#keepLink(entry, read) : read;
    beginLine(run, dir, entry, { hash, why: "new", link });
    this.#files.set(entry.name, entry.type === "link" ? LINK_HASH + hash : hash);
    run.counts.files_new++;
    run.counts.total_files_processed++;
    run.counts.total_bytes_processed += entry.realSize ?? entry.info.size;
  }

  #pathOf({ name }: SourceEntry): string {
    return this.#f.view.tree.path(joinRel(this.#found.path, name));
  }

  #file(entry: SourceEntry): { hash: string } {
    const { read, run } = this.#f;
    const path = this.#pathOf(entry);
    const content = readContent(read, path, entry.info, [], false);
    // what counts is what was read, not what was seen before
    entry.info = content.info;
    entry.realSize = content.size;
    const { mtime, ctime } = content.info;
    if (Math.max(mtime, ctime) > run.options.startedMs - RECENT) run.sink.flush(path);
    return { hash: content.hash };
  }

  #target(entry: SourceEntry): Uint8Array {
    const target = utf8(this.#f.view.fs.readLink(this.#pathOf(entry)));
    this.#f.read.progress(1, target.length);
    return target;
  }

  /** Writes the record of a link; the link itself stays until the last step. */
  #keepLink({ name }: SourceEntry, target: Uint8Array): { hash: string; link?: undefined } {
    const { run, read } = this.#f;
    const { fs, tree, hashText } = run.vault;
    const dir = this.#found.path;
    const { stored, shortened } = storedMark("link", name, undefined, hashText);
    if (shortened) keepName(run, dir, stored, name);
    const path = tree.below(tree.meta(dir), stored);
    replaceFile(fs, path, tree.below(tree.meta(dir), `${TEMPORARY}link`), target, false);
    run.sink.flush(path);
    return { hash: read.hashOf(target) };
  }

  #line(): void {
    const { run } = this.#f;
    const { path, info } = this.#found;
    directoryLine(run, path, info, "new");
    if (path !== "") run.counts.dirs_new++;
  }

  /** It has the time that it had before its meta directory was made; one of another user may not be told it. */
  #setTime(path: string): void {
    const { fs } = this.#f.run.vault;
    const { mtime } = this.#found.info;
    try {
      if (lstatIfAny(fs, path)?.mtime !== mtime) fs.utime(path, mtime, mtime);
    } catch {
      // the record has it
    }
  }
}

/** What the root's meta directory holds besides what describes its files. */
const KEPT: ReadonlySet<string> = new Set([ROOT_FILES.lock, ROOT_FILES.holder, ROOT_FILES.runs]);
