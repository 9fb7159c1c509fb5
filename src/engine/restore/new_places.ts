/** Gives what is whole its own name where nothing has that name yet: a rename would replace what somebody made meanwhile. @module */

import { errorCode } from "../../base/errors.ts";
import type { FileSystem } from "../../base/fs.ts";
import { addName, lstatIfAny, move, removeQuietly } from "../../base/io.ts";

const WRITABLE = 0o200;

/**
 * Moves to names that are free. A second name is refused by the system itself where the first one is taken, and the two
 * calls cost what a look and a rename do; disks without links (FAT, many shares) have the look, and a moment after it in
 * which what comes is replaced.
 */
export class NewPlaces {
  readonly #fs: FileSystem;
  readonly #windows: boolean;
  readonly #looks: boolean;
  #links: boolean;

  /** Places on one disk; where a look before the rename is enough, it `looks` and makes no links. */
  constructor(fs: FileSystem, { windows, looks }: { windows: boolean; looks: boolean }) {
    this.#fs = fs;
    this.#windows = windows;
    this.#looks = looks;
    this.#links = !looks;
  }

  /** False where something has the name `to`: `from` then stays as it is. */
  move(from: string, to: string, mode: number | null): boolean {
    // to remove one name of a read-only file, Windows has both made writable
    const isKept = this.#windows && mode !== null && (mode & WRITABLE) === 0;
    if (this.#links && !isKept) {
      const linked = this.#link(from, to);
      if (linked !== undefined) return linked;
    }
    // where what is there is to stay, a disk that cannot tell whether something is may not be taken at its word
    const isTaken = this.#looks ? this.#fs.exists(to) : lstatIfAny(this.#fs, to) !== undefined;
    if (isTaken) return false;
    move(this.#fs, from, to);
    return true;
  }

  /** Undefined where the disk makes no links: it is not asked again. */
  #link(from: string, to: string): boolean | undefined {
    try {
      addName(this.#fs, from, to);
    } catch (error) {
      if (errorCode(error) === "EEXIST") return false;
      this.#links = false;
      return undefined;
    }
    // a name that stays is cleared away by the next restore
    removeQuietly(this.#fs, from);
    return true;
  }
}
