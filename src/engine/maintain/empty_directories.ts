/** Puts directories of a vault in order after marks went: `names.txt`, and directories in which nothing is left. @module */

import type { DirEntry, FileInfo } from "../../base/fs.ts";
import { lstatIfAny, readTextIfAny, removeIfAny, replaceFile } from "../../base/io.ts";
import { dirOf } from "../../base/relpath.ts";
import type { Catalog } from "../../vault/catalog.ts";
import { folding } from "../../vault/folding.ts";
import { META, METADATA_FILE, NAMES_FILE, TEMPORARY } from "../../vault/names.ts";
import { formatNames, parseNames } from "../../vault/names_file.ts";
import type { Vault } from "../../vault/vault.ts";
import type { EnginePorts } from "../ports.ts";
import { RealDirs } from "../real_dirs.ts";
import { asSeenBy, AT_ONCE, isFarAway, SeenFiles } from "../seen_files.ts";

/** A directory of a vault's disk. */
export interface DiskDir {
  /** The source path. */
  dir: string;
  /** Absolute. */
  path: string;
  /** True inside a tree that was moved under a mark. */
  moved: boolean;
}

/** So many directories of a vault far away are seen at once. */
const SEEN = AT_ONCE / 2;

/** Puts `dirs` in order, deepest first; gives how many of them went. What fails goes to `failed`. */
export async function tidy(
  ports: EnginePorts,
  { vault: own, catalog }: { vault: Vault; catalog: Catalog },
  dirs: readonly DiskDir[],
  failed: (path: string, error: unknown) => void,
): Promise<number> {
  let removed = 0;
  const { ahead, separator } = ports;
  const far = ahead !== undefined && isFarAway(ports, own.root, separator);
  const seen = far ? new SeenFiles(own.fs, ahead, own.root) : undefined;
  const vault = seen === undefined ? own : asSeenBy(seen, own);
  const real = new RealDirs(vault);
  for (const [i, dir] of dirs.entries()) {
    if (i % SEEN === 0) await seeDirs(seen, vault, dirs.slice(i, i + SEEN));
    try {
      if (real.has(dir.path) && await tidyDir(vault, catalog, dir)) removed++;
    } catch (error) {
      failed(dir.path, error);
    }
  }
  return removed;
}

/** Sees directories and what their meta directories hold; what was seen of others counts no more. */
async function seeDirs(
  seen: SeenFiles | undefined,
  { tree }: Vault,
  dirs: readonly DiskDir[],
): Promise<void> {
  if (seen === undefined) return;
  seen.forgetAll();
  await Promise.all(dirs.flatMap(({ path }) => {
    const meta = tree.below(path, META);
    return [seen.place(path), seen.place(meta), seen.dir(meta)];
  }));
}

/** How many of `dirs`, deepest first, {@link tidy} would take away once `files` (absolute) are gone. */
export function foretellTidy(
  vault: Vault,
  catalog: Catalog,
  dirs: readonly DiskDir[],
  files: Iterable<string>,
  failed: (path: string, error: unknown) => void,
): number {
  const same = sameness(vault);
  const gone = new Set(Array.from(files, same));
  const list: List = (path) =>
    vault.fs.list(path).map((e) => e.name)
      .filter((name) => !gone.has(same(vault.tree.below(path, name))));
  const real = new RealDirs(vault);
  let removed = 0;
  for (const dir of dirs) {
    try {
      if (!real.has(dir.path) || lstatIfAny(vault.fs, dir.path)?.type !== "dir") continue;
      if (!isEmpty(catalog, dir, metaNamesOf(vault, dir, list), list)) continue;
      gone.add(same(dir.path));
      removed++;
    } catch (error) {
      failed(dir.path, error);
    }
  }
  return removed;
}

/** A disk may list a name in another form than it was made in: both are one path to it. */
function sameness({ info }: Vault): (path: string) => string {
  return folding(info) ?? ((path) => path);
}

