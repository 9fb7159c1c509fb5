/** What marks on the disk tell a catalog, and the renames of an unfinished run that are undone. @module */

import { joinRel } from "../base/relpath.ts";
import { type Stamp, stampToNumber } from "../base/stamp.ts";
import { VaultContents } from "./content.ts";
import type { Why } from "./record.ts";
import type { ReconcileState } from "./reconcile_state.ts";
import { bareVersion, type Version } from "./version.ts";
import { isInMirror, type StoredDir, type StoredMark } from "./walk.ts";

/** Reads marks of past versions. */
export class MarkReader {
  readonly #state: ReconcileState;

  /** A reader that tells `state` what it finds. */
  constructor(state: ReconcileState) {
    this.#state = state;
  }

  /** True when the catalog learned something from the mark. */
  read(stored: StoredDir, mark: StoredMark & { stamp: Stamp }, known: Version[]): boolean {
    const until = stampToNumber(mark.stamp);
    const path = joinRel(stored.dir, mark.name);
    if (mark.type === "dir") {
      if (known.some((v) => v.type === "dir" && v.until === until)) return false;
      this.#movedDir(path, until);
      return true;
    }
    const old = mark.kind === "old" || mark.kind === "oldLink";
    if (until === this.#state.run && old && !stored.moved && !isInMirror(stored, mark.name)) {
      this.#undo(stored, mark, path, until);
      return true;
    }
    const link = mark.kind === "oldLink" || mark.kind === "deletedLink";
    const match = known.find((v) => v.until === until && (v.type === "link") === link);
    if (match !== undefined) {
      // the line of its end is lost, and what began in its place ended it: the mark's kind tells what became of it
      if ((match.ended === "changed") !== old) {
        this.#state.set(match, { ended: old ? "changed" : "deleted" });
      }
      if (match.gone !== null) this.#state.set(match, { gone: null });
      return false;
    }
    const why: Why = old ? "changed" : "deleted";
    this.#state.end(
      path,
      link ? "link" : "file",
      until,
      why,
      this.#state.metaPath(stored, mark.stored),
    );
    return true;
  }

  /** A rename whose other half never came: the version goes back to where it lived. */
  #undo(stored: StoredDir, mark: StoredMark, path: string, until: number): void {
    const { tree, fs } = this.#state.vault;
    const living = mark.kind === "oldLink"
      ? new VaultContents(this.#state.vault, new Map()).path(
        bareVersion({ dir: stored.dir, name: mark.name, type: "link" }),
      )
      : tree.entry(stored.dir, mark.name);
    if (this.#state.options.fix) fs.rename(this.#state.metaPath(stored, mark.stored), living);
    this.#state.result.untrue.add(path);
    const versions = this.#state.history(path);
    for (const v of versions) {
      if (v.dir !== stored.dir) continue;
      if (v.until === null && v.since === until) this.#state.catalog.remove(v);
    }
    for (const v of versions) {
      if (v.dir === stored.dir && v.until === until) {
        this.#state.set(v, { until: null, ended: null });
      }
    }
    stored.entries.set(mark.name, "file");
    if (mark.kind === "oldLink") {
      stored.entries.delete(mark.name);
      stored.marks.push({ ...mark, kind: "link", stored: "" });
    }
    this.#state.touch(stored.dir);
  }

  #movedDir(path: string, until: number): void {
    this.#state.endDirsBelow(path, until);
    this.#state.end(path, "dir", until, "replaced", undefined);
  }
}
