/** Files that are written under their own names at once, in a directory that this run made. @module */

import { lstatIfAny } from "../../../base/io.ts";
import { BEGUN_NAMES, BegunNames } from "../../../vault/begun_names.ts";
import { folding } from "../../../vault/folding.ts";
import type { DirPlan } from "../compare/compare.ts";
import type { SourceDir, SourceEntry } from "../../source/source_dir.ts";
import type { SeenInfos } from "../../source/seen_infos.ts";
import type { LaneVault } from "../lane_vault.ts";
import type { Arrival } from "./arrivals.ts";

/** So many files are named as begun at once: one line for all, and so many whole ones at most that a kill costs. */
const TOGETHER = 16;

/** So many that other lanes write are named at a time; each line has all of them, so it comes for more files then. */
const MOST_GIVEN = 2048;
const GIVEN_A_NAME = 16;

/** Which new files may be written so; what breaks off meanwhile is told from what is whole by the names begun. */
export class OwnNames {
  readonly #run: LaneVault;
  readonly #dir: string;
  readonly #begun: BegunNames | undefined;
  /** What was seen of a wide one's entries: in one that the run made, all that are not left out are new. */
  readonly #seen: SeenInfos | undefined;
  /** Its steps, until they are asked for; then the new files of them, and how many of these, or of all, were named as begun. */
  #steps: DirPlan["steps"] | undefined;
  #new: string[] | undefined;
  #named = 0;
  /** The file that was begun last, and the one that was placed last. */
  #last: string | undefined;
  #placed: string | undefined;
  /** What this lane named last, and all that other lanes write, until it is in its place. */
  #own: readonly string[] = [];
  readonly #given = new Set<string>();

  /** In the directory `dir`, which this run made; none where the disk may keep names in another way. */
  constructor(run: LaneVault, { path, entries, seen }: SourceDir, plan: DirPlan) {
    this.#run = run;
    this.#dir = path;
    this.#seen = entries === seen ? seen : undefined;
    this.#steps = this.#seen === undefined ? plan.steps : undefined;
    const { fs, tree } = run.vault;
    this.#begun = mayBegin(run)
      ? new BegunNames(fs, tree.below(tree.meta(path), BEGUN_NAMES))
      : undefined;
  }

  /** The path under which a new file may be written at once; undefined where it comes by a temporary name. */
  pathOf(arrival: Arrival): string | undefined {
    const { source } = arrival;
    const begun = this.#begun;
    if (begun === undefined || !isNew(arrival)) return undefined;
    try {
      if (!begun.has(source.name)) this.#begin(this.#next(source), this.#given);
    } catch {
      // the disk has no room for it, or worse: the usual way meets that, and tells it
      return undefined;
    }
    return this.#last = this.#run.vault.tree.entry(this.#dir, source.name);
  }

  /**
   * The paths under which another lane may write these: all that are new are named before it does, and until they are in
   * their places, where the record has them. Undefined for what comes by a temporary name.
   */
  give(arrivals: readonly Arrival[]): (string | undefined)[] {
    const names = arrivals.filter(isNew).map(({ source }) => source.name);
    const given = new Set([...this.#given, ...names]);
    if (this.#begun === undefined || names.length === 0 || given.size > MOST_GIVEN) return [];
    try {
      this.#begin(this.#own, given);
    } catch {
      return [];
    }
    for (const name of names) this.#given.add(name);
    const { tree } = this.#run.vault;
    return arrivals.map((a) => isNew(a) ? tree.entry(this.#dir, a.source.name) : undefined);
  }

  /** One line for all that may be torn from now on. */
  #begin(own: readonly string[], given: ReadonlySet<string>): void {
    this.#begun?.begin([...own, ...given]);
    this.#own = own;
  }

  get #together(): number {
    return Math.max(TOGETHER, Math.ceil(this.#given.size / GIVEN_A_NAME));
  }

  /** A new name and some that come after it. */
  #next(source: SourceEntry): string[] {
    const { name } = source;
    if (this.#seen !== undefined) return this.#nextSeen(this.#seen, source);
    const all = this.#new ??= this.#names();
    const at = all.indexOf(name, this.#named);
    if (at < 0) return [name];
    this.#named = at + this.#together;
    return all.slice(at, this.#named);
  }

  #nextSeen(seen: SeenInfos, source: SourceEntry): string[] {
    const at = seen.placeOf(source) ?? -1;
    // what comes back from another lane stands before what was named
    if (at < this.#named) return [source.name];
    const names: string[] = [];
    const most = this.#together;
    let i = at;
    for (; i < seen.length && names.length < most; i++) {
      if (!seen.excluded(i) && seen.type(i) === "file") names.push(seen.name(i));
    }
    this.#named = i;
    return names;
  }

  #names(): string[] {
    const names: string[] = [];
    for (const step of this.#steps ?? []) if (step.act === "add") names.push(step.source.name);
    this.#steps = undefined;
    return names;
  }

  /**
   * The file of this name is in its place, and whoever wrote it done. One that was written at `path`, its own name, nobody
   * discards from here on.
   */
  arrived(name: string, path: string | undefined): void {
    if (path !== undefined) this.#placed = path;
    this.#given.delete(name);
  }

  /** True for the path that {@link arrived} was told last. */
  isPlaced(path: string): boolean {
    return path === this.#placed;
  }

  /** Nothing more comes. */
  endNames(): void {
    this.#new = [];
  }

  /** All are whole: gives the file that named them, open and empty, for the directory's last one. */
  take(): ReturnType<BegunNames["take"]> {
    return this.#begun?.take();
  }

  /** All are whole. */
  end(): void {
    this.#begun?.end();
  }

  /** Lets go of what is open: the work here ended early. What was begun last, or by another lane, may be torn if it is there. */
  close(): void {
    if (this.#given.size > 0 || this.#mayBeTorn()) this.#begun?.close();
    else this.#begun?.end();
  }

  #mayBeTorn(): boolean {
    if (this.#last === undefined || this.#last === this.#placed) return false;
    try {
      return lstatIfAny(this.#run.vault.fs, this.#last) !== undefined;
    } catch {
      return true;
    }
  }
}

/** True for a new file; of one that has other names, these may be made of it. */
function isNew({ source, known, repair }: Arrival): boolean {
  return known === undefined && !repair && source.type === "file" && source.info.nlink <= 1;
}

/** True for a vault whose disk keeps each name as it is: what a mend reads must be what was written. */
function mayBegin({ vault, options }: LaneVault): boolean {
  return !options.windows && folding(vault.info) === undefined;
}
