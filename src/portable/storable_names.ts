/** Which entries of a valid snapshot an output directory can take. @module */

import { fold } from "../base/fold_name.ts";
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
  #report: (path: string, why: string, hint: string) => void;
  #shut: string | undefined;
  #levels: { dir: string; names: Set<string> }[] = [];

  /** `report` is told each entry that is left out (not what lies below it). */
  constructor(kind: OutputKind, report: (path: string, why: string, hint: string) => void) {
    this.#kind = kind;
    this.#report = report;
  }

  /** True when the entry can be restored. */
  admit(entry: Readonly<SnapshotEntry>): boolean {
    if (this.#shut !== undefined && isWithin(entry.path, this.#shut)) return false;
    this.#shut = undefined;
    const no = this.#problem(entry);
    if (no === undefined) return true;
    this.shut(entry.path);
    this.#report(entry.path, text("portable.not-restored", { problem: no.problem }), no.hint);
    return false;
  }

  #problem(entry: Readonly<SnapshotEntry>): { problem: string; hint: string } | undefined {
    const { windows, foldsNames, keepsOut } = this.#kind;
    const odd = windows ? windowsProblem(entry.path) : undefined;
    if (odd !== undefined) return { problem: odd, hint: text("portable.name-unfit-hint") };
    const same = foldsNames ? this.#folded(entry.path) : undefined;
    if (same !== undefined) return { problem: same, hint: text("disk.target-name-hint") };
    return entry.type === "dir" && keepsOut?.(entry.path) === true
      ? { problem: text("portable.vault-now"), hint: text("portable.vault-now-hint") }
      : undefined;
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
    const name = fold(nameOf(path));
    if (top.names.has(name)) return text("portable.same-name-here");
    top.names.add(name);
    return undefined;
  }
}
