/**
 * A double of a disk whose mount goes away while a program works, and comes back: its mount point is an empty directory
 * meanwhile. What is open stays open, as after `umount -l`.
 * @module
 */

import type { FileSystem } from "../../base/fs.ts";

/** A disk that may be away. */
export interface Unmounting {
  fs: FileSystem;
  /** Takes it away, or brings it back. */
  away: (is: boolean) => void;
}

/** The disk mounted at `root`; while it is away the directory `point` lies there. */
export function unmounting(fs: FileSystem, root: string, point: string): Unmounting {
  let isAway = false;
  const at = (path: string): string =>
    isAway && (path === root || path.startsWith(`${root}/`))
      ? `${point}${path.slice(root.length)}`
      : path;
  return {
    away: (is) => void (isAway = is),
    fs: {
      lstat: (path) => fs.lstat(at(path)),
      exists: (path) => fs.exists(at(path)),
      list: (path) => fs.list(at(path)),
      listWhole: (path, how) => fs.listWhole(at(path), how),
      readLink: (path) => fs.readLink(at(path)),
      realPath: (path) => {
        const real = fs.realPath(at(path));
        return isAway && at(path) !== path ? `${root}${real.slice(point.length)}` : real;
      },
      open: (path, options) => fs.open(at(path), options),
      mkdir: (path, mode) => fs.mkdir(at(path), mode),
      rename: (from, to) => fs.rename(at(from), at(to)),
      remove: (path) => fs.remove(at(path)),
      chmod: (path, mode) => fs.chmod(at(path), mode),
      utime: (path, a, m) => fs.utime(at(path), a, m),
      lutime: (path, a, m) => fs.lutime(at(path), a, m),
      lchown: (path, uid, gid) => fs.lchown(at(path), uid, gid),
      symlink: (target, path, kind) => fs.symlink(target, at(path), kind),
      link: (from, to) => fs.link(at(from), at(to)),
      copyFile: (from, to) => fs.copyFile(at(from), at(to)),
      syncAll: (paths) => fs.syncAll(paths.map(at)),
    },
  };
}
