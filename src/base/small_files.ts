/**
 * Small files written whole (logs, outcomes, units of a scheduler) as a port, and its body over the port of
 * the file system.
 * @module
 */

import { errorCode, isNotFound } from "./errors.ts";
import type { FileHandle, FileSystem } from "./fs.ts";
import { move, removeQuietly, writeAll } from "./io.ts";
import { isRefusal } from "./lenient_fs.ts";

/** Reads and writes small files by absolute path. */
export interface SmallFiles {
  /** The text of a file; undefined when it is missing. */
  read(path: string): string | undefined;
  /** Replaces a file in one step, making the directories above it; what fails leaves the old one, and nothing beside it. */
  write(path: string, data: string | Uint8Array): void;
  /** Adds to the end of a file, making it and the directories above it. */
  append(path: string, text: string): void;
  /** Removes a file; false when it is missing. */
  remove(path: string): boolean;
  /** The names of the files in a directory, sorted; none when it is missing. */
  list(dir: string): string[];
  /** The names of the directories in a directory, sorted; none when it is missing. */
  dirs(dir: string): string[];
}

/** The port's body over a file system. `mode` is for files made (default 0o600: logs name private files). */
export function smallFiles(fs: FileSystem, mode: number = 0o600): SmallFiles {
  const write = (path: string, data: Uint8Array): void => {
    makeDir(fs, parentOf(path));
    // a name of its own: another program may be at the same file
    const part = `${path}.${crypto.randomUUID().slice(0, 8)}.part`;
    try {
      closing(fs.open(part, { write: true, createNew: true, mode }), (file) => {
        writeAll(file, data);
        flush(file);
      });
      move(fs, part, path);
    } catch (error) {
      removeQuietly(fs, part);
      throw error;
    }
  };
  const append = (path: string, data: Uint8Array): void => {
    makeDir(fs, parentOf(path));
    closing(fs.open(path, { write: true, create: true, append: true, mode }), (file) => {
      writeAll(file, data);
    });
  };
  return {
    read: (path) => readText(fs, path),
    write: (path, data) =>
      write(path, typeof data === "string" ? new TextEncoder().encode(data) : data),
    append: (path, text) => append(path, new TextEncoder().encode(text)),
    remove: (path) => orMissing(() => (fs.remove(path), true), false),
    list: (dir) => names(fs, dir, "file"),
    dirs: (dir) => names(fs, dir, "dir"),
  };
}

/** A disk that flushes nothing at all (some that are programs) keeps what it was given as well as it can. */
function flush(file: FileHandle): void {
  try {
    file.sync();
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

function names(fs: FileSystem, dir: string, type: "file" | "dir"): string[] {
  return orMissing(() => fs.list(dir), []).filter((e) => e.type === type).map((e) => e.name).sort();
}

function readText(fs: FileSystem, path: string): string | undefined {
  return orMissing(() =>
    closing(fs.open(path, { read: true }), (file) => {
      const decoder = new TextDecoder();
      const buffer = new Uint8Array(65_536);
      let text = "";
      let left = file.stat().size;
      for (;;) {
        // a share may say once that a file is at its end before it is
        const n = file.read(buffer) || (left > 0 ? file.read(buffer) : 0);
        if (n === 0) return text + decoder.decode();
        text += decoder.decode(buffer.subarray(0, n), { stream: true });
        left -= n;
      }
    }), undefined);
}

function makeDir(fs: FileSystem, dir: string): void {
  try {
    fs.mkdir(dir, 0o700);
  } catch (error) {
    if (errorCode(error) === "EEXIST") return;
    if (!isNotFound(error) || parentOf(dir) === dir) throw error;
    makeDir(fs, parentOf(dir));
    makeDir(fs, dir);
  }
}

function parentOf(path: string): string {
  const at = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return at <= 0 ? path : path.slice(0, at);
}

function closing<T>(file: FileHandle, work: (file: FileHandle) => T): T {
  try {
    return work(file);
  } finally {
    file.close();
  }
}

function orMissing<T>(work: () => T, missing: T): T {
  try {
    return work();
  } catch (error) {
    if (isNotFound(error)) return missing;
    throw error;
  }
}

/** A path below an absolute directory, with the separator that the directory is written with. */
export function below(dir: string, ...names: string[]): string {
  const separator = dir.includes("\\") && !dir.startsWith("/") ? "\\" : "/";
  return [dir.replace(/[\\/]+$/, ""), ...names].join(separator);
}
