/**
 * Files of a copy that are the source's own: a copy by `cp -al`, or what a tool that joins equal files left. Who writes
 * into one writes into the other, so each is made a file of its own before anything is recorded of it.
 * @module
 */

import { errorCode, isNotFound } from "../../base/errors.ts";
import type { DirEntry, FileInfo, FileSystem } from "../../base/fs.ts";
import { hasNames } from "../../base/inode.ts";
import { lstatIfAny, move, removeQuietly } from "../../base/io.ts";
import { joinRel } from "../../base/relpath.ts";
import { TEMPORARY } from "../../vault/names.ts";
import { Tree } from "../../vault/tree.ts";
import type { Vault } from "../../vault/vault.ts";
import { keyOf } from "../backup/share/link_groups.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import type { SourceView } from "../source/source_dir.ts";
import { wholeListing } from "../source/whole_dir.ts";
import { whileWritable } from "./while_writable.ts";

/** Files of one directory of a copy that are the source's own. */
export interface OwnFiles {
  dir: string;
  shared: readonly { name: string; info: FileInfo }[];
}

/** Makes them so, in the copy `view`; gives how many there were. Throws where the disk has no room for them. */
export async function makeOwn(
  ports: EnginePorts,
  vault: Vault,
  view: SourceView,
  source: string,
): Promise<number> {
  let made = 0;
  for await (const { dir, shared } of ownFiles(ports, view, source)) {
    copyThem(ports, vault, dir, shared);
    made += shared.length;
  }
  return made;
}

/** Finds them, directory by directory. Writes nothing. */
export async function* ownFiles(
  ports: EnginePorts,
  view: SourceView,
  source: string,
): AsyncGenerator<OwnFiles> {
  const names = new SourceFiles(ports, source);
  const stack = [""];
  for (let dir = stack.pop(); dir !== undefined; dir = stack.pop()) {
    checkCancelled(ports);
    const shared: { name: string; info: FileInfo }[] = [];
    for (const { name, type } of await wholeListing(ports, view.tree.path(dir)) ?? []) {
      const path = joinRel(dir, name);
      if (view.rules.excludes(path, type === "dir")) continue;
      if (type === "dir") stack.push(path);
      if (type !== "file") continue;
      const info = lstatIfAny(ports.fs, view.tree.path(path));
      if (info !== undefined && hasNames(info) && await names.has(info)) {
        shared.push({ name, info });
      }
    }
    if (shared.length > 0) yield { dir, shared };
  }
}

/** The files of the source that have several names. */
class SourceFiles {
  readonly #ports: EnginePorts;
  readonly #tree: Tree;
  #keys: Promise<Set<string>> | undefined;
  #isTorn = false;

  constructor(ports: EnginePorts, source: string) {
    this.#ports = ports;
    this.#tree = new Tree(source, ports.separator);
  }

  /** True where it may be one of them: what a disk did not list may be any file. */
  async has(info: FileInfo): Promise<boolean> {
    const keys = await (this.#keys ??= this.#walk());
    return this.#isTorn || keys.has(keyOf(info));
  }

  async #walk(): Promise<Set<string>> {
    const keys = new Set<string>();
    const stack = [""];
    for (let dir = stack.pop(); dir !== undefined; dir = stack.pop()) {
      checkCancelled(this.#ports);
      // rules do not count: what they leave out is the source's all the same
      for (const { name, type } of await this.#listed(dir)) {
        const path = joinRel(dir, name);
        if (type === "dir") stack.push(path);
        const info = type === "file" ? this.#look(path) : undefined;
        if (info !== undefined && hasNames(info)) keys.add(keyOf(info));
      }
    }
    return keys;
  }

  async #listed(dir: string): Promise<DirEntry[]> {
    try {
      return await this.#ports.fs.listWhole(this.#tree.path(dir));
    } catch (error) {
      // nobody joins files of a directory that this user may not see
      if (errorCode(error) !== "EACCES" && !isNotFound(error)) this.#isTorn = true;
      return [];
    }
  }

  #look(path: string): FileInfo | undefined {
    try {
      return lstatIfAny(this.#ports.fs, this.#tree.path(path));
    } catch {
      this.#isTorn = true;
      return undefined;
    }
  }
}

/** In one directory, which has its mode and its time again afterwards. */
function copyThem(
  { fs, separator }: EnginePorts,
  { tree }: Vault,
  dir: string,
  shared: readonly { name: string; info: FileInfo }[],
): void {
  const mirror = tree.mirror(dir);
  const { mode, mtime } = fs.lstat(mirror);
  try {
    whileWritable(fs, { path: mirror, mode, windows: separator !== "/" }, () => {
      if (lstatIfAny(fs, tree.meta(dir)) === undefined) fs.mkdir(tree.meta(dir));
      const temporary = tree.below(tree.meta(dir), `${TEMPORARY}own`);
      for (const { name, info } of shared) {
        copyOne(fs, { path: tree.entry(dir, name), temporary, info });
      }
    });
  } finally {
    fs.utime(mirror, mtime, mtime);
  }
}

/** The copy takes the place when it is whole and flushed: the only other one can be written into at any time. */
function copyOne(
  fs: FileSystem,
  { path, temporary, info }: { path: string; temporary: string; info: FileInfo },
): void {
  try {
    removeQuietly(fs, temporary);
    fs.copyFile(path, temporary);
    fs.chmod(temporary, (info.mode & 0o777) | 0o600);
    const file = fs.open(temporary, { write: true });
    try {
      file.sync();
    } finally {
      file.close();
    }
    setOwner(fs, temporary, info);
    fs.chmod(temporary, info.mode);
    fs.utime(temporary, info.mtime, info.mtime);
    move(fs, temporary, path);
  } catch (error) {
    removeQuietly(fs, temporary);
    throw error;
  }
}

/** A copy of another user's file is this user's, where nothing else may be. */
function setOwner(fs: FileSystem, path: string, { uid, gid }: FileInfo): void {
  try {
    fs.lchown(path, uid, gid);
  } catch {
    // the record says who made the copy then
  }
}
