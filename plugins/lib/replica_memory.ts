/** What is kept at home of the copies to one place: how all was left, and what a copy that is cut off may have changed. @module */

import { fingerprint, packMarks, unpackMarks } from "./replica_list.ts";
import type { Memory } from "./replica_plan.ts";

/** Where values are kept from copy to copy. */
export interface MemoryStore {
  /** What was kept, by name. */
  remembered: Readonly<Record<string, unknown>>;
  /** Keeps a value; `null` forgets it. */
  remember(name: string, value: string | null): void;
}

/** How everything was left. */
export interface Left {
  /** The marks of files, and the fingerprints of their paths. */
  files: readonly number[];
  paths: readonly number[];
  /** The marks of the vault's meta files as they were sent. */
  sent: readonly number[];
}

/** More than this can not be kept: the next copy compares what the remote tells. */
const MOST_CHARS = 14_000_000;

/** The memory of one vault at one place. */
export class ReplicaMemory {
  readonly #store: MemoryStore;
  readonly #key: string;
  readonly #touched = new Set<number>();
  #all = false;
  #known: Memory | undefined;
  #begun: string | undefined;

  /** What was kept of `vault` (its id) at `remote`. */
  constructor(store: MemoryStore, vault: string, remote: string) {
    this.#store = store;
    this.#key = fingerprint(`${vault}\0${remote}`).toString(36);
    this.#begun = this.#text("busy");
    const [left, paths, sent] = [this.#text("left"), this.#text("paths"), this.#text("sent")];
    const touched = this.#text("touched");
    if (touched !== undefined) { for (const mark of unpackMarks(touched)) this.#touched.add(mark); }
    this.#all = this.#begun !== undefined && touched === undefined;
    if (left === undefined || paths === undefined || sent === undefined) return;
    this.#known = {
      left: unpackMarks(left),
      paths: unpackMarks(paths),
      sent: unpackMarks(sent),
      touched: undefined,
    };
  }

  /** How it was left; undefined where nothing is known. */
  get known(): Memory | undefined {
    if (this.#known === undefined) return undefined;
    return { ...this.#known, touched: this.#all ? "all" : this.#touched };
  }

  /** The newest run of the vault when copies began that did not come to their end. */
  get begun(): string | undefined {
    return this.#begun;
  }

  /** These are changed by us, now. */
  touch(paths: Iterable<string>): void {
    for (const path of paths) this.#touched.add(fingerprint(path));
  }

  /** From here on what lies at these paths may be neither as it was nor as it is to be. */
  begin(stamp: string, paths: Iterable<string>): void {
    this.touch(paths);
    this.#begun ??= stamp;
    const fits = this.#all ? false : this.#keep("touched", packMarks(this.#touched));
    if (!fits) this.#all = true;
    this.#keep("busy", this.#begun);
  }

  /** The copy came to its end. */
  end({ files, paths, sent }: Left): void {
    this.#keep("left", packMarks(files));
    this.#keep("paths", packMarks(paths));
    this.#keep("sent", packMarks(sent));
    this.#keep("busy", null);
    this.#keep("touched", null);
  }

  #text(name: string): string | undefined {
    const value = this.#store.remembered[`${this.#key}.${name}`];
    return typeof value === "string" ? value : undefined;
  }

  /** False when it is too much to be kept. */
  #keep(name: string, value: string | null): boolean {
    const fits = value === null || value.length < MOST_CHARS;
    this.#store.remember(`${this.#key}.${name}`, fits ? value : null);
    return fits;
  }
}
