/** Makes a file that shares its content with a copy of a vault: by a second name, or by blocks. @module */

import { HikaeError } from "../../base/errors.ts";
import type { FileHandle, FileInfo, FileSystem } from "../../base/fs.ts";
import { removeQuietly } from "../../base/io.ts";
import { copyContent, type StoredContent } from "../../vault/content.ts";
import type { Vault } from "../../vault/vault.ts";
import type { CopyAttrs } from "./policy.ts";

/** A temporary file that shares its content. */
export interface SharedTemporary {
  /** The new file, still to be flushed and closed; undefined where nothing was written. */
  open: FileHandle | undefined;
}

/** A copy, and how it was when it was looked at. */
export interface Seen extends StoredContent {
  info: FileInfo;
}

/** What is to be made. */
export interface SharedFile {
  /** A path at which nothing is. */
  to: string;
  wanted: CopyAttrs;
  /**
   * By blocks (`copy`), or by a second name: `own` where the attributes may be set, for no other living copy has the file,
   * `same` where they are right.
   */
  how: "copy" | "own" | "same";
}

/** Makes it. Whatever a disk has against it gives undefined: the content is then stored; only the end of the run is thrown. */
export function makeShared(
  vault: Vault,
  copy: Seen,
  making: SharedFile,
): SharedTemporary | undefined {
  try {
    const made = making.how === "copy" ? clone(vault, copy, making) : link(vault, copy, making);
    if (made !== undefined) return made;
  } catch (error) {
    if (error instanceof HikaeError && error.id === "interrupted") throw error;
  }
  removeQuietly(vault.fs, making.to);
  return undefined;
}

function link(
  { fs }: Vault,
  copy: Seen,
  { to, wanted, how }: SharedFile,
): SharedTemporary | undefined {
  fs.link(copy.file, to);
  const made = fs.lstat(to);
  // another lane put something else there meanwhile
  if (!isStill(made, copy.info)) return undefined;
  // two lanes that took it at once both let go: what has two living names keeps its attributes
  if (how === "own" && made.nlink !== copy.info.nlink + 1) return undefined;
  if (how === "own") setCopyAttrs(fs, to, made, wanted);
  return { open: undefined };
}

function clone(
  { fs, tree }: Vault,
  copy: Seen,
  { to, wanted }: SharedFile,
): SharedTemporary | undefined {
  copyContent(fs, copy, to);
  // it was looked at by name: it must be the file that was looked at
  if (!isStill(fs.lstat(copy.file), copy.info)) return undefined;
  setCopyAttrs(fs, to, fs.lstat(to), wanted);
  // Windows flushes only what is open for writing: there the flush goes by the name
  return { open: tree.separator === "/" ? fs.open(to, { read: true }) : undefined };
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

/** True where nothing speaks against it, on a disk that tells no inodes too. */
function isStill(a: FileInfo, b: FileInfo): boolean {
  return a.type === "file" && a.ino === b.ino && a.dev === b.dev && a.size === b.size;
}
