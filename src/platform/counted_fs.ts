/** Counts the calls of a file system: what a run costs a disk that is far away. @module */

import type { AheadCalls } from "../base/ahead.ts";
import type { FileHandle, FileSystem } from "../base/fs.ts";

/** Tells `called` the path of each call of `fs`, and of each on a file that it opened; a move within a file is none. */
export function countedFs(fs: FileSystem, called: (path: string) => void): FileSystem {
  const of =
    <A extends unknown[], R>(call: (path: string, ...rest: A) => R) =>
    (path: string, ...rest: A): R => {
      called(path);
      return call(path, ...rest);
    };
  const open = of(fs.open);
  return {
    lstat: of(fs.lstat),
    exists: of(fs.exists),
    list: of(fs.list),
    listWhole: of(fs.listWhole),
    readLink: of(fs.readLink),
    realPath: of(fs.realPath),
    open: (path, options) => countedFile(open(path, options), () => called(path)),
    mkdir: of(fs.mkdir),
    rename: of(fs.rename),
    remove: of(fs.remove),
    chmod: of(fs.chmod),
    utime: of(fs.utime),
    lutime: of(fs.lutime),
    lchown: of(fs.lchown),
    symlink: (target, path, kind) => {
      called(path);
      fs.symlink(target, path, kind);
    },
    link: of(fs.link),
    copyFile: of(fs.copyFile),
    syncAll: (paths) => {
      for (const path of paths) called(path);
      return fs.syncAll(paths);
    },
  };
}

function countedFile(file: FileHandle, called: () => void): FileHandle {
  const counted = <R>(call: () => R): R => {
    called();
    return call();
  };
  return {
    read: (buffer) => counted(() => file.read(buffer)),
    write: (buffer) => counted(() => file.write(buffer)),
    stat: () => counted(() => file.stat()),
    utime: (atime, mtime) => counted(() => file.utime(atime, mtime)),
    seek: (position) => file.seek(position),
    truncate: (size) => counted(() => file.truncate(size)),
    sync: () => counted(() => file.sync()),
    syncLater: () => counted(() => file.syncLater()),
    tryLock: (shared) => counted(() => file.tryLock(shared)),
    close: () => counted(() => file.close()),
  };
}

/** The same of calls that are not waited for. */
export function countedAhead(calls: AheadCalls, called: (path: string) => void): AheadCalls {
  return {
    lstat: (path) => (called(path), calls.lstat(path)),
    list: (path) => (called(path), calls.list(path)),
    read: (path) => (called(path), calls.read(path)),
  };
}