/** The directories of a version's disk path `disk` (relative, with `/`) and above it, deepest first. */
export function upwards(vault: Vault, disk: string, dir: string): DiskDir[] {
  const dirs: DiskDir[] = [];
  for (let at = disk, rel = dir; at !== ""; rel = dirOf(rel)) {
    const moved = at.split("/").includes(META);
    dirs.push({ dir: rel, path: vault.tree.path(at), moved });
    at = dirOf(at);
    if (at === META || at.endsWith(`/${META}`)) at = dirOf(at);
  }
  dirs.push({ dir: "", path: vault.root, moved: false });
  return dirs;
}

/** Gives the names in a directory. */
type List = (path: string) => string[];

/** True when the directory went. */
async function tidyDir(vault: Vault, catalog: Catalog, dir: DiskDir): Promise<boolean> {
  const { fs, tree } = vault;
  const list: List = (path) => fs.list(path).map((e) => e.name);
  const meta = tree.below(dir.path, META);
  if (lstatIfAny(fs, dir.path)?.type !== "dir") return false;
  const metaNames = metaNamesOf(vault, dir, list);
  if (metaNames?.has(NAMES_FILE)) tidyNames(vault, meta, metaNames);
  if (!isEmpty(catalog, dir, metaNames, list)) return false;
  // the quick way of listing says nothing of what it could not list
  const there = namesOf(await fs.listWhole(dir.path));
  const left = metaNames === undefined ? undefined : namesOf(await fs.listWhole(meta));
  if (!isEmpty(catalog, dir, left, () => [...there])) return false;
  const parent = parentOf(vault, dir);
  const before = lstatIfAny(fs, parent);
  for (const name of left ?? []) removeIfAny(fs, tree.below(meta, name));
  if (left !== undefined) removeIfAny(fs, meta);
  removeIfAny(fs, dir.path);
  keepTime(vault, parent, before);
  return true;
}

function namesOf(entries: readonly DirEntry[]): Set<string> {
  return new Set(entries.map(({ name }) => name));
}

/** What lies in the meta directory, if there is one. */
function metaNamesOf(vault: Vault, { path }: DiskDir, list: List): Set<string> | undefined {
  const meta = vault.tree.below(path, META);
  return lstatIfAny(vault.fs, meta)?.type === "dir" ? new Set(list(meta)) : undefined;
}

/** Spec §4 and decision 14: no file, no subdirectory but the meta directory, no mark, no metadata file. */
function isEmpty(
  catalog: Catalog,
  { dir, path, moved }: DiskDir,
  metaNames: ReadonlySet<string> | undefined,
  list: List,
): boolean {
  if (dir === "" && !moved) return false;
  for (const name of metaNames ?? []) {
    const passing = name === NAMES_FILE || name.startsWith(TEMPORARY) ||
      (moved && name === METADATA_FILE);
    if (!passing) return false;
  }
  // a living directory whose metadata file was lost stays as well
  if (!moved && catalog.living(dir)?.type === "dir") return false;
  return list(path).every((name) => name === META && metaNames !== undefined);
}

/** Drops the lines of marks that are not there any more: what a listing lacks is asked for, for a disk may list in part. */
function tidyNames(vault: Vault, meta: string, there: Set<string>): void {
  const { fs, tree } = vault;
  const path = tree.below(meta, NAMES_FILE);
  const names = parseNames(readTextIfAny(fs, path) ?? "");
  const stands = (stored: string): boolean => {
    const file = tree.below(meta, stored);
    return (lstatIfAny(fs, file) ?? lstatIfAny(fs, file)) !== undefined;
  };
  const left = new Map([...names].filter(([stored]) => there.has(stored) || stands(stored)));
  if (left.size === names.size && left.size > 0) return;
  if (left.size === 0) {
    removeIfAny(fs, path);
    there.delete(NAMES_FILE);
  } else replaceFile(fs, path, tree.below(meta, `${TEMPORARY}names`), formatNames(left), true);
}

function parentOf(vault: Vault, { path }: DiskDir): string {
  return path.slice(0, path.lastIndexOf(vault.tree.separator)) || vault.tree.separator;
}

/** A living directory of the mirror has the time of its original. */
function keepTime(vault: Vault, path: string, before: FileInfo | undefined): void {
  if (before === undefined) return;
  try {
    vault.fs.utime(path, before.mtime, before.mtime);
  } catch {
    // a time on a copy is a courtesy; the record has the true one
  }
}
