/** Whole files and lines of files through the file-system port. @module */

import { fromUtf8, utf8 } from "./bytes.ts";
import { errorCode, isNotFound } from "./errors.ts";
import type { FileInfo, FileSystem } from "./fs.ts";
import { isSameFile, isTold } from "./inode.ts";
import { text } from "../text/text.ts";

const CHUNK = 1 << 18;
const FIRST = 1 << 12;

/** A line of a record is far shorter, in bytes: what is longer is damage, or was put there, and would fill the memory. */
export const LONGEST_LINE = 1 << 26;

/** Writes all of `data` to an open file, however little the system takes at a time. */
export function writeAll(file: { write(b: Uint8Array): number }, data: Uint8Array): void {
  for (let at = 0; at < data.length;) at += file.write(at === 0 ? data : data.subarray(at));
}

/** Reads a whole file, or its first bytes, about so many; a link is not followed but refused. */
export function readBytes(fs: FileSystem, path: string, most = Infinity): Uint8Array {
  if (fs.lstat(path).type !== "file") throw notAFile();
  const file = fs.open(path, { read: true });
  try {
    const { size } = file.stat();
    let buffer = new Uint8Array(Math.min(size, most) + 1);
    let length = 0;
    let ends = false;
    for (;;) {
      const n = file.read(buffer.subarray(length));
      if (n === 0) {
        // a disk may say once that a file is at its end before it is, and others tell a size that is too large
        if (ends || length >= size) return buffer.subarray(0, length);
        ends = true;
        continue;
      }
      length += n;
      if (length > most) return buffer.subarray(0, length);
      if (length < buffer.length) continue;
      const larger = new Uint8Array(buffer.length * 2);
      larger.set(buffer);
      buffer = larger;
    }
  } finally {
    file.close();
  }
}

