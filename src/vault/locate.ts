/** Where the content of a version lies in a vault (docs/format.md, *Finding a version*). @module */

import { isNotFound } from "../base/errors.ts";
import { joinRel, nameOf } from "../base/relpath.ts";
import { stampFromNumber } from "../base/stamp.ts";
import type { Version } from "./version.ts";
import { folding } from "./folding.ts";
import { META, mirrorName, type PastKind, pastKind, storedMark } from "./names.ts";
import type { Vault } from "./vault.ts";

/** A directory became a file, and its tree went under a mark of this name. */
interface Move {
  name: string;
  stamp: number;
}

/** Finds versions' places; made once per use of a catalog. */
export class Locator {
  readonly #vault: Vault;
  /** By path, in the form that all paths of one directory on the disk have in common. */
  readonly #moves = new Map<string, Move[]>();
  readonly #key: (path: string) => string;
  /** False where each spelling of a name is another name. */
  readonly #folds: boolean;
  readonly #given: ReadonlyMap<string, readonly number[]>;

  /** A locator for a vault in which directories became files at `moves` (`Catalog.moves`). */
  constructor(vault: Vault, moves: ReadonlyMap<string, readonly number[]>) {
    this.#vault = vault;
    this.#given = moves;
    const fold = folding(vault.info);
    this.#folds = fold !== undefined;
    this.#key = fold ?? ((path) => path);
    for (const [path, stamps] of moves) {
      const key = this.#key(path);
      const own = stamps.map((stamp) => ({ name: nameOf(path), stamp }));
      const others = this.#moves.get(key);
      this.#moves.set(
        key,
        others === undefined ? own : [...others, ...own].sort((a, b) => a.stamp - b.stamp),
      );
    }
  }

  /** A locator for the same vault after one more move: the directory at `path` became a file at `stamp`. */
  withMove(path: string, stamp: number): Locator {
    const moves = new Map(this.#given);
    moves.set(path, [...this.#given.get(path) ?? [], stamp]);
    return new Locator(this.#vault, moves);
  }

  /** The path of the mirror's directory that held `dir` until `until`, relative to the vault, with `/`. */
  dir(dir: string, until: number | null): string {
    if (until === null || this.#moves.size === 0 || dir === "") {
      return this.#vault.tree.mirrorRel(dir);
    }
    let disk = "";
    let path = "";
    // what was moved with the directory above was out of reach of every later move of the same path
    let last = Infinity;
    for (const name of dir.split("/")) {
      path = joinRel(path, name);
      const moved = this.#moves.get(this.#key(path))
        ?.find(({ stamp }) => stamp >= until && stamp <= last);
      last = moved?.stamp ?? last;
      disk = moved === undefined
        ? joinRel(disk, mirrorName(name, this.#vault.info.case_sensitive))
        : joinRel(disk, this.#mark("deleted", moved.name, moved.stamp));
    }
    return disk;
  }

  /** The place of a version relative to the vault, with `/`. A directory's is its mirror directory. */
  version(v: Version): string {
    const dir = this.dir(v.dir, v.until);
    if (v.type === "dir") return this.dir(joinRel(v.dir, v.name), v.until);
    if (v.until !== null) {
      return joinRel(
        dir,
        this.#mark(pastKind(v.type === "link", v.ended !== "changed"), v.name, v.until),
      );
    }
    if (v.type === "link") {
      return joinRel(
        dir,
        `${META}/${storedMark("link", v.name, undefined, this.#vault.hashText).stored}`,
      );
    }
    return joinRel(dir, mirrorName(v.name, this.#vault.info.case_sensitive));
  }

  /** The absolute path of a version. */
  path(v: Version): string {
    return this.#vault.tree.path(this.version(v));
  }

  /**
   * The same, spelled as the disk has it: a vault that was copied from a disk that folds case to one that does not has
   * a directory's past under the spelling that came last.
   */
  stored(v: Version): string {
    const place = this.version(v);
    if (!this.#folds || this.#isThere(place)) return place;
    return this.#search("", place.split("/")) ?? place;
  }

  /** The absolute path of {@link stored}. */
  file(v: Version): string {
    return this.#vault.tree.path(this.stored(v));
  }

  #isThere(place: string): boolean {
    try {
      this.#vault.fs.lstat(this.#vault.tree.path(place));
      return true;
    } catch (error) {
      return !isNotFound(error);
    }
  }

  #search(at: string, [name, ...rest]: readonly string[]): string | undefined {
    if (name === undefined) return at;
    for (const spelled of this.#spelled(at, name, rest.length > 0)) {
      const found = this.#search(joinRel(at, spelled), rest);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** What a directory of the disk has under spellings of a name, the very name first; links lead nowhere. */
  #spelled(at: string, name: string, dirs: boolean): string[] {
    try {
      const path = at === "" ? this.#vault.root : this.#vault.tree.path(at);
      return this.#vault.fs.list(path)
        .filter((e) => e.type === (dirs ? "dir" : "file") && this.#key(e.name) === this.#key(name))
        .map((e) => e.name)
        .sort((a, b) => Number(b === name) - Number(a === name));
    } catch {
      return [];
    }
  }

  #mark(kind: PastKind, name: string, stamp: number): string {
    const stored = storedMark(kind, name, stampFromNumber(stamp), this.#vault.hashText).stored;
    return `${META}/${stored}`;
  }
}
