/** Native paths below a root, and the looks that keep a link from being followed. @module */

import { isNotFound } from "../base/errors.ts";
import type { FileInfo, FileSystem } from "../base/fs.ts";
import { isTold } from "../base/inode.ts";
import { dirOf, isWithin } from "../base/relpath.ts";

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

/** A directory that was found real, and what tells it from another one. */
interface KnownDir {
  rel: string;
  ino: number;
  dev: number;
}

/**
 * Tells of directories below a root whether they are directories themselves and lie below no link. The ones above the last
 * one are known again by their inodes, so that a deep one costs one look and not one for each component.
 */
export class RealDirCache {
  readonly #fs: FileSystem;
  readonly #root: Root;
  /** From the root down to the last directory that was asked about. */
  readonly #known: KnownDir[] = [];

  constructor(fs: FileSystem, root: Root) {
    this.#fs = fs;
    this.#root = root;
  }

  /** True when the root, `rel` and every directory between them are directories and no links. */
  isReal(rel: string): boolean {
    const known = this.#known;
    for (let top = known.at(-1); top !== undefined; top = known.at(-1)) {
      if (isWithin(rel, top.rel)) break;
      known.pop();
    }
    const top = known.at(-1);
    // another one has taken its place, or one above it leads elsewhere now: look again from the root down
    if (top !== undefined && !this.#isStill(top)) known.length = 0;
    return this.#goDown(rel);
  }

  /** True when all directories above `rel` are real. */
  parentsAreReal(rel: string): boolean {
    return this.isReal(dirOf(rel));
  }

  #isStill({ rel, ino, dev }: KnownDir): boolean {
    const now = lookAt(this.#fs, under(this.#root, rel));
    return now?.type === "dir" && now.ino === ino && now.dev === dev;
  }

  /** Looks at what is not known yet. */
  #goDown(rel: string): boolean {
    let at = this.#known.at(-1)?.rel;
    let path = at ?? "";
    let unsure = false;
    while (at === undefined || path !== rel) {
      if (at !== undefined) {
        const slash = rel.indexOf("/", path === "" ? 0 : path.length + 1);
        path = slash < 0 ? rel : rel.slice(0, slash);
      }
      at = path;
      const info = lookAt(this.#fs, under(this.#root, path));
      if (info?.type !== "dir") return this.#forget();
      unsure ||= !isTold(info);
      this.#known.push({ rel: path, ino: info.ino, dev: info.dev });
    }
    // where inodes are not told to the last bit they tell nothing: each time from the root down
    if (unsure) this.#forget();
    return true;
  }

  #forget(): false {
    this.#known.length = 0;
    return false;
  }
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
