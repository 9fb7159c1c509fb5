/**
 * What is new to a vault takes the bytes that the vault has: by shared blocks where its disk can, else by a second name
 * (design, *Storage is shared where the disk can*). Whatever is in the way, the content is stored as if there were none.
 * @module
 */

import { HikaeError, messageOf } from "../../base/errors.ts";
import type { FileHandle, FileInfo, FileSystem } from "../../base/fs.ts";
import { removeQuietly } from "../../base/io.ts";
import type { ShareMode } from "../../base/share_mode.ts";
import type { Stamp } from "../../base/stamp.ts";
import { text } from "../../text/text.ts";
import type { Catalog } from "../../vault/catalog.ts";
import { checkedAt, hasSize, LEAST_SHARED } from "../../vault/same_content.ts";
import type { Vault } from "../../vault/vault.ts";
import { pathOf, type Version } from "../../vault/version.ts";
import { Copies, type Copy } from "./copies.ts";
import type { KnownContent, KnownContents } from "./known_contents.ts";
import { agrees, type CopyAttrs, isFresh, MOST_NAMES } from "./policy.ts";

/** A vault that is written to, and how it shares. */
export interface SharingOptions {
  vault: Vault;
  catalog: Catalog;
  contents: KnownContents;
  stamp: Stamp;
  mode: ShareMode;
  /** The instant of the run's start, ms. */
  now: number;
  /** True when the disk shares blocks; asked when something is to be shared, once. */
  sharesBlocks: () => boolean;
  hashFile: (path: string) => string;
  isEnding: (v: Version) => boolean;
  /** Told of a copy that is not what was stored. */
  damaged: (path: string, message: string) => void;
}

/** What is to be made. */
export interface Wanted extends CopyAttrs {
  hash: string;
  size: number;
}

/** A temporary file that shares its content. */
export interface Shared {
  /** The new file, still to be flushed and closed; undefined where nothing was written. */
  open: FileHandle | undefined;
}

/** So many copies are looked at for one file. */
const MOST_TRIED = 8;
/** Of a content with more copies than this nobody counts whose name is which. */
const MOST_COUNTED = 200;

/** Shares what a vault has. */
export class Sharing {
  readonly #o: SharingOptions;
  readonly #copies: Copies;
  readonly #damaged = new Set<string>();
  #blocks: boolean | undefined;

  /** For a run into a vault. */
  constructor(options: SharingOptions) {
    this.#o = options;
    this.#copies = new Copies(options);
  }

  /** True when a file of this size is so large, and so likely in the vault, that it is hashed before it is written. */
  isLikely(size: number): boolean {
    return this.#o.mode !== "never" && hasSize(this.#o.catalog, size);
  }

