/** A double of a disk that has habits of its own: names taken for one, wrong sizes, calls refused as a whole. @module */

import { basename, dirname, join, SEPARATOR } from "@std/path";
import type { FileHandle, FileInfo, FileSystem } from "../../src/base/fs.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";

/** What a disk does in its own way. */
export interface Habits {
  /** One form of all names that it takes for the same; what is new it keeps as `kept` has it. */
  key?: (name: string) => string;
  kept?: (name: string) => string;
  /** What it tells of a file's size. */
  size?: (path: string, size: number) => number;
  /** What else it tells of what stands somewhere. */
  tells?: (path: string, info: FileInfo) => Partial<FileInfo>;
  /** Calls that it refuses, by the port's name (`file.` before those of an open file), with the code. */
  refuses?: Readonly<Record<string, string>>;
}

/** Drops dots and blanks at the end of names, as exFAT does. */
export const DOTS: Habits = {
  key: (name) => name.replace(/[. ]+$/, "") || name,
  kept: (name) => name.replace(/[. ]+$/, "") || name,
};

/** Takes names for one that full case folding joins, and keeps the first spelling. */
export const FOLD: Habits = {
  key: (name) => name.normalize("NFD").toUpperCase().normalize("NFD"),
};

/** The disk of this machine with habits below `root`. */
export function withHabits(root: string, habits: Habits, fs: FileSystem = denoFs): FileSystem {
  const inside = (path: string): boolean => path.startsWith(root + SEPARATOR) || path === root;
  const real = (path: string): string =>
    habits.key === undefined ? path : realOf(fs, root, path, habits);
  const refuse = (call: string, path: string): void => {
    const code = inside(path) ? habits.refuses?.[call] : undefined;
    if (code !== undefined) throw Object.assign(new Error(`refused (${code}): ${call}`), { code });
  };
  const told = (path: string, info: FileInfo): FileInfo => {
    if (!inside(path)) return info;
    const size = info.type === "file" ? habits.size?.(path, info.size) : undefined;
    return { ...info, ...habits.tells?.(path, info), ...(size === undefined ? {} : { size }) };
  };
  return {
    ...fs,
    lstat: (p) => told(p, fs.lstat(real(p))),
    exists: (p) => fs.exists(real(p)),
    list: (p) => fs.list(real(p)),
    listWhole: (p) => fs.listWhole(real(p)),
    readLink: (p) => fs.readLink(real(p)),
    open: (p, o) => fileOf(p, fs.open(real(p), o), refuse, told),
    mkdir: (p, m) => fs.mkdir(real(p), m),
    rename: (a, b) => fs.rename(real(a), real(b)),
    remove: (p) => fs.remove(real(p)),
    chmod: (p, m) => (refuse("chmod", p), fs.chmod(real(p), m)),
    utime: (p, a, m) => (refuse("utime", p), fs.utime(real(p), a, m)),
    lutime: (p, a, m) => (refuse("utime", p), fs.lutime(real(p), a, m)),
    lchown: (p, u, g) => (refuse("lchown", p), fs.lchown(real(p), u, g)),
    symlink: (t, p, k) => (refuse("symlink", p), fs.symlink(t, real(p), k)),
    link: (a, b) => (refuse("link", b), fs.link(real(a), real(b))),
    copyFile: (a, b) => (refuse("copyFile", b), fs.copyFile(real(a), real(b))),
    syncAll: async (paths) => {
      for (const p of paths) {
        refuse("syncAll", p);
        if (habits.refuses?.syncDir !== undefined && fs.lstat(real(p)).type === "dir") {
          refuse("syncDir", p);
        }
      }
      await fs.syncAll(paths.map(real));
    },
  };
}

function fileOf(
  path: string,
  file: FileHandle,
  refuse: (call: string, path: string) => void,
  told: (path: string, info: FileInfo) => FileInfo,
): FileHandle {
  const refused = <T>(call: string, work: () => T): T => {
    refuse(call, path);
    return work();
  };
  return {
    read: (buffer) => file.read(buffer),
    write: (buffer) => file.write(buffer),
    stat: () => told(path, file.stat()),
    utime: (a, m) => refused("file.utime", () => file.utime(a, m)),
    seek: (position) => file.seek(position),
    truncate: (size) => file.truncate(size),
    sync: () => refused(file.stat().type === "dir" ? "syncDir" : "file.sync", () => file.sync()),
    syncLater: async () => await refused("file.sync", () => file.syncLater()),
    tryLock: (shared) => refused("tryLock", () => file.tryLock(shared)),
    close: () => file.close(),
  };
}

function realOf(fs: FileSystem, root: string, path: string, habits: Habits): string {
  if (!path.startsWith(root + SEPARATOR)) return path;
  const dir = realOf(fs, root, dirname(path), habits);
  const name = basename(path);
  const key = habits.key ?? ((n: string): string => n);
  let names: string[] = [];
  try {
    names = fs.list(dir).map((e) => e.name);
  } catch {
    // the directory is not there
  }
  const there = names.includes(name) ? name : names.find((n) => key(n) === key(name));
  return join(dir, there ?? habits.kept?.(name) ?? name);
}
