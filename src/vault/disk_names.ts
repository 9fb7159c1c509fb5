/**
 * What a vault's disk takes names for, in one of its directories. It is asked, never reckoned: a name that answers
 * though its directory does not list it is another entry, whatever the reason (design, *Never lose anything*).
 * @module
 */

import { HikaeError, isNotFound } from "../base/errors.ts";
import type { DirEntry, FileSystem } from "../base/fs.ts";
import { lstatIfAny, mayLack, SingleEntries } from "../base/io.ts";
import { text } from "../text/text.ts";

/** What a name is to the disk: nothing answers, it is an entry of its own, or it is another entry. */
export type NameState = "free" | "own" | "other";

/** How the names of a directory are to be read. */
export interface NameReading {
  /** The absolute path of an own name. */
  pathOf: (name: string) => string;
  /** The own name of a name on the disk; undefined for what is none of ours. */
  ownOf: (stored: string) => string | undefined;
  /** One form of all names that the vault is known to take for the same; undefined where each is its own. */
  fold: ((name: string) => string) | undefined;
  /** The disk is far away: what it says of a name that is free is not asked once more, so it is asked of links that lead nowhere too. */
  far?: boolean;
}

/** The names of one directory. */
export class DiskNames {
  readonly #fs: FileSystem;
  readonly #dir: string;
  readonly #how: NameReading;
  #listed: Map<string, string> | undefined;
  #isWhole = false;
  #folds: Set<string> | undefined;
  /** Names that the directory is known to list, until something comes that may be taken for one of them. */
  #vouched: { names: ReadonlyMap<string, string>; gone: Set<string> } | undefined;

  /** Those of the directory at the absolute path `dir`; nothing is asked before it is needed. */
  constructor(fs: FileSystem, dir: string, how: NameReading) {
    this.#fs = fs;
    this.#dir = dir;
    this.#how = how;
  }

  /** Something came or went: what was listed before counts no more. */
  changed(): void {
    this.#listed = undefined;
    this.#folds = undefined;
    this.#vouched = undefined;
  }

  /**
   * The directory is the very one that was listed before, and these are entries of it; there may be others. So a file
   * that is among them needs no listing, until it is told as {@link gone}; what is not among them is looked for, and so is
   * a directory: its tree may have gone aside, and another new name may answer by now.
   */
  vouch(names: ReadonlyMap<string, string>): void {
    this.#vouched = { names, gone: new Set() };
  }

  /** A listed name went. */
  gone(name: string): void {
    this.#listed?.delete(name);
    this.#vouched?.gone.add(name);
  }

  /** A name came that the directory has listed in this spelling before. */
  came(name: string): void {
    this.#listed?.set(name, "file");
    this.#vouched?.gone.delete(name);
  }

  /** The own names that the directory lists now, with what they are. */
  list(): ReadonlyMap<string, string> {
    if (this.#listed !== undefined) return this.#listed;
    this.#isWhole = false;
    try {
      return this.#listed = this.#own(this.#fs.list(this.#dir));
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return this.#listed = new Map();
    }
  }

  /** What the last listing lacks is not there: it is no quick one that a disk which failed for a moment may have cut. */
  get isSure(): boolean {
    return this.#isWhole || !mayLack(this.#fs, this.#dir, this.list().keys());
  }

  /** Why nothing goes under a name that answers and is not listed. */
  get taken(): HikaeError {
    return this.isSure ? takenForOther() : this.cut;
  }

  /** What is said where it may have been cut. */
  get cut(): HikaeError {
    return new HikaeError("unreadable", text("disk.lists-part"), { hint: text("next.vault-disk") });
  }

  /** Far away bits come slowly because the disk does: a listing that is given up for that is made twice. */
  get #isSoon(): boolean {
    return this.#how.far !== true;
  }