  /** Makes the file `to`, which is not there, of what the vault has; undefined where it has nothing that may be shared. */
  make(to: string, wanted: Wanted): Shared | undefined {
    if (this.#o.mode === "never" || wanted.size < LEAST_SHARED) return undefined;
    const content = this.#o.contents.of(wanted.hash, "file");
    const { free } = content;
    if (free.length === 0) return undefined;
    const blocks = this.#blocks ??= this.#o.sharesBlocks();
    for (let i = 0, tried = 0; i < free.length && tried < MOST_TRIED; tried++) {
      const v = free[i];
      const copy = v?.size === wanted.size ? this.#copies.find(v) : undefined;
      const may = copy === undefined
        ? "never"
        : blocks
        ? "copy"
        : this.#mayLink(copy, content, wanted);
      if (copy !== undefined && (may === "copy" || may === "own" || may === "same")) {
        const made = this.#isSound(copy, wanted) ? this.#attempt(copy, to, wanted, may) : undefined;
        if (made !== undefined) return made;
      }
      // another file may agree with what this one does not
      if (may === "other") i++;
      else free.splice(i, 1);
    }
    return undefined;
  }

  /** Whatever a disk has against sharing, the content is stored; only the end of the run is the end of it. */
  #attempt(
    copy: Copy,
    to: string,
    wanted: Wanted,
    how: "copy" | "own" | "same",
  ): Shared | undefined {
    try {
      const made = how === "copy"
        ? this.#clone(copy, to, wanted)
        : this.#link(copy, to, wanted, how);
      if (made !== undefined) return made;
    } catch (error) {
      if (error instanceof HikaeError && error.id === "interrupted") throw error;
    }
    removeQuietly(this.#o.vault.fs, to);
    return undefined;
  }

  /**
   * Whether a copy may get another living name: `own` when no other living name has it, so that its attributes may
   * change; `same` when one has, and they need not; `other` when they would; `never` when it may not at all.
   */
  #mayLink(copy: Copy, content: KnownContent, wanted: Wanted): "own" | "same" | "other" | "never" {
    const { nlink } = copy.info;
    // without a count nobody knows who else has it
    if (nlink === 0 || nlink >= MOST_NAMES || !Number.isSafeInteger(copy.info.ino)) return "never";
    if (!copy.lives && (nlink === 1 || this.#onlyMarks(copy, content))) return "own";
    if (this.#o.mode !== "link") return "never";
    return agrees(copy.info, wanted) ? "same" : "other";
  }

  /** True when every name of a copy is a mark, or about to become one. */
  #onlyMarks({ info }: Copy, { all }: KnownContent): boolean {
    if (all.length > MOST_COUNTED) return false;
    let names = 0;
    for (const v of all) {
      const other = this.#copies.find(v);
      if (other?.info.ino !== info.ino || other.info.dev !== info.dev) continue;
      if (other.lives) return false;
      if (++names === info.nlink) return true;
    }
    // the others are of this run, or of nobody
    return false;
  }

  #isSound(copy: Copy, { hash }: Wanted): boolean {
    if (this.#damaged.has(copy.path)) return false;
    const { catalog, now, hashFile, damaged } = this.#o;
    if (!copy.doubtful && isFresh(copy.v, checkedAt(catalog, copy.v), now)) return true;
    try {
      if (hashFile(copy.path) === hash) return true;
      // what a run put there meanwhile is no damage
      if (copy.doubtful) return false;
      this.#damaged.add(copy.path);
      damaged(pathOf(copy.v), text("share.damaged"));
    } catch (error) {
      if (error instanceof HikaeError && error.id === "interrupted") throw error;
      if (!copy.doubtful) damaged(pathOf(copy.v), messageOf(error));
    }
    return false;
  }

  #link(copy: Copy, to: string, wanted: Wanted, may: "own" | "same"): Shared | undefined {
    const { fs } = this.#o.vault;
    fs.link(copy.path, to);
    const made = fs.lstat(to);
    // another run's lane put something else there meanwhile
    if (!isSameFile(made, copy.info)) return undefined;
    // two lanes that took it at once both let go: what has two living names keeps its attributes
    if (may === "own" && made.nlink !== copy.info.nlink + 1) return undefined;
    if (may === "own") setCopyAttrs(fs, to, made, wanted);
    return { open: undefined };
  }

  #clone(copy: Copy, to: string, wanted: Wanted): Shared | undefined {
    const { fs, tree } = this.#o.vault;
    fs.copyFile(copy.path, to);
    // its source was looked at by name: it must be the file that was looked at
    if (!isSameFile(fs.lstat(copy.path), copy.info)) return undefined;
    setCopyAttrs(fs, to, fs.lstat(to), wanted);
    // Windows flushes only what is open for writing: there the flush goes by the name
    return { open: tree.separator === "/" ? fs.open(to, { read: true }) : undefined };
  }
}

/** Gives a copy the attributes that it has not. */
export function setCopyAttrs(
  fs: FileSystem,
  path: string,
  now: FileInfo,
  { mode, mtime }: CopyAttrs,
): void {
  if (now.mtime !== mtime) fs.utime(path, mtime, mtime);
  if ((now.mode & 0o777) !== mode) fs.chmod(path, mode);
}

function isSameFile(a: FileInfo, b: FileInfo): boolean {
  return a.type === "file" && a.ino === b.ino && a.dev === b.dev && a.size === b.size;
}
