/**
 * What Windows does its own way, around the port of the file system: a file that another program holds is
 * tried again for a moment (virus scanners and indexers hold each new file), a read-only file can still be
 * replaced, dated and removed, a mode is one attribute, and a link has a kind. Over any port, so that it is
 * tested on every system.
 * @module
 */

import { errorCode } from "../base/errors.ts";
import type { FileSystem, LinkKind } from "../base/fs.ts";

/** How long each further attempt waits, in ms. */
const WAITS: readonly number[] = [20, 80, 200, 400];

/** A tree full of files in use must not make a run wait for each: after so many ms of waiting it no longer does. */
const PATIENCE_MS = 60_000;

const WRITABLE = 0o200;

/** Wraps `fs`; `sleep` blocks for some ms, `linkKind` looks at what a link to be made would lead to. */
export function windowsFs(
  fs: FileSystem,
  sleep: (ms: number) => void,
  linkKind: (target: string, path: string) => LinkKind,
): FileSystem {
  const patient = waiting(sleep);
  const writable = (path: string, work: () => void): boolean => lifted(fs, path, work);
  return {
    ...fs,
    open: (path, options) => patient(isBusy, () => fs.open(path, options)),
    list: (path) => patient(isBusy, () => fs.list(path)),
    rename: (from, to) =>
      patient(isBusyOrDenied, () => {
        try {
          fs.rename(from, to);
        } catch (error) {
          // it is about to be replaced: that it was read-only matters no more
          if (!isDenied(error) || !makeWritable(fs, to)) throw error;
          try {
            fs.rename(from, to);
          } catch (again) {
            makeReadOnly(fs, to);
            throw again;
          }
        }
      }),
    remove: (path) =>
      patient(isBusy, () => {
        try {
          fs.remove(path);
        } catch (error) {
          if (!isDenied(error) || !makeWritable(fs, path)) throw error;
          fs.remove(path);
        }
      }),
    chmod: (path, mode) => {
      const { type, mode: now } = fs.lstat(path);
      // of a directory and a link the attribute says nothing
      if (type !== "file" || (mode & WRITABLE) === (now & WRITABLE)) return;
      fs.chmod(path, mode & WRITABLE ? 0o666 : 0o444);
    },
    utime: (path, atime, mtime) => {
      try {
        fs.utime(path, atime, mtime);
      } catch (error) {
        if (!isDenied(error)) throw error;
        if (!writable(path, () => fs.utime(path, atime, mtime))) throw error;
      }
    },
    symlink: (target, path, kind) => makeLink(fs, target, path, kind ?? linkKind(target, path)),
  };
}

/** A link wants a right that a user seldom has; a junction, which says the same of a directory, does not. */
function makeLink(fs: FileSystem, target: string, path: string, kind: LinkKind): void {
  try {
    fs.symlink(target, path, kind);
  } catch (error) {
    if (kind !== "dir" || !isDenied(error) || !isLocalAbsolute(target)) throw error;
    fs.symlink(target, path, "junction");
  }
}

/** True for an absolute path on a drive, the only thing that a junction can lead to. */
export function isLocalAbsolute(path: string): boolean {
  return /^(\\\\\?\\)?[A-Za-z]:[\\/]/.test(path);
}

/** The kind of a link to `target` that would lie at `path`, by what is there; what is not there is a file. */
export function linkKindOf(
  target: string,
  path: string,
  isDirectory: (path: string) => boolean,
): LinkKind {
  if (/[\\/]$/.test(target)) return "dir";
  const cut = Math.max(path.lastIndexOf("\\"), path.lastIndexOf("/"));
  const whole = isLocalAbsolute(target) || /^[\\/]/.test(target)
    ? target
    : `${path.slice(0, cut)}\\${target}`;
  return isDirectory(whole) ? "dir" : "file";
}

type Patient = <T>(when: (error: unknown) => boolean, work: () => T) => T;

function waiting(sleep: (ms: number) => void): Patient {
  let spent = 0;
  return (when, work) => {
    for (let attempt = 0;; attempt++) {
      try {
        return work();
      } catch (error) {
        const wait = WAITS[attempt];
        if (wait === undefined || spent >= PATIENCE_MS || !when(error)) throw error;
        spent += wait;
        sleep(wait);
      }
    }
  };
}

function isBusy(error: unknown): boolean {
  return errorCode(error) === "EBUSY";
}

function isDenied(error: unknown): boolean {
  const code = errorCode(error);
  return code === "EPERM" || code === "EACCES";
}

function isBusyOrDenied(error: unknown): boolean {
  return isBusy(error) || isDenied(error);
}

/** Takes the read-only attribute from a file; false when that is not what is in the way. */
function makeWritable(fs: FileSystem, path: string): boolean {
  try {
    const info = fs.lstat(path);
    if (info.type !== "file" || (info.mode & WRITABLE) !== 0) return false;
    fs.chmod(path, 0o666);
    return true;
  } catch {
    return false;
  }
}

function makeReadOnly(fs: FileSystem, path: string): void {
  try {
    fs.chmod(path, 0o444);
  } catch {
    // the error that is thrown says more
  }
}

/** Does something to a read-only file with the attribute off; false when it was not read-only. */
function lifted(fs: FileSystem, path: string, work: () => void): boolean {
  if (!makeWritable(fs, path)) return false;
  try {
    work();
  } finally {
    makeReadOnly(fs, path);
  }
  return true;
}