  /** Lists a wide directory, bit by bit, for what is asked then; where that fails it is listed when it is asked for. */
  async listLater(): Promise<void> {
    try {
      const all = await this.#fs.listWhole(this.#dir, { soon: this.#isSoon });
      this.#folds = undefined;
      this.#isWhole = true;
      this.#listed = this.#own(all);
    } catch {
      this.#listed = undefined;
    }
  }

  /** Tells each own name that the directory lists now, and keeps none of them; `again`: what was told counts no more. */
  async eachListed(take: (own: string, type: string) => void, again: () => void): Promise<void> {
    let told = false;
    const each = ({ name, type }: DirEntry): void => {
      told = true;
      const own = this.#how.ownOf(name);
      if (own !== undefined) take(own, type);
    };
    const rest = await this.#fs.listWhole(this.#dir, { soon: this.#isSoon, each });
    if (rest.length > 0 && told) again();
    for (const entry of rest) each(entry);
  }

  #own(all: readonly DirEntry[]): Map<string, string> {
    const listed = new Map<string, string>();
    for (const { name, type } of all) {
      const own = this.#how.ownOf(name);
      if (own !== undefined) listed.set(own, type);
    }
    return listed;
  }

  /** True when the directory lists the name, or one that the vault is known to take for it. */
  isListed(name: string): boolean {
    const listed = this.list();
    const { fold } = this.#how;
    if (fold === undefined || listed.has(name)) return listed.has(name);
    this.#folds ??= new Set([...listed.keys()].map(fold));
    return this.#folds.has(fold(name));
  }

  /** What the disk has under a name; a `known` one is looked for in the listing first. */
  standing(name: string, known = false): NameState {
    if (known && this.#vouches(name)) return "own";
    if ((known || this.#listed !== undefined) && this.list().has(name)) return "own";
    if (!this.#answers(this.#how.pathOf(name))) return "free";
    return this.isListed(name) ? "own" : "other";
  }

  /** By `exists` nothing answers where a link leads nowhere, or where the disk cannot tell. */
  #answers(path: string): boolean {
    return this.#how.far === true
      ? lstatIfAny(this.#fs, path) !== undefined
      : this.#fs.exists(path);
  }

  #vouches(name: string): boolean {
    const vouched = this.#vouched;
    return vouched !== undefined && vouched.names.get(name) === "file" && !vouched.gone.has(name);
  }

  /** The absolute path of a name. */
  pathOf(name: string): string {
    return this.#how.pathOf(name);
  }

  /** Of these names those that answer. Throws where the listing lacks so many of them that it must have been cut. */
  standingOf(names: Iterable<string>): string[] {
    const listed = this.list();
    const standing: string[] = [];
    let unlisted = 0;
    for (const name of names) {
      if (!listed.has(name)) {
        if (this.#isGone(name)) continue;
        if (++unlisted > MOST_ALIASES) throw this.cut;
      }
      standing.push(name);
    }
    return standing;
  }

  /** The one of these names, which answered before, that does so no more; what a listing lacks tells nothing of that. */
  goneOf(names: readonly string[]): string | undefined {
    const listed = this.list();
    return names.find((name) => !listed.has(name) && this.#isGone(name));
  }

  /** A share may say once that something is not there. */
  #isGone(name: string): boolean {
    const path = this.#how.pathOf(name);
    return (lstatIfAny(this.#fs, path) ?? lstatIfAny(this.#fs, path)) === undefined;
  }

  /** True where the entry under `name` is one of these for sure: it has one name, and the inode of one of them. */
  isOneOf(name: string, others: Iterable<string>): boolean {
    const { pathOf } = this.#how;
    return new SingleEntries(this.#fs, [...others].map(pathOf)).has(pathOf(name));
  }
}

/** A disk that takes names for others keeps hardly more of them than this in one directory. */
const MOST_ALIASES = 8;

/** The error for a name that the disk takes for another one. */
export function takenForOther(): HikaeError {
  return new HikaeError("name", text("disk.name-of-other"), {
    hint: text("next.vault-name"),
  });
}
