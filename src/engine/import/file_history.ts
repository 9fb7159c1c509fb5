/**
 * A folder of File History as it was at a time: of each name the newest version that was saved by then, under the file's
 * own name. When a file was deleted no name tells, so it stays.
 * @module
 */

import type { DirEntry, FileSystem } from "../../base/fs.ts";
import { fileHistoryName } from "../../base/named_time.ts";
import { joinRel } from "../../base/relpath.ts";
import { Tree } from "../../vault/tree.ts";

/** So many files are looked at to tell such a folder from others. */
const SAMPLE = 200;

/** A version of a file. */
interface Saved {
  time: number;
  /** Its name on the disk. */
  stored: string;
}

/** A directory, and the versions of the files in it. */
interface SavedDir {
  /** By their own names, oldest first. */
  files: Map<string, Saved[]>;
  /** Entries that bear no time. */
  others: DirEntry[];
  /** When the first file in it, or below it, was saved; directories come and go with their files. */
  first: number;
}

/** True where most of the files that come first bear the names of File History. */
export async function isFileHistory(
  fs: FileSystem,
  root: string,
  separator: string,
): Promise<boolean> {
  const tree = new Tree(root, separator);
  const stack = [""];
  let files = 0;
  let saved = 0;
  for (let dir = stack.pop(); dir !== undefined && files < SAMPLE; dir = stack.pop()) {
    const entries = await fs.listWhole(tree.path(dir)).catch((): DirEntry[] => []);
    for (const { name, type } of entries) {
      if (type === "dir") stack.push(joinRel(dir, name));
      else if (type === "file" && files++ < SAMPLE && fileHistoryName(name)) saved++;
    }
  }
  return saved > 0 && saved * 2 > Math.min(files, SAMPLE);
}

/** All versions of a folder, by the names of its files. */
export class FileHistory {
  readonly #fs: FileSystem;
  readonly #tree: Tree;
  readonly #dirs = new Map<string, SavedDir>();
  /** Why a directory could not be listed: each run that comes to it is told. */
  readonly #unlisted = new Map<string, unknown>();

  private constructor(fs: FileSystem, tree: Tree) {
    this.#fs = fs;
    this.#tree = tree;
  }

  /** Goes through the folder once; `check` throws when the run was cancelled. */
  static async read(
    fs: FileSystem,
    root: string,
    separator: string,
    check: () => void,
  ): Promise<FileHistory> {
    const history = new FileHistory(fs, new Tree(root, separator));
    await history.#walk("", check);
    return history;
  }

  async #walk(dir: string, check: () => void): Promise<number> {
    check();
    const found: SavedDir = { files: new Map(), others: [], first: Infinity };
    for (const entry of await this.#listed(dir)) {
      const saved = entry.type === "file" ? fileHistoryName(entry.name) : undefined;
      if (saved === undefined) found.others.push(entry);
      else {
        const versions = found.files.get(saved.own) ?? [];
        versions.push({ time: saved.time, stored: entry.name });
        found.files.set(saved.own, versions);
        found.first = Math.min(found.first, saved.time);
      }
    }
    keepPlainNames(found);
    for (const versions of found.files.values()) versions.sort((a, b) => a.time - b.time);
    for (const { name, type } of found.others) {
      if (type === "dir") {
        found.first = Math.min(found.first, await this.#walk(joinRel(dir, name), check));
      }
    }
    this.#dirs.set(dir, found);
    return this.#first(dir);
  }

  async #listed(dir: string): Promise<DirEntry[]> {
    try {
      return await this.#fs.listWhole(this.#tree.path(dir));
    } catch (error) {
      this.#unlisted.set(dir, error);
      return [];
    }
  }

  /** The times at which anything was saved, oldest first, ms since 1970. */
  times(): number[] {
    const times = new Set<number>();
    for (const { files } of this.#dirs.values()) {
      for (const versions of files.values()) for (const { time } of versions) times.add(time);
    }
    return [...times].sort((a, b) => a - b);
  }

  /** A file system in which the folder is as it was at `time`; everything else is as it is. */
  at(time: number): FileSystem {
    const fs = this.#fs;
    const real = (path: string): string => this.#real(path, time);
    return {
      ...fs,
      list: (path) => this.#listing(path, time) ?? fs.list(path),
      listWhole: async (path) => this.#listing(path, time) ?? await fs.listWhole(path),
      lstat: (path) => fs.lstat(real(path)),
      exists: (path) => fs.exists(real(path)),
      readLink: (path) => fs.readLink(real(path)),
      open: (path, options) => fs.open(real(path), options),
      copyFile: (from, to) => fs.copyFile(real(from), to),
    };
  }

  /** The path below the folder; undefined for one elsewhere. */
  #below(path: string): string | undefined {
    const { root, separator } = this.#tree;
    if (path === root) return "";
    const prefix = root.endsWith(separator) ? root : root + separator;
    return path.startsWith(prefix)
      ? path.slice(prefix.length).replaceAll(separator, "/")
      : undefined;
  }

  #listing(path: string, time: number): DirEntry[] | undefined {
    const below = this.#below(path);
    const dir = below === undefined ? undefined : this.#dirs.get(below);
    if (below === undefined || dir === undefined) return undefined;
    if (this.#unlisted.has(below)) throw this.#unlisted.get(below);
    const entries = dir.others.filter(({ name, type }) =>
      type !== "dir" || this.#first(joinRel(below, name)) <= time
    );
    for (const [name, versions] of dir.files) {
      if (newest(versions, time) !== undefined) entries.push({ ...FILE, name });
    }
    return entries;
  }

  /** When a directory came; of one that could not be listed nobody can tell. */
  #first(dir: string): number {
    return this.#unlisted.has(dir) ? 0 : this.#dirs.get(dir)?.first ?? 0;
  }

  #real(path: string, time: number): string {
    const below = this.#below(path);
    if (below === undefined || below === "") return path;
    const cut = below.lastIndexOf("/");
    const files = this.#dirs.get(below.slice(0, Math.max(0, cut)))?.files;
    const versions = files?.get(below.slice(cut + 1));
    if (versions === undefined) return path;
    const stored = newest(versions, time)?.stored;
    // it was not there yet: a name that no file has
    if (stored === undefined) return path;
    return path.slice(0, path.length - (below.length - cut - 1)) + stored;
  }
}

/** Where a file bears a name that versions would get, these stay under the names that they have. */
function keepPlainNames({ files, others }: SavedDir): void {
  for (const { name } of [...others]) {
    for (const { stored } of files.get(name) ?? []) others.push({ ...FILE, name: stored });
    files.delete(name);
  }
}

const FILE: Pick<DirEntry, "type"> = { type: "file" };

function newest(versions: readonly Saved[], time: number): Saved | undefined {
  return versions.findLast((v) => v.time <= time);
}
