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
import type { PointView } from "./restore_picks.ts";
import type { RestoreTarget } from "./target.ts";

/** A name that was placed. */
export interface NewName {
  name: string;
  /** When the version of a file began; a directory has none. */
  since: number | undefined;
}

/** What came of a look at the listing. */
export interface NamesLook {
  /** Names that the directory does not list: gone again, what another name has aside. */
  misfits: NewName[];
  /** Files that are there and may have been written over by one of those. */
  doubtful: (NewName & { since: number })[];
}

/** The names that a restore made in one directory. */
export class NewNames {
  readonly dir: string;
  /** The point that is brought back. */
  readonly view: PointView | undefined;
  /** Batches of it that lanes have. */
  pending = 0;
  /** Nothing more comes. */
  closed = false;
  readonly #present: ReadonlySet<string>;
  /** When their versions began. */
  readonly #names = new Map<string, NewName["since"]>();

  /** Of the directory `dir`, which had `present` in it before and is to be as in `view`. */
  constructor(dir: string, present: Iterable<string>, view?: PointView) {
    this.dir = dir;
    this.view = view;
    this.#present = new Set(present);
  }

  /** A name was placed; of a file with when its version began. */
  add(name: string, since?: number): void {
    this.#names.set(name, since);
  }

  /** Looks at the listing; what is no entry of its own goes. */
  look(ports: EnginePorts, target: RestoreTarget): NamesLook {
    const looked: NamesLook = { misfits: [], doubtful: [] };
    if (this.#names.size === 0) return looked;
    const listed = list(ports, target, this.dir);
    // made only where a name is missed: as a rule none is, and of a wide directory they are many
    let folds: Set<string> | undefined;
    for (const [name, since] of this.#names) {
      if (listed.has(name)) continue;
      folds ??= new Set([...listed].map(fold));
      if (!folds.has(fold(name))) looked.misfits.push({ name, since });
    }
    if (looked.misfits.length === 0) return looked;
    for (const { name } of looked.misfits) {
      this.#names.delete(name);
      this.#evict(ports, target, name);
    }
    for (const [name, since] of this.#names) {
      if (since !== undefined) looked.doubtful.push({ name, since });
    }
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
