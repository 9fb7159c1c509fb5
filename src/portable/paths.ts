/** Native paths below a root, and the looks that keep a link from being followed. @module */

import { isNotFound } from "../base/errors.ts";
import type { FileInfo, FileSystem } from "../base/fs.ts";

/** A directory of the machine and what separates its components. */
export interface Root {
  path: string;
  separator: string;
}

/** The native path of `rel` below a root. */
export function under(root: Root, rel: string): string {
  if (rel === "") return root.path;
  const native = root.separator === "/" ? rel : rel.replaceAll("/", root.separator);
  return root.path.endsWith(root.separator)
    ? root.path + native
    : root.path + root.separator + native;
}

/** `lstat`, or undefined when there is nothing. */
export function lookAt(fs: FileSystem, path: string): FileInfo | undefined {
  try {
    return fs.lstat(path);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** True when the root and every directory above `rel` is a directory itself, not a link to one. */
export function parentsAreReal(fs: FileSystem, root: Root, rel: string): boolean {
  if (lookAt(fs, root.path)?.type !== "dir") return false;
  for (let i = rel.indexOf("/"); i >= 0; i = rel.indexOf("/", i + 1)) {
    if (lookAt(fs, under(root, rel.slice(0, i)))?.type !== "dir") return false;
  }
  return true;
}

/** Makes a directory and the ones above it that are missing, and looks at none above those. */
export function makeDirs(fs: FileSystem, root: Root): void {
  if (lookAt(fs, root.path) !== undefined) return;
  try {
    fs.mkdir(root.path);
  } catch (error) {
    const cut = root.path.lastIndexOf(root.separator);
    if (!isNotFound(error) || cut <= 0) throw error;
    makeDirs(fs, { ...root, path: root.path.slice(0, cut) });
    fs.mkdir(root.path);
  }
}
