/**
 * The names that a restore places in the directories of a target, asked of the disk: it may take two names for one, or
 * keep one in another spelling (design, *Never lose anything*).
 * @module
 */

import { HikaeError, isNotFound } from "./errors.ts";
import { fold } from "./fold_name.ts";
import type { FileSystem } from "./fs.ts";
import { lstatIfAny, mayLack, SingleEntries } from "./io.ts";
import { dirOf, isWithin, joinRel, nameOf } from "./relpath.ts";
import { text } from "../text/text.ts";

/** Where names are placed, and what becomes of those that the disk alters. */
export interface PlacedNamesOptions {
  /** The native path of one relative to the target. */
  native: (path: string) => string;
  /** Told of a name that the disk keeps as another: what was placed is gone again, save a directory with something in it. */
  altered: (path: string, bytes: number | undefined, error: HikaeError) => void;
  /** Told of a directory of which nobody can tell whether it keeps what was placed. */
  failed: (dir: string, error: unknown) => void;
  /** Directories are come back to: their names are remembered to the end. */
  comesBack?: boolean;
}

/** Names of one directory. */
interface PlacedHere {
  /** With the bytes of a file or link; a directory has none. */
  readonly placed: Map<string, number | undefined>;
  listed: Set<string>;
}

/** What is asked of the disk. */
type PlacingDisk = Pick<FileSystem, "lstat" | "list" | "listWhole" | "remove">;

/** How names that a listing lacks are looked at. */
interface HowMissed {
  /** Nothing more comes into the directory. */
  last: boolean;
  /** The name is none of its own for sure. */
  isMisfit: (path: string) => boolean;
}

/** Watches over the names of a restore, a directory after the other in the order of the tree. */
export class PlacedNames {
  readonly #fs: PlacingDisk;
  readonly #options: PlacedNamesOptions;
  readonly #open = new Map<string, PlacedHere>();
  /** Directories that are done, of which a quick listing lacked some names. */
  readonly #unsure = new Map<string, PlacedHere>();

  /** Of one restore into one target. */
  constructor(fs: PlacingDisk, options: PlacedNamesOptions) {
    this.#fs = fs;
    this.#options = options;
  }

  /**
   * Throws for a name that answers though its directory does not list it: the disk takes it for another one. A name that
   * was placed before, and that the disk keeps as this one, goes.
   */
  assertOwn(path: string): void {
    const [dir, name] = [dirOf(path), nameOf(path)];
    const here = this.#in(dir);
    if (here.placed.has(name) || !this.#answers(path)) return;
    if (here.listed.has(name)) return;
    this.#look(dir, here);
    if (here.listed.has(name) || !this.#answers(path)) return;
    // what was there before this restore, in another spelling, is replaced
    const same = fold(name);
    for (const other of here.listed) {
      if (fold(other) === same && !here.placed.has(other)) return;
    }
    throw nameOfOther();
  }

  /** A file or link of so many bytes was placed, or a directory made. */
  add(path: string, bytes?: number): void {
    this.#in(dirOf(path)).placed.set(nameOf(path), bytes);
  }

  /** Looks at what is not looked at yet, and once more where a quick listing lacked some. */
  async close(): Promise<void> {
    for (const dir of [...this.#open.keys()].reverse()) this.#leave(dir);
    for (const [dir, here] of this.#unsure) {
      try {
        const all = await this.#fs.listWhole(this.#options.native(dir));
        here.listed = new Set(all.map(({ name }) => name));
        this.#takeMissed(dir, here, { last: true, isMisfit: () => true });
      } catch (error) {
        if (!isNotFound(error)) this.#options.failed(dir, error);
      }
    }
    this.#unsure.clear();
  }

  #answers(path: string): boolean {
    return lstatIfAny(this.#fs, this.#options.native(path)) !== undefined;
  }

  #in(dir: string): PlacedHere {
    let here = this.#open.get(dir);
    if (here !== undefined) return here;
    if (this.#options.comesBack !== true) {
      for (const other of [...this.#open.keys()].reverse()) {
        if (!isWithin(dir, other)) this.#leave(other);
      }
    }
    this.#open.set(dir, here = { placed: new Map(), listed: new Set() });
    return here;
  }

  #leave(dir: string): void {
    const here = this.#open.get(dir);
    this.#open.delete(dir);
    if (here === undefined || here.placed.size === 0) return;
    try {
      this.#look(dir, here, true);
    } catch {
      // a directory that is gone or closed meanwhile: its files are told of by who looks for them
    }
  }

  /**
   * Lists a directory; what was placed in it and is not listed goes, a directory when nothing more comes into it. Where the
   * listing may lack some, only what is another listed name's for sure goes now.
   */
  #look(dir: string, here: PlacedHere, last = false): void {
    here.listed = this.#list(dir);
    const { native } = this.#options;
    const listed = [...here.listed];
    if ([...here.placed.keys()].every((name) => here.listed.has(name))) return;
    if (!mayLack(this.#fs, native(dir), listed)) {
      this.#takeMissed(dir, here, { last, isMisfit: () => true });
      return;
    }
    const entries = new SingleEntries(this.#fs, listed.map((name) => native(joinRel(dir, name))));
    const isMisfit = (path: string): boolean => entries.has(native(path));
    if (!this.#takeMissed(dir, here, { last, isMisfit }) && last) this.#unsure.set(dir, here);
  }

  /** Takes away what is not listed; false where it leaves some of it because it may be listed after all. */
  #takeMissed(dir: string, here: PlacedHere, { last, isMisfit }: HowMissed): boolean {
    let forms: Set<string> | undefined;
    let isSure = true;
    for (const [name, bytes] of here.placed) {
      if (here.listed.has(name)) continue;
      forms ??= new Set([...here.listed].map(fold));
      if (forms.has(fold(name)) || bytes === undefined && !last) continue;
      const path = joinRel(dir, name);
      if (!isMisfit(path)) {
        isSure = false;
        continue;
      }
      here.placed.delete(name);
      const gone = this.#takeAway(path, bytes);
      if (gone) here.listed = this.#list(dir);
      this.#options.altered(path, bytes, gone ? nameAltered() : dirAltered());
    }
    return isSure;
  }

  /** Removes what was placed; a directory, which this restore made, only where nothing is in it. */
  #takeAway(path: string, bytes: number | undefined): boolean {
    if (!this.#answers(path)) return true;
    try {
      this.#fs.remove(this.#options.native(path));
      return true;
    } catch (error) {
      if (bytes !== undefined) throw error;
      return false;
    }
  }

  #list(dir: string): Set<string> {
    return new Set(this.#fs.list(this.#options.native(dir)).map((e) => e.name));
  }
}

/** Two names of the snapshot are one to the target. */
export function nameOfOther(): HikaeError {
  return new HikaeError("name", text("disk.target-name-of-other"), {
    hint: text("disk.target-name-hint"),
  });
}

/** The target does not keep a name as it is. */
export function nameAltered(): HikaeError {
  return new HikaeError("name", text("disk.target-name-altered"), {
    hint: text("disk.target-altered-hint"),
  });
}

/** The target keeps a directory under another name, and something is in it. */
function dirAltered(): HikaeError {
  return new HikaeError("name", text("disk.target-dir-altered"), {
    hint: text("disk.target-altered-hint"),
  });
}
