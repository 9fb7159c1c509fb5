/**
 * The names of files that have several in the source (decision 26). Nothing is looked for before a file with more than one
 * name is to be stored: then the source is gone through once.
 * @module
 */

import { compareUtf8 } from "../../../base/bytes.ts";
import type { FileInfo } from "../../../base/fs.ts";
import { joinRel } from "../../../base/relpath.ts";
import { readSourceDir, type SourceEntry, type SourceView } from "../../source/source_dir.ts";

/** A file of the source that has several names, as a key. */
function keyOf({ dev, ino }: Pick<FileInfo, "dev" | "ino">): string {
  return `${dev} ${ino}`;
}

/** True for a file that has more than one name, and an inode that tells it apart. */
export function hasNames(info: FileInfo): boolean {
  return info.type === "file" && info.nlink > 1 && info.ino > 0 && Number.isSafeInteger(info.ino);
}

/** Finds the other names of files. */
export class LinkGroups {
  readonly #view: SourceView;
  readonly #check: () => void;
  #groups: Map<string, string[]> | undefined;

  /** In a source; `check` throws when the run was cancelled. */
  constructor(view: SourceView, check: () => void) {
    this.#view = view;
    this.#check = check;
  }

  /** The names of a file that no rule leaves out, in the order of paths; none for a file that has one. */
  of(info: FileInfo): readonly string[] {
    if (!hasNames(info)) return [];
    this.#groups ??= this.#walk();
    const names = this.#groups.get(keyOf(info)) ?? [];
    return names.length > 1 ? names : [];
  }

  /** True for a file that has a name here, and several in all. */
  has(info: FileInfo): boolean {
    if (!hasNames(info)) return false;
    this.#groups ??= this.#walk();
    return this.#groups.has(keyOf(info));
  }

  #walk(): Map<string, string[]> {
    const groups = new Map<string, string[]>();
    const stack = [""];
    for (let path = stack.pop(); path !== undefined; path = stack.pop()) {
      this.#check();
      for (const e of this.#entries(path)) {
        if (e.excluded) continue;
        if (e.type === "dir") stack.push(joinRel(path, e.name));
        else if (hasNames(e.info)) put(groups, keyOf(e.info), joinRel(path, e.name));
      }
    }
    for (const names of groups.values()) names.sort(compareUtf8);
    return groups;
  }

  /** Trouble is met, and told, where the directory is stored. */
  #entries(path: string): readonly SourceEntry[] {
    try {
      const dir = readSourceDir(this.#view, path);
      return typeof dir === "string" ? [] : dir.entries;
    } catch {
      return [];
    }
  }
}

function put(groups: Map<string, string[]>, key: string, path: string): void {
  const names = groups.get(key);
  if (names === undefined) groups.set(key, [path]);
  else names.push(path);
}
