/**
 * The content of versions: where it lies, and its bytes. The only way to what a vault keeps: nobody else opens a file of
 * the mirror or a mark (tests/house holds it), so that nobody else knows how content lies on the disk.
 * @module
 */

import { isNotFound } from "../base/errors.ts";
import type { FileHandle, FileInfo, FileSystem } from "../base/fs.ts";
import { checkCancelled, hashFile, hashRest, type ReadingPorts } from "../base/hash_file.ts";
import { bytesIn, readBytes } from "../base/io.ts";
import { joinRel } from "../base/relpath.ts";
import { sameFiles } from "../base/same_files.ts";
import { stampToNumber } from "../base/stamp.ts";
import { Locator } from "./locate.ts";
import type { Vault } from "./vault.ts";
import type { Version } from "./version.ts";

/** Content that lies in a vault: plain data, for other threads too. Only the functions of this file read it. */
export interface StoredContent {
  /** The absolute path of the file that holds it. */
  readonly file: string;
  /** Nobody has looked whether a file lies there: {@link openContent} does. */
  readonly unseen?: true;
}

/** A version may have been moved so often while it is looked for. */
const MOST_MOVES = 3;

/** Finds the content of a vault's versions; made once per use of an index. */
export class VaultContents {
  readonly #vault: Vault;
  readonly #locator: Locator;
  readonly #known: () => number | undefined;

  /**
   * Of a vault in which directories became files at `moves` (`Catalog.moves`). `known` is the newest finished record
   * that the index has, as a number: what a newer run has moved is followed.
   */
  constructor(
    vault: Vault,
    moves: ReadonlyMap<string, readonly number[]>,
    known: () => number | undefined = () => undefined,
  ) {
    this.#vault = vault;
    this.#locator = new Locator(vault, moves);
    this.#known = known;
  }

  /** Where a version should lie, relative to the vault, with `/`; of a directory its mirror directory. */
  place(v: Version): string {
    return this.#locator.version(v);
  }

  /** The same, spelled as the disk has it. */
  placeOnDisk(v: Version): string {
    return this.#locator.stored(v);
  }

  /** The absolute path at which a version should lie: for who puts it there. */
  path(v: Version): string {
    return this.#locator.path(v);
  }

  /** The path of the mirror's directory that held `dir` until `until`, relative to the vault, with `/`. */
  dir(dir: string, until: number | null): string {
    return this.#locator.dir(dir, until);
  }

