/**
 * Files of a copy that are the source's own: a copy by `cp -al`, or what a tool that joins equal files left. Who writes
 * into one writes into the other, so each is made a file of its own before anything is recorded of it.
 * @module
 */

import type { FileInfo, FileSystem } from "../../base/fs.ts";
import { lstatIfAny, removeQuietly } from "../../base/io.ts";
import { joinRel } from "../../base/relpath.ts";
import { TEMPORARY } from "../../vault/names.ts";
import type { Vault } from "../../vault/vault.ts";
import { hasNames, LinkGroups } from "../backup/share/link_groups.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import type { SourceView } from "../source/source_dir.ts";
import { copyView } from "./copy_view.ts";
import { whileWritable } from "./while_writable.ts";

/** Files of one directory of a copy that are the source's own. */
export interface OwnFiles {
  dir: string;
  shared: readonly { name: string; info: FileInfo }[];
}

/** Makes them so, in the copy `view`; gives how many there were. Throws where the disk has no room for them. */
export function makeOwn(
  ports: EnginePorts,
  vault: Vault,
  view: SourceView,
  source: string,
): number {
  let made = 0;
  for (const { dir, shared } of ownFiles(ports, view, source)) {
    copyThem(ports, vault, dir, shared);
    made += shared.length;
  }
  return made;
}

/** Finds them, directory by directory. Writes nothing. */
export function* ownFiles(
  ports: EnginePorts,
  view: SourceView,
  source: string,
): Generator<OwnFiles> {
  // rules do not count: what they leave out is the source's all the same
  const names = new LinkGroups(
    copyView(ports, { root: source, source }),
    () => checkCancelled(ports),
  );
  const stack = [""];
  for (let dir = stack.pop(); dir !== undefined; dir = stack.pop()) {
    checkCancelled(ports);
    const shared: { name: string; info: FileInfo }[] = [];
    for (const { name, type } of listed(ports, view.tree.path(dir))) {
      const path = joinRel(dir, name);
      if (view.rules.excludes(path, type === "dir")) continue;
      if (type === "dir") stack.push(path);
      if (type !== "file") continue;
      const info = lstatIfAny(ports.fs, view.tree.path(path));
      if (info !== undefined && hasNames(info) && names.has(info)) shared.push({ name, info });
    }
    if (shared.length > 0) yield { dir, shared };
  }
}

/** What cannot be listed is told when its turn comes to be read. */
function listed({ fs }: EnginePorts, path: string): ReturnType<typeof fs.list> {
  try {
    return fs.list(path);
  } catch {
    return [];
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
    fs.rename(temporary, path);
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
