/** A double that knows which files are open, and where each was opened: what a failure left open is found by name. @module */

import type { FileSystem } from "../../base/fs.ts";

/** A file system that counts what it opens. */
export interface OpenFiles {
  fs: FileSystem;
  /** What is open now: the path and the stack of its opening. Each is closed and forgotten. */
  closeLeft(): string[];
}

/** Keeps count of the files that pass through `fs` and are not closed. */
export function openFilesOf(fs: FileSystem): OpenFiles {
  const open = new Map<object, { where: string; close: () => void }>();
  return {
    fs: {
      ...fs,
      open: (path, options) => {
        const file = fs.open(path, options);
        const where = `${path}, ${
          (new Error("opened").stack ?? "").split("\n").slice(2).join("\n")
        }`;
        const key = {};
        open.set(key, { where, close: () => file.close() });
        return {
          read: (buffer) => file.read(buffer),
          write: (buffer) => file.write(buffer),
          stat: () => file.stat(),
          utime: (a, m) => file.utime(a, m),
          seek: (position) => file.seek(position),
          truncate: (size) => file.truncate(size),
          sync: () => file.sync(),
          syncLater: () => file.syncLater(),
          tryLock: (shared) => file.tryLock(shared),
          close: () => {
            open.delete(key);
            file.close();
          },
        };
      },
    },
    closeLeft: () => {
      const left = [...open.values()];
      open.clear();
      for (const file of left) file.close();
      return left.map((file) => file.where);
    },
  };
}
