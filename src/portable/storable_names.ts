/** Which entries of a valid snapshot an output directory can take. @module */

import { dirOf, isWithin, nameOf } from "../base/relpath.ts";
import type { SnapshotEntry } from "./format.ts";
import { windowsProblem } from "./names.ts";
import { text } from "../text/text.ts";

/** What the output's file system is like. */
export interface OutputKind {
  windows: boolean;
  /** Names that differ only in case or Unicode form are one name there. */
  foldsNames: boolean;
  /** True for a directory into which nothing may be written. */
  keepsOut?: (dir: string) => boolean;
}

/** Lets entries in, one after the other in the order of the snapshot. */
export class StorableNames {
  #kind: OutputKind;
  #report: (path: string, why: string) => void;
  #shut: string | undefined;
  #levels: { dir: string; names: Set<string> }[] = [];

  /** `report` is told each entry that is left out (not what lies below it). */
  constructor(kind: OutputKind, report: (path: string, why: string) => void) {
    this.#kind = kind;
    this.#report = report;
  }

  /** True when the entry can be restored. */
  admit(entry: Readonly<SnapshotEntry>): boolean {
    if (this.#shut !== undefined && isWithin(entry.path, this.#shut)) return false;
    this.#shut = undefined;
    const problem = (this.#kind.windows ? windowsProblem(entry.path) : undefined) ??
      (this.#kind.foldsNames ? this.#folded(entry.path) : undefined) ??
      (entry.type === "dir" && this.#kind.keepsOut?.(entry.path) === true
        ? text("portable.vault-now")
        : undefined);
    if (problem === undefined) return true;
    this.shut(entry.path);
    this.#report(entry.path, text("portable.not-restored", { problem }));
    return false;
  }

  /** Leaves out everything at and below a path; why, is told by who calls. */
  shut(path: string): void {
    this.#shut = path;
  }

  #folded(path: string): string | undefined {
    const dir = dirOf(path);
    let top = this.#levels.at(-1);
    while (top !== undefined && !isWithin(dir, top.dir)) {
      this.#levels.pop();
      top = this.#levels.at(-1);
    }
    if (top?.dir !== dir) this.#levels.push(top = { dir, names: new Set() });
    const name = nameOf(path).normalize("NFC").toLowerCase();
    if (top.names.has(name)) return text("portable.same-name-here");
    top.names.add(name);
    return undefined;
  }
}
