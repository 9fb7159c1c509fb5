/**
 * Which files of a directory may be torn. In a directory that a run made, files are written under their own names at once;
 * before that a file in the meta directory names them, so that a run that breaks off leaves none that is taken for whole
 * (docs/format.md, *Order of writes*).
 * @module
 */

import { utf8 } from "../base/bytes.ts";
import type { FileHandle, FileSystem } from "../base/fs.ts";
import { createFresh, readTextIfAny, removeIfAny, removeQuietly, writeAll } from "../base/io.ts";
import { TEMPORARY } from "./names.ts";

/** The name of that file. */
export const BEGUN_NAMES = `${TEMPORARY}fresh`;

/** The names that are being written in one directory: a line for each change, of which the last whole one counts. */
export class BegunNames {
  readonly #fs: FileSystem;
  readonly #path: string;
  #file: FileHandle | undefined;
  #now: ReadonlySet<string> = new Set();
  /** A line may be there in part: no other is put after it. */
  #broken = false;
  /** The file may be there. */
  #isMade = false;

  /** None yet; `path` is that of the file. */
  constructor(fs: FileSystem, path: string) {
    this.#fs = fs;
    this.#path = path;
  }

  /** True for a name that may be written now. */
  has(name: string): boolean {
    return this.#now.has(name);
  }

  /** These are written from now on; all that were before are whole, or gone. Throws where the disk refuses it. */
  begin(names: readonly string[]): void {
    if (this.#broken) throw new Error("no more names can be begun here");
    this.#now = new Set();
    this.#broken = true;
    this.#isMade = true;
    this.#file ??= createFresh(this.#fs, this.#path);
    writeAll(this.#file, utf8(`${JSON.stringify(names)}\n`));
    this.#broken = false;
    this.#now = new Set(names);
  }

  /**
   * All are whole: gives the open file, empty again, for what comes last in its directory; undefined where there is none.
   * Throws where the disk does not let it go: only who mends a run removes what one left under that name.
   */
  take(): { file: FileHandle; path: string } | undefined {
    const file = this.#file;
    this.#file = undefined;
    this.#now = new Set();
    try {
      file?.truncate(0);
      file?.seek(0);
      if (file !== undefined) {
        this.#isMade = false;
        return { file, path: this.#path };
      }
    } catch {
      file?.close();
    }
    if (this.#isMade) removeIfAny(this.#fs, this.#path);
    this.#isMade = false;
    return undefined;
  }

  /** All are whole. */
  end(): void {
    this.close();
    if (this.#isMade) removeQuietly(this.#fs, this.#path);
    this.#isMade = false;
  }

  /** Lets the file go as it is: some of what it names may be torn. */
  close(): void {
    this.#file?.close();
    this.#file = undefined;
    this.#now = new Set();
  }
}

/** The names that may be torn, by what the file at `path` says; none where there is no such file. */
export function readBegunNames(fs: FileSystem, path: string): string[] {
  return parseBegun(readTextIfAny(fs, path) ?? "");
}

/** The names of the last whole line. Pure. */
export function parseBegun(text: string): string[] {
  const last = text.split("\n").at(-2) ?? "[]";
  try {
    const names: unknown = JSON.parse(last);
    return Array.isArray(names) ? names.filter((n) => typeof n === "string") : [];
  } catch {
    return [];
  }
}
