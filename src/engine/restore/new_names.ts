/**
 * The new names of one directory of a target, until its listing shows that each is an entry of its own: a disk may take
 * two names for one, or keep one in another spelling (design, *Never lose anything*).
 * @module
 */

import { HikaeError } from "../../base/errors.ts";
import { joinRel } from "../../base/relpath.ts";
import { text } from "../../text/text.ts";
import type { EnginePorts } from "../ports.ts";
import { TEMPORARY } from "./copy.ts";
import { fold } from "../../base/fold_name.ts";
import type { RestoreTarget } from "./target.ts";

/** A name that the directory does not list; of a file with what it was made of. */
export interface Misfit<T> {
  name: string;
  task: T | undefined;
}

/** What came of a look at the listing. */
export interface NamesLook<T> {
  /** Names that the directory does not list: gone again, what another name has aside. */
  misfits: Misfit<T>[];
  /** Files that are there and may have been written over by one of those. */
  doubtful: T[];
}

/** The names that a restore made in one directory, files with what they were made of. */
export class NewNames<T> {
  readonly dir: string;
  /** Batches of it that lanes have. */
  pending = 0;
  /** Nothing more comes. */
  closed = false;
  readonly #present: ReadonlySet<string>;
  /** A directory has no task. */
  readonly #names = new Map<string, T | undefined>();

  /** Of the directory `dir`, which had `present` in it before. */
  constructor(dir: string, present: Iterable<string>) {
    this.dir = dir;
    this.#present = new Set(present);
  }

  /** A name was placed; of a file with what it was made of. */
  add(name: string, task?: T): void {
    this.#names.set(name, task);
  }

  /** Looks at the listing; what is no entry of its own goes. */
  look(ports: EnginePorts, target: RestoreTarget): NamesLook<T> {
    const looked: NamesLook<T> = { misfits: [], doubtful: [] };
    if (this.#names.size === 0) return looked;
    const listed = list(ports, target, this.dir);
    const folds = new Set([...listed].map(fold));
    for (const [name, task] of this.#names) {
      if (!listed.has(name) && !folds.has(fold(name))) looked.misfits.push({ name, task });
    }
    if (looked.misfits.length === 0) return looked;
    for (const { name } of looked.misfits) {
      this.#names.delete(name);
      this.#evict(ports, target, name);
    }
    for (const task of this.#names.values()) if (task !== undefined) looked.doubtful.push(task);
    return looked;
  }

  /** Takes a name away; should what answered by it be another name's, that one gets it back. */
  #evict({ fs, newId }: EnginePorts, target: RestoreTarget, name: string): void {
    const place = target.path(joinRel(this.dir, name));
    if (!fs.exists(place)) return;
    const before = list({ fs }, target, this.dir);
    const aside = target.below(target.path(this.dir), `${TEMPORARY}${newId().slice(0, 8)}-0`);
    fs.rename(place, aside);
    const after = list({ fs }, target, this.dir);
    const owner = [...before].find((other) =>
      !after.has(other) && (this.#names.has(other) || this.#present.has(other))
    );
    if (owner === undefined) fs.remove(aside);
    else fs.rename(aside, target.path(joinRel(this.dir, owner)));
  }
}

/** True when a directory of the target lists an entry of this very name. */
export function lists(
  ports: Pick<EnginePorts, "fs">,
  target: RestoreTarget,
  dir: string,
  name: string,
): boolean {
  return list(ports, target, dir).has(name);
}

function list({ fs }: Pick<EnginePorts, "fs">, target: RestoreTarget, dir: string): Set<string> {
  return new Set(fs.list(target.path(dir)).map((e) => e.name));
}

/** True for the error that {@link nameOfOther} makes. */
export function isCollision(error: unknown): boolean {
  return error instanceof HikaeError && error.message === text("disk.target-name-of-other");
}
