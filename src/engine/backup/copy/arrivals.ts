/**
 * New names of one directory of a vault, until its listing shows that each is an entry of its own: a disk may keep a
 * name under another one (decision 17).
 * @module
 */

import { joinRel } from "../../../base/relpath.ts";
import { text } from "../../../text/text.ts";
import type { SourceTrouble } from "../../source/source_dir.ts";
import type { LaneVault } from "../lane_vault.ts";
import type { NamesOfDir } from "./retire.ts";

/** A new name in its place. */
export interface Placed {
  path: string;
  /** Of a link: the name of its record in the meta directory. */
  link: string | undefined;
  /** Takes it in for good. */
  take: () => void;
}

/** So many new names of one directory may wait for a look at its listing, or as many as came before them. */
const UNSETTLED = 4096;

/** New names that were placed and not seen in a listing yet. */
export class Arrivals {
  /** Names of directories that the disk takes for others, or keeps under another name: nothing goes below them. */
  readonly refused = new Set<string>();
  /** What the disk did not keep under its own name; to be told. */
  readonly misfits: SourceTrouble[] = [];
  readonly #run: LaneVault;
  readonly #path: string;
  readonly #names: NamesOfDir;
  readonly #waiting = new Map<string, Placed>();
  #settled = 0;

  /** None yet, in the directory `path` with these names on the disk. */
  constructor(run: LaneVault, path: string, names: NamesOfDir) {
    this.#run = run;
    this.#path = path;
    this.#names = names;
  }

  /** How many wait for a look. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** A new name is in its place: it counts once the directory lists it. */
  add(name: string, placed: Placed): void {
    this.#waiting.set(name, placed);
    if (this.#waiting.size >= Math.max(UNSETTLED, this.#settled)) this.settle();
  }

  /** Takes in the new names that the directory lists; what the disk keeps under another name goes again. */
  settle(): void {
    if (this.#waiting.size === 0) return;
    this.#names.mirror.changed();
    this.#names.meta.changed();
    const arrived = [...this.#waiting];
    this.#waiting.clear();
    this.#settled += arrived.length;
    for (const [name, { path, link, take }] of arrived) {
      const listed = link === undefined
        ? this.#names.mirror.isListed(name)
        : this.#names.meta.isListed(link);
      if (listed) take();
      else this.#evict(name, path);
    }
  }

  /** Takes in all without a look: the directory could not be ended. */
  takeUnseen(): void {
    for (const { take } of this.#waiting.values()) take();
    this.#waiting.clear();
  }

  #evict(name: string, path: string): void {
    this.#run.vault.fs.remove(path);
    this.#names.mirror.changed();
    this.#names.meta.changed();
    this.refused.add(name);
    this.misfits.push({
      path: joinRel(this.#path, name),
      during: "store",
      code: "name",
      message: text("disk.name-altered"),
    });
  }
}
