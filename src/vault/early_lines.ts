/**
 * Takes the lines of a run into the index while more of them are made, where nobody asks that index meanwhile: the
 * first run of a vault. Nothing of it counts before the end of the run commits it.
 * @module
 */

import { type Stamp, stampToNumber } from "../base/stamp.ts";
import type { Catalog } from "./catalog.ts";
import { parseLine } from "./record.ts";
import { Application } from "./record_apply.ts";
import { TouchedDirs } from "./touched_dirs.ts";

/** What is gathered before it is taken in, in characters: some lines. */
const GATHERED = 1 << 11;

/** What lines came to. */
export interface TakenLines {
  errors: number;
  /** The directories in which something began or ended. */
  touched: TouchedDirs;
}

/** The lines of one run. */
export class EarlyLines {
  readonly #catalog: Catalog;
  readonly #work: Application;
  readonly #touched = new TouchedDirs();
  #gathered = "";
  #errors = 0;
  /** What was taken in cannot be counted on: all is to be read from the record at the end. */
  #off = false;

  /** None yet, of the run `stamp`. */
  constructor(catalog: Catalog, stamp: Stamp) {
    this.#catalog = catalog;
    this.#work = new Application(
      catalog,
      stampToNumber(stamp),
      (dir) => this.#touched.add(dir),
    );
  }

  /** Takes whole lines, as they stand in the record. Never throws: what fails here is met at the end. */
  add(text: string): void {
    if (this.#off) return;
    this.#gathered += text;
    if (this.#gathered.length < GATHERED) return;
    try {
      this.#catalog.beginEarly();
      this.#takeGathered();
    } catch {
      this.drop();
    }
  }

  #takeGathered(): void {
    const lines = this.#gathered.split("\n");
    this.#gathered = "";
    for (const text of lines) {
      const line = text === "" ? undefined : parseLine(text);
      if (line === undefined || line.kind === "summary") continue;
      this.#errors += this.#work.take(line);
    }
  }

  /**
   * Ends it, within the transaction that commits it; undefined where all is to be read from the record. What fails here
   * fails the transaction.
   */
  end(): TakenLines | undefined {
    const isWhole = !this.#off && this.#catalog.isEarly;
    this.#off = true;
    if (!isWhole) return undefined;
    this.#takeGathered();
    return { errors: this.#errors, touched: this.#touched };
  }

  /** Takes back what was taken in. */
  drop(): void {
    this.#off = true;
    this.#gathered = "";
    this.#catalog.dropEarly();
  }
}