/** Reads a whole file as UTF-8 text, or its beginning; undefined when it does not exist. */
export function readTextIfAny(fs: FileSystem, path: string, most?: number): string | undefined {
  try {
    return fromUtf8(readBytes(fs, path, most));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Whether a directory with this mode lets its owner in to make names. */
export function letsOwnerIn(mode: number): boolean {
  return (mode & 0o300) === 0o300;
}

/** Lets its owner into a directory that is there, which is to get its own mode later. */
export function letIn(fs: Pick<FileSystem, "lstat" | "chmod">, path: string): void {
  try {
    const { mode } = fs.lstat(path);
    if (!letsOwnerIn(mode)) fs.chmod(path, mode | 0o700);
  } catch {
    // somebody else's, or gone: what cannot be written in it is told
  }
}

/** `lstat`, or undefined when there is nothing at `path`. */
export function lstatIfAny(fs: Pick<FileSystem, "lstat">, path: string): FileInfo | undefined {
  try {
    return fs.lstat(path);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/**
 * True for a quick listing of which the disk may have dropped some: it lists nothing, or more than surely comes in one piece
 * of any disk. Who would take something away for what a listing lacks asks this first.
 */
export function mayLack(
  fs: Pick<FileSystem, "lstat">,
  dir: string,
  listed: Iterable<string>,
): boolean {
  let isEmpty = true;
  function* entries(): Generator<{ name: string }> {
    for (const name of listed) {
      isEmpty = false;
      yield { name };
    }
  }
  return isInPieces(entries()) || isEmpty || fs.lstat(dir).size > ONE_PIECE;
}

/** Files that have one name each, by their inodes: whoever answers as one of them is that one, under another name. */
export class SingleEntries {
  readonly #fs: Pick<FileSystem, "lstat">;
  readonly #paths: readonly string[];
  #found: Set<string> | undefined;

  /** Of these paths; none is looked at before somebody asks. */
  constructor(fs: Pick<FileSystem, "lstat">, paths: readonly string[]) {
    this.#fs = fs;
    this.#paths = paths;
  }

  /** True where what stands at `path` is one of them for sure; false also where the disk tells no inodes. */
  has(path: string): boolean {
    const wanted = this.#keyOf(path);
    if (wanted === undefined) return false;
    this.#found ??= new Set(this.#paths.flatMap((other) => this.#keyOf(other) ?? []));
    return this.#found.has(wanted);
  }

  #keyOf(path: string): string | undefined {
    const info = lstatIfAny(this.#fs, path);
    return info !== undefined && isSingle(info) ? `${info.dev} ${info.ino}` : undefined;
  }
}

/** A directory has no second name, whatever its number of links. */
function isSingle({ type, ino, nlink }: FileInfo): boolean {
  return isTold({ ino }) && (type === "dir" || nlink === 1);
}

/** Removes a file if it is there; a share that says once that it is not is asked again. */
export function removeIfAny(fs: FileSystem, path: string): void {
  try {
    fs.remove(path);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    if (lstatIfAny(fs, path) !== undefined) fs.remove(path);
  }
}

/**
 * Renames what is known to be there. A share whose answer was lost asks its server again, which then says that nothing is
 * there: what has gone from the old name and stands under the new one was renamed, whatever the answer is.
 */
export function move(
  fs: Pick<FileSystem, "lstat" | "rename">,
  from: string,
  to: string,
): void {
  try {
    fs.rename(from, to);
  } catch (error) {
    if (!isMoved(fs, from, to)) throw error;
  }
}

function isMoved(fs: Pick<FileSystem, "lstat">, from: string, to: string): boolean {
  try {
    // a share may say once that something is not there
    const stays = lstatIfAny(fs, from) ?? lstatIfAny(fs, from);
    return stays === undefined && lstatIfAny(fs, to) !== undefined;
  } catch {
    return false;
  }
}

/**
 * As {@link move}, to where somebody's file may be already, and where nothing keeps others away: who sees the one that was
 * there under the new name, and nothing under the old, has lost what was to be moved.
 */
export function moveOver(
  fs: Pick<FileSystem, "lstat" | "rename">,
  from: string,
  to: string,
): void {
  const before = lstatIfAny(fs, to);
  try {
    fs.rename(from, to);
  } catch (error) {
    if (!isMoved(fs, from, to) || isStill(before, lstatIfAny(fs, to))) throw error;
  }
}

/** True where it may be the one that was there before. */
function isStill(before: FileInfo | undefined, now: FileInfo | undefined): boolean {
  if (before === undefined) return false;
  return !isTold(before) || now?.ino === before.ino;
}

/** Gives a file a second name. A share whose answer was lost says of the name that it made that it is taken. */
export function addName(
  fs: Pick<FileSystem, "lstat" | "link">,
  from: string,
  to: string,
): void {
  try {
    fs.link(from, to);
  } catch (error) {
    if (errorCode(error) !== "EEXIST" || !areNames(fs, from, to)) throw error;
  }
}

function areNames(fs: Pick<FileSystem, "lstat">, from: string, to: string): boolean {
  try {
    const own = fs.lstat(from);
    return own.nlink > 1 && isSameFile(own, fs.lstat(to));
  } catch {
    return false;
  }
}

/**
 * Replaces a file whole: the content goes to `temporary` in the same file system, is flushed when `flush`,
 * and renamed into place, so that at any moment `path` is the old or the new file.
 */
export function replaceFile(
  fs: FileSystem,
  path: string,
  temporary: string,
  content: string | Uint8Array,
  flush: boolean,
): void {
  try {
    const file = createFresh(fs, temporary);
    try {
      writeAll(file, typeof content === "string" ? utf8(content) : content);
      if (flush) file.sync();
    } finally {
      file.close();
    }
    move(fs, temporary, path);
  } catch (error) {
    removeQuietly(fs, temporary);
    throw error;
  }
}

/** Removes a temporary file, if the disk still lets one: what was busy once is asked again. */
export function removeQuietly(fs: FileSystem, path: string): void {
  try {
    try {
      fs.remove(path);
    } catch (error) {
      if (!isNotFound(error)) fs.remove(path);
    }
  } catch {
    // it was never made, or the next run removes it
  }
}

/** Creates a file that nobody else made; what an earlier run left under the name goes first. */
export function createFresh(
  fs: FileSystem,
  path: string,
  mode?: number,
): ReturnType<FileSystem["open"]> {
  const options = { write: true, createNew: true, ...(mode === undefined ? {} : { mode }) };
  try {
    return fs.open(path, options);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
    fs.remove(path);
    return fs.open(path, options);
  }
}

/** A name beside `path` that nothing has yet, for what is damaged and must not be lost. */
export function asideName(fs: FileSystem, path: string): string {
  for (let n = 1;; n++) {
    const name = `${path}.damaged${n === 1 ? "" : n}`;
    if (lstatIfAny(fs, name) === undefined) return name;
  }
}

/** Clears the place of a file of something else: what is empty or a link goes, a directory with content moves aside. */
export function clearPlace(fs: FileSystem, path: string): void {
  try {
    removeIfAny(fs, path);
  } catch (error) {
    if (lstatIfAny(fs, path)?.type !== "dir") throw error;
    fs.rename(path, asideName(fs, path));
  }
}

/** The lines of a file without their ends; a last line without an end comes too. `ended` says which. */
export function* readLines(
  fs: FileSystem,
  path: string,
): Generator<{ text: string; ended: boolean }> {
  const file = fs.open(path, { read: true });
  try {
    const decoder = new TextDecoder();
    // many want the first line alone
    let buffer = new Uint8Array(FIRST);
    let rest = "";
    let some = false;
    for (;;) {
      // a disk may say once that a file is at its end before it is
      const n = file.read(buffer) || (rest === "" && some ? 0 : file.read(buffer));
      if (n === 0) break;
      some = true;
      const piece = decoder.decode(buffer.subarray(0, n), { stream: true });
      // only added up while there is no end of a line: what is damaged may be one line as large as itself
      const parts = piece.includes("\n") ? (rest + piece).split("\n") : [rest + piece];
      rest = parts.pop() ?? "";
      if (rest.length > LONGEST_LINE) rest = "";
      for (const text of parts) yield { text, ended: true };
      if (n === FIRST) buffer = new Uint8Array(CHUNK);
    }
    rest += decoder.decode();
    if (rest !== "") yield { text: rest, ended: false };
  } finally {
    file.close();
  }
}

function notAFile(): Error {
  return Object.assign(new Error(text("system.not-plain")), { code: "EINVAL" });
}

/** How many bytes a file has: counted, since a disk may tell another size (decision 27). */
export function bytesIn(fs: FileSystem, path: string): number {
  const file = fs.open(path, { read: true });
  try {
    const buffer = new Uint8Array(1 << 18);
    let size = 0;
    for (let n = file.read(buffer); n > 0; n = file.read(buffer)) size += n;
    return size;
  } finally {
    file.close();
  }
}

/** What is said of a listing that may lack some. */
export function cutListing(path: string): Error {
  return Object.assign(new Error(`list: ${path} may lack some`), { code: "EIO" });
}

/**
 * So much of a directory comes from a disk in one piece, in bytes: all of it or nothing. The quick way of listing drops what
 * the disk answers with an error, and says nothing.
 */
const ONE_PIECE = 4096;

/** What a disk keeps beside a name, in bytes; one that is a program, a share, or Windows may tell what `lstat` does as well. */
const BESIDE = 24;
const BESIDE_ALL = 152;

/** True where a directory of these names comes in several pieces, if the disk tells all that it knows beside each name. */
function isInPieces(listed: Iterable<{ name: string }>, beside = BESIDE_ALL): boolean {
  let bytes = 0;
  for (const { name } of listed) {
    // as much as its letters may take
    bytes += beside + 3 * name.length;
    if (bytes > ONE_PIECE) return true;
  }
  return false;
}

/** Sizes of a directory in blocks of less than a piece: small disks have such. */
const SMALL_BLOCKS: readonly number[] = [2048, 3072];

/**
 * True where a directory comes from its disk in several pieces: some of its names may be missing though nothing told so. A
 * directory may be large that has few names, where many went: each of its blocks is read by itself.
 */
export function mayBeCut(
  listed: Iterable<{ name: string }>,
  { dev, nlink, size }: Pick<FileInfo, "dev" | "nlink" | "size">,
  windows: boolean,
): boolean {
  if (size > ONE_PIECE || SMALL_BLOCKS.includes(size)) return true;
  // programs that stand for a drive of NTFS or exFAT count no links of a directory
  const tellsAll = windows || nlink < 2 || isNoDrive(dev);
  return isInPieces(listed, tellsAll ? BESIDE_ALL : BESIDE);
}

/** True for a device that is no drive of the machine: shares, and what lies in memory or on several drives. */
export function isNoDrive(dev: number): boolean {
  return ((dev >> 8) & 0xfff) === 0;
}
