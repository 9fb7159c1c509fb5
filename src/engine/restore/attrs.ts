/** Sets owner, times and mode of what was restored. @module */

import type { FileInfo, FileSystem } from "../../base/fs.ts";
import { hasMode } from "./compare.ts";
import type { Attrs, Self } from "./request.ts";

const SET_ID = 0o6000;

/** Sets everything that is recorded: the owner first, since that takes set-id bits away, then times, then the mode. */
export function setAttrs(fs: FileSystem, path: string, v: Attrs, self: Self): void {
  giveAway(fs, path, v, self);
  if (v.mtime !== null) fs.utime(path, v.mtime, v.mtime);
  setMode(fs, path, v, self);
}

/** Gives an entry to its recorded owner, where this process may. */
export function giveAway(fs: FileSystem, path: string, v: Attrs, self: Self): void {
  if (self.owner && v.uid !== null && v.gid !== null) fs.lchown(path, v.uid, v.gid);
}

/** Sets the mode; set-id bits only when the entry has the owner whose rights they lend, and the vault is trusted. */
export function setMode(fs: FileSystem, path: string, v: Attrs, self: Self): void {
  if (!hasMode(v)) return;
  const mode = v.mode ?? 0;
  if ((mode & SET_ID) === 0 || self.setId === false) return fs.chmod(path, mode & ~SET_ID);
  const { uid, gid } = fs.lstat(path);
  fs.chmod(path, uid === v.uid && gid === v.gid ? mode : mode & ~SET_ID);
}

/** True when a new file of this process needs no call to have the recorded owner and mode. */
export function bornRight(v: Attrs, self: Self): boolean {
  if (!hasMode(v)) return !self.owner;
  const mode = v.mode ?? 0;
  return mode === (mode & 0o777 & ~self.umask) && bornOwned(v, self);
}

/** True when a new file of this process has the recorded owner, or cannot be given to it anyway. */
export function bornOwned(v: Attrs, self: Self): boolean {
  return !self.owner || v.uid === null || (v.uid === self.uid && v.gid === self.gid);
}

/** Sets owner and times of a link itself. */
export function setLinkAttrs(
  fs: FileSystem,
  path: string,
  v: Omit<Attrs, "mode">,
  owner: boolean,
): void {
  if (owner && v.uid !== null && v.gid !== null) fs.lchown(path, v.uid, v.gid);
  if (v.mtime !== null) fs.lutime(path, v.mtime, v.mtime);
}

/** True for the same time, mode and owner. */
export function areSame(a: FileInfo, b: FileInfo): boolean {
  return a.mtime === b.mtime && a.mode === b.mode && a.uid === b.uid && a.gid === b.gid;
}
