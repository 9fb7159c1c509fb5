/** A double of a file system that folds case, as Windows and macOS have it. @module */

import { basename, dirname, join, SEPARATOR } from "@std/path";
import type { FileSystem } from "../../src/base/fs.ts";

/** A file system below `root` that finds names whatever their case is, and keeps the case that they were made with. */
export function caseless(fs: FileSystem, root: string): FileSystem {
  const real = (path: string): string => {
    if (!path.startsWith(root + SEPARATOR)) return path;
    const dir = real(dirname(path));
    try {
      const name = basename(path).toLowerCase();
      const there = fs.list(dir).find((e) => e.name.toLowerCase() === name);
      if (there !== undefined) return join(dir, there.name);
    } catch {
      // the directory is not there
    }
    return join(dir, basename(path));
  };
  return {
    ...fs,
    lstat: (p) => fs.lstat(real(p)),
    exists: (p) => fs.exists(real(p)),
    list: (p) => fs.list(real(p)),
    listWhole: (p) => fs.listWhole(real(p)),
    open: (p, o) => fs.open(real(p), o),
    mkdir: (p, m) => fs.mkdir(real(p), m),
    rename: (from, to) => {
      const [old, there] = [real(from), real(to)];
      const target = join(dirname(there), basename(to));
      if (there !== target && there !== old) {
        // what is there under another spelling goes as one of the same name would
        fs.rename(old, there);
        fs.rename(there, target);
      } else fs.rename(old, target);
    },
    remove: (p) => fs.remove(real(p)),
    chmod: (p, m) => fs.chmod(real(p), m),
    utime: (p, a, m) => fs.utime(real(p), a, m),
  };
}
