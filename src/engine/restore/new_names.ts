/**
 * The new names of one directory of a target, until its listing shows that each is an entry of its own: a disk may take
 * two names for one, or keep one in another spelling (design, *Never lose anything*).
 * @module
 */

import { HikaeError } from "../../base/errors.ts";
import { lstatIfAny, mayLack, SingleEntries } from "../../base/io.ts";
import { joinRel } from "../../base/relpath.ts";
import { TEMPORARY } from "../../base/restore_names.ts";
import { text } from "../../text/text.ts";
import type { EnginePorts } from "../ports.ts";
import { fold } from "../../base/fold_name.ts";
import type { Catalog, Version } from "../../vault/catalog.ts";
import { goThrough } from "../../vault/history/alive.ts";
import { hashOfName, tableOf } from "../../vault/name_finder.ts";
import type { BegunHere } from "./begun_files.ts";
import type { PointView } from "./restore_picks.ts";
import type { RestoreTarget } from "./target.ts";

/** So many names of one directory are many. */
const MANY = 4096;

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
  /** The quick listing lacks names, and it may have been cut: nobody can tell yet. */
  isUnsure: boolean;
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
  /** Of several of one name the last counts. */
  #names: string[] = [];
  /** When their versions began, in the same order; NaN for a directory. */
  #since: number[] = [];

  /** Of the directory `dir`, which had `present` in it before and is to be as in `view`. */
  constructor(dir: string, present: Iterable<string>, view?: PointView) {
    this.dir = dir;
    this.view = view;
    this.#present = new Set(present);
  }

  /** A name was placed; of a file with when its version began. */
  add(name: string, since = Number.NaN): void {
    this.#names.push(name);
    this.#since.push(since);
  }

  /** So many are looked for bit by bit. */
  get areMany(): boolean {
    return this.#names.length >= MANY;
  }

  /** Looks for many names in the listing, bit by bit; false where one is missed: {@link lookWhole} tells what of it. */
  async areListed({ fs }: Pick<EnginePorts, "fs">, target: RestoreTarget): Promise<boolean> {
    const names = this.#names;
    const table = tableOf(names.length, (i) => names[i] ?? "");
    const seen = new Uint8Array(names.length);
    const each = ({ name }: { name: string }): void => {
      const at = table.get(name);
      if (at !== undefined) seen[at] = 1;
    };
    const rest = await fs.listWhole(target.path(this.dir), { soon: true, each });
    if (rest.length > 0) {
      seen.fill(0);
      rest.forEach(each);
    }
    return !seen.includes(0);
  }

  /** Looks at the listing; what is no entry of its own goes. */
  look(ports: EnginePorts, target: RestoreTarget): NamesLook {
    if (this.#names.length === 0) return nothingMissed();
    const listed = list(ports, target, this.dir);
    const missed = this.#missedIn(listed);
    if (missed.size === 0) return nothingMissed();
    const isCut = mayLack(ports.fs, target.path(this.dir), listed);
    if (!isCut) return this.#goes(ports, target, missed);
    // a disk that failed for a moment lists a part: then only what is another listed name's for sure is none of its own
    const entries = new SingleEntries(
      ports.fs,
      [...listed].map((name) => this.#place(target, name)),
    );
    const proven = [...missed].filter(([name]) => entries.has(this.#place(target, name)));
    const looked = proven.length === 0
      ? nothingMissed()
      : this.#goes(ports, target, new Map(proven));
    return { ...looked, isUnsure: proven.length < missed.size };
  }

  /** As {@link look}, by a listing that tells what it lacks; throws where the disk lists a part. */
  async lookWhole(ports: EnginePorts, target: RestoreTarget): Promise<NamesLook> {
    const all = await ports.fs.listWhole(target.path(this.dir));
    const missed = this.#missedIn(new Set(all.map(({ name }) => name)));
    return missed.size === 0 ? nothingMissed() : this.#goes(ports, target, missed);
  }

  /** The names that are not listed, nor what may be the same in other letters. */
  #missedIn(listed: ReadonlySet<string>): Map<string, NewName> {
    // made only where a name is missed: as a rule none is, and of a wide directory they are many
    let folds: Set<string> | undefined;
    const missed = new Map<string, NewName>();
    for (const [i, name] of this.#names.entries()) {
      if (listed.has(name)) continue;
      folds ??= new Set([...listed].map(fold));
      if (!folds.has(fold(name))) missed.set(name, this.#at(i));
    }
    return missed;
  }

  /** They are no entries of their own, and go. */
  #goes(
    ports: EnginePorts,
    target: RestoreTarget,
    missed: ReadonlyMap<string, NewName>,
  ): NamesLook {
    const looked = { ...nothingMissed(), misfits: [...missed.values()] };
    const doubtful = new Map<string, NewName>();
    for (const [i, name] of this.#names.entries()) {
      if (!missed.has(name)) doubtful.set(name, this.#at(i));
    }
    const own = [...doubtful.values()];
    this.#names = own.map(({ name }) => name);
    this.#since = own.map(({ since }) => since ?? Number.NaN);
    for (const { name } of looked.misfits) this.#evict(ports, target, name);
    for (const { name, since } of own) {
      if (since !== undefined) looked.doubtful.push({ name, since });
    }
    return looked;
  }

  #at(i: number): NewName {
    const since = this.#since[i] ?? Number.NaN;
    return { name: this.#names[i] ?? "", since: Number.isNaN(since) ? undefined : since };
  }

  #place(target: RestoreTarget, name: string): string {
    return target.path(joinRel(this.dir, name));
  }

  /**
   * Takes a name away; should what answered by it be another name's, that one gets it back: one that answered, and does so
   * no more. What a listing lacks tells nothing of that.
   */
  #evict({ fs, newId }: EnginePorts, target: RestoreTarget, name: string): void {
    const place = this.#place(target, name);
    const stands = (other: string): boolean => {
      const path = this.#place(target, other);
      // a share may say once that something is not there
      return (lstatIfAny(fs, path) ?? lstatIfAny(fs, path)) !== undefined;
    };
    if (!stands(name)) return;
    const before = list({ fs }, target, this.dir);
    const others = [...new Set([...this.#names, ...this.#present])]
      .filter((other) => other !== name && (before.has(other) || stands(other)));
    const aside = target.below(target.path(this.dir), `${TEMPORARY}${newId().slice(0, 8)}-0`);
    fs.rename(place, aside);
    let owner: string | undefined;
    try {
      const after = list({ fs }, target, this.dir);
      owner = others.find((other) => !after.has(other) && !stands(other));
    } catch (error) {
      fs.rename(aside, place);
      throw error;
    }
    if (owner === undefined) fs.remove(aside);
    else fs.rename(aside, this.#place(target, owner));
  }
}

function nothingMissed(): NamesLook {
  return { misfits: [], doubtful: [], isUnsure: false };
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

/** Hashes of names that may be one to a target that folds case or forms of letters; some of others are among them. */
export type Rivals = ReadonlySet<number>;

/** A wide directory that is restored in parts. */
export interface Parts {
  /** Of all names that it ever had. */
  rivals: Rivals;
  /** So many entries of it are still to come: another process may take some out of the index before it is their turn. */
  left: number;
}

/** Goes through a directory; `isWanted` tells what of it is to come. */
export function partsOf(catalog: Catalog, dir: string, isWanted: (v: Version) => boolean): Parts {
  const { hashes, left } = catalog.ask(() => {
    let all = new Uint32Array(MANY);
    let [count, left] = [0, 0];
    let last: string | undefined;
    goThrough(catalog, dir, (versions) => {
      for (const v of versions) {
        const { name } = v;
        if (name !== "" && isWanted(v)) left++;
        if (name === last) continue;
        last = name;
        if (count === all.length) {
          const more = new Uint32Array(2 * count);
          more.set(all);
          all = more;
        }
        all[count++] = hashOfName(fold(name));
      }
    });
    return { hashes: all.subarray(0, count).sort(), left };
  });
  const rivals = new Set<number>();
  for (let i = 1; i < hashes.length; i++) {
    const hash = hashes[i];
    if (hash !== undefined && hash === hashes[i - 1]) rivals.add(hash);
  }
  return { rivals, left };
}

/** Names that a file system which folds case or forms of letters could take for one another. */
export class NameCheck {
  readonly wanted: ReadonlySet<string>;
  readonly #wantedFolds = new Map<string, number>();
  readonly #presentFolds = new Set<string>();
  /** The wanted names by what they fold to; undefined until somebody asks. */
  #inLetters: ReadonlyMap<string, readonly string[]> | undefined;
  readonly begun: BegunHere;
  readonly #rivals: Rivals | undefined;
  readonly #isTorn: boolean;

  /**
   * `rivals` are those of all parts of the directory, where these `entries` are one of them; where it `isTorn`, others may be
   * there than are `present`.
   */
  constructor(
    entries: readonly Version[],
    present: ReadonlyMap<string, unknown>,
    begun: BegunHere,
    { rivals, isTorn = false }: { rivals?: Rivals | undefined; isTorn?: boolean } = {},
  ) {
    this.begun = begun;
    this.#rivals = rivals;
    this.#isTorn = isTorn;
    this.wanted = new Set(entries.map((v) => v.name));
    for (const { name } of entries) {
      const key = fold(name);
      this.#wantedFolds.set(key, (this.#wantedFolds.get(key) ?? 0) + 1);
    }
    for (const name of present.keys()) this.#presentFolds.add(fold(name));
  }

  /** True when something that is there, or another wanted name, may be the same to the target, or nobody can tell. */
  mayStand(name: string): boolean {
    return this.#isTorn || this.isRival(name) || this.#presentFolds.has(fold(name));
  }

  /** True when another wanted name may be the same to the target. */
  isRival(name: string): boolean {
    const key = fold(name);
    return this.#rivals?.has(hashOfName(key)) ?? (this.#wantedFolds.get(key) ?? 0) > 1;
  }

  /** True for a name that is a wanted one in other letters: `answers` says whether the target knows it by that one too. */
  isOtherCase(name: string, answers: (wanted: string) => boolean): boolean {
    const key = fold(name);
    if (!this.#wantedFolds.has(key)) return false;
    this.#inLetters ??= Map.groupBy(this.wanted, fold);
    return (this.#inLetters.get(key) ?? []).some(answers);
  }
}