  /** The content of a version that is known to be where it should be: the disk is not asked. */
  at(v: Version): StoredContent {
    return { file: this.#locator.path(v) };
  }

  /**
   * The content at the place that the records tell. Whoever opens it asks the disk, in a thread that has time to wait for
   * the answer, and looks for it with {@link find} where it is not.
   */
  unseen(v: Version): StoredContent {
    return { file: this.#locator.path(v), unseen: true };
  }

  /** The same, spelled as the disk has it, whatever lies there. */
  stored(v: Version): StoredContent {
    return { file: this.#locator.file(v) };
  }

  /** True when something lies where a version should lie, or nobody may look there. */
  isThere(v: Version): boolean {
    return isFileOrUnseen(this.#vault.fs, this.#locator.path(v));
  }

  /**
   * The content of a version: where the records say, or under the mark that a run gave it meanwhile. Undefined when it is
   * nowhere; a place that cannot be looked at tells why when it is read.
   */
  find(v: Version): StoredContent | undefined {
    return this.findSized(v)?.content;
  }

  /** The same, and how many bytes the disk tells of it; undefined where it was not asked, or nobody may look. */
  findSized(v: Version): { content: StoredContent; told: number | undefined } | undefined {
    const content = this.stored(v);
    try {
      const { type, size } = this.#vault.fs.lstat(content.file);
      if (type === "file") return { content, told: size };
    } catch (error) {
      if (!isNotFound(error)) return { content, told: undefined };
    }
    const moved = this.findMoved(v);
    return moved && { content: moved, told: undefined };
  }

  /** The content of a version where a run that the index does not know moved it since. */
  findMoved(v: Version): StoredContent | undefined {
    const place = this.movedTo(v);
    return place === undefined ? undefined : { file: this.#vault.tree.path(place) };
  }

  /** The same place, relative to the vault, with `/`. */
  movedTo(v: Version): string | undefined {
    for (const place of this.#moved(v)) {
      if (this.#isFile(this.#vault.tree.path(place))) return place;
    }
    return undefined;
  }

  /** Where the run `stamp` (as a number), which need not have ended, has put a living version that it ended. */
  endedBy(stamp: number, v: Version): [ended: "changed" | "deleted", StoredContent][] {
    return this.#ends(stamp, v).map(([ended, place]) => [
      ended,
      { file: this.#vault.tree.path(place) },
    ]);
  }

  /**
   * Opens the content of a version to be read; undefined when it is nowhere. When `moves` says that a run may be moving
   * it, what is found is held against its hash first.
   */
  open(ports: ReadingPorts, v: Version, moves: () => boolean): FileHandle | undefined {
    for (let tries = 0; tries < MOST_MOVES; tries++) {
      const found = this.find(v);
      if (found === undefined) return undefined;
      try {
        const file = openContent(ports.fs, found);
        if (isOf(ports, file, v, moves)) return file;
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
      const moved = this.findMoved(v);
      if (moved !== undefined) return openContent(ports.fs, moved);
    }
    return undefined;
  }

  *#moved(v: Version): Generator<string> {
    for (const until of this.#since()) {
      for (const [, place] of this.#ends(until, v)) yield place;
      // past versions too, when a directory above became a file and its tree went under a mark
      const marked = v.until === null ? { ...v, until, ended: "deleted" } : v;
      for (const dir of upward(v.dir)) yield this.#locator.withMove(dir, until).version(marked);
    }
  }

  /**
   * The records that the index does not know, the oldest first: the first that ended a version has it. A mark of a run that
   * the index knows holds what that run ended, and this version lived on.
   */
  #since(): number[] {
    const known = this.#known();
    const newest = this.#vault.newestRecord();
    if (newest === undefined || stampToNumber(newest.stamp) === known) return [];
    if (known === undefined) return [stampToNumber(newest.stamp)];
    return this.#vault.recordFiles().map(({ stamp }) => stampToNumber(stamp)).filter((n) =>
      n > known
    );
  }

  #ends(until: number, v: Version): ["changed" | "deleted", string][] {
    const ends = v.until !== null ? [] : ["changed", "deleted"] as const;
    return ends.map((ended) => [ended, this.#locator.version({ ...v, until, ended })]);
  }

  #isFile(path: string): boolean {
    try {
      return this.#vault.fs.lstat(path).type === "file";
    } catch {
      return false;
    }
  }
}

/** True when an open file may be given out as the content of `v`, from its beginning; else it is closed. */
function isOf(ports: ReadingPorts, file: FileHandle, v: Version, moves: () => boolean): boolean {
  let is = false;
  try {
    is = v.hash === null || !moves() || hashRest(ports, file) === v.hash;
    if (is) file.seek(0);
  } finally {
    if (!is) file.close();
  }
  return is;
}

/** A directory and those above it, without the root. */
function upward(dir: string): string[] {
  const names = dir === "" ? [] : dir.split("/");
  return names.map((_, i) => names.slice(0, names.length - i).reduce(joinRel));
}

/** True for a file, and for what nobody may look at: that is not gone. */
function isFileOrUnseen(fs: FileSystem, path: string): boolean {
  try {
    return fs.lstat(path).type === "file";
  } catch (error) {
    return !isNotFound(error);
  }
}

/**
 * Opens content to be read from its beginning; whoever opened it closes it. Where nobody looked before, what is no file is
 * not there: a pipe would never answer.
 */
export function openContent(fs: FileSystem, content: StoredContent): FileHandle {
  return openSeen(fs, content).file;
}

/** The same, with what a look told of it, if there was one: where the open file need not be asked for that again. */
export function openSeen(
  fs: FileSystem,
  content: StoredContent,
): { file: FileHandle; seen: FileInfo | undefined } {
  const seen = content.unseen ? fs.lstat(content.file) : undefined;
  if (seen !== undefined && seen.type !== "file") {
    throw Object.assign(new Error(`${content.file} is no file`), { code: "ENOENT" });
  }
  return { file: fs.open(content.file, { read: true }), seen };
}

/** Has somebody look ahead at the file that holds content. */
export function seeContent<T>(content: StoredContent, see: (path: string) => T): T {
  return see(content.file);
}

/** What the disk tells of the file that holds content. */
export function contentInfo(fs: FileSystem, content: StoredContent): FileInfo {
  return fs.lstat(content.file);
}

/** How many bytes content has, counted: what a disk tells of a size is not always so (decision 27). */
export function contentSize(fs: FileSystem, content: StoredContent): number {
  return bytesIn(fs, content.file);
}

/** All bytes of small content: the target of a link. */
export function contentBytes(fs: FileSystem, content: StoredContent): Uint8Array {
  return readBytes(fs, content.file);
}

/** Makes the new file `to` of content; where the disk can, they share their blocks. */
export function copyContent(fs: FileSystem, content: StoredContent, to: string): void {
  fs.copyFile(content.file, to);
}

/** True when two contents are the same byte by byte, whatever their hashes say. */
export function isSameContent(ports: ReadingPorts, a: StoredContent, b: StoredContent): boolean {
  return sameFiles(ports.fs, a.file, b.file, () => checkCancelled(ports));
}

/** The hash of content, in hex; a link or directory in its place is an error. */
export function contentHash(ports: ReadingPorts, content: StoredContent): string {
  return hashFile(ports, content.file);
}
