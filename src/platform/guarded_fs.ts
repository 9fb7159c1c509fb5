/**
 * The port's own check of every write against the roots that a run may write below: the second of the two
 * ways in which the rule holds, and the only one on Windows network paths (docs/security.md).
 * @module
 */

import type { FileSystem, OpenOptions } from "../base/fs.ts";
import { text } from "../text/text.ts";

/** Thrown by a write outside the granted roots; a bug or an attack, never a user's mistake. */
export class WriteDenied extends Error {
  override readonly name = "WriteDenied";
  /** As the operating system would say it. */
  readonly code = "EACCES";

  constructor(call: string, path: string) {
    super(text("failure.outside", { call, path }));
  }
}

/** True when `path` is `root` or below it, by whole components and without any `..`. */
export function isBelow(path: string, root: string, separator: string): boolean {
  const isThere = path === root || path.startsWith(prefixOf(root, separator));
  return isThere && !hasDotDot(path, separator);
}

function prefixOf(root: string, separator: string): string {
  return root.endsWith(separator) ? root : root + separator;
}

function hasDotDot(path: string, separator: string): boolean {
  if (!path.includes("..")) return false;
  if (separator === "/") return path.split("/").includes("..");
  // Windows takes dots and spaces off the end of a name, so that more than ".." can mean it
  return path.split(/[\\/]/).some((part) => /^\.[. ]+$/.test(part));
}

/**
 * Wraps `fs` so that every call that writes checks its paths against `writable` (real paths). Every call of the port
 * is named here: one that is new does not compile until it is said whether it writes.
 */
export function guardedFs(
  fs: FileSystem,
  writable: readonly string[],
  separator = "/",
): FileSystem {
  const roots = writable.map((root) => ({ root, prefix: prefixOf(root, separator) }));
  const check = (call: string, path: string): void => {
    for (const { root, prefix } of roots) {
      if ((path === root || path.startsWith(prefix)) && !hasDotDot(path, separator)) return;
    }
    throw new WriteDenied(call, path);
  };
  return { ...reading(fs), ...writing(fs, check) } satisfies Record<keyof FileSystem, unknown>;
}

/** Calls that change nothing that a name stands for: they are let through. */
type ReadingCall = "lstat" | "exists" | "list" | "listWhole" | "readLink" | "realPath" | "syncAll";

function reading(fs: FileSystem): Pick<FileSystem, ReadingCall> {
  return {
    lstat: (path) => fs.lstat(path),
    exists: (path) => fs.exists(path),
    list: (path) => fs.list(path),
    listWhole: (path, how) => fs.listWhole(path, how),
    readLink: (path) => fs.readLink(path),
    realPath: (path) => fs.realPath(path),
    // what was written is written: to flush it changes no name and no content
    syncAll: (paths) => fs.syncAll(paths),
  };
}

function writing(
  fs: FileSystem,
  check: (call: string, path: string) => void,
): Omit<FileSystem, ReadingCall> {
  return {
    open: (path, options) => {
      if (!opensToRead(options)) check("open", path);
      return fs.open(path, options);
    },
    mkdir: (path, mode) => (check("mkdir", path), fs.mkdir(path, mode)),
    rename: (from, to) => (check("rename", from), check("rename", to), fs.rename(from, to)),
    remove: (path) => (check("remove", path), fs.remove(path)),
    chmod: (path, mode) => (check("chmod", path), fs.chmod(path, mode)),
    utime: (path, a, m) => (check("utime", path), fs.utime(path, a, m)),
    lutime: (path, a, m) => (check("utime", path), fs.lutime(path, a, m)),
    lchown: (path, u, g) => (check("chown", path), fs.lchown(path, u, g)),
    symlink: (target, path, kind) => (check("symlink", path), fs.symlink(target, path, kind)),
    // a second name is a way to write what the first one stands for
    link: (from, to) => (check("link", from), check("link", to), fs.link(from, to)),
    copyFile: (from, to) => (check("copyFile", to), fs.copyFile(from, to)),
  };
}

/** True when all that is asked of an open file is to read it: an option that is new is taken for one that writes. */
function opensToRead(options: OpenOptions): boolean {
  // without a copy: it is asked twice for each file of a run
  for (const key in options) {
    if (key === "read" || key === "mode") continue;
    const asked = options[key as keyof OpenOptions];
    if (asked !== undefined && asked !== false) return false;
  }
  return true;
}
