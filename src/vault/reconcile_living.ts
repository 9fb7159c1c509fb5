/** What lives on the disk of a vault, held against what its catalog says of it. @module */

import { readTextIfAny, removeIfAny } from "../base/io.ts";
import { dirOf, joinRel } from "../base/relpath.ts";
import { nextStamp, stampToNumber } from "../base/stamp.ts";
import type { Version } from "./version.ts";
import { LINK_HASH, parseMetadata } from "./metadata.ts";
import { attributesOf, type ReconcileState } from "./reconcile_state.ts";
import { isInMirror, type StoredDir } from "./walk.ts";
import { begunIn } from "./history/paths.ts";

/** Reads what lives. */
export class LivingReader {
  readonly #state: ReconcileState;

  /** A reader that tells `state` what it finds. */
  constructor(state: ReconcileState) {
    this.#state = state;
  }

  /**
   * Directories with living files in them live, too: a run that was cut off in one left no metadata file there, and
   * without its directory no later run would ever know these files to be gone.
   */
  above(dir: string): void {
    if (this.#state.catalog.livingIn(dir).every((v) => v.type === "dir")) return;
    for (let at = dir; at !== ""; at = dirOf(at)) this.directory(at);
  }

  /** A directory with a metadata file lives. */
  directory(dir: string): void {
    if (dir === "" || this.#state.catalog.living(dir)?.type === "dir") return;
    const info = this.#state.look(this.#state.vault.tree.mirror(dir));
    this.#state.begin({
      kind: "version",
      path: dir,
      type: "dir",
      mtime: new Date(info.mtime).toISOString(),
      mode: info.mode,
      why: "found",
    });
  }

  /** The files and links that live directly in a directory. */
  entries(stored: StoredDir): void {
    const metadata = this.#readMetadata(stored);
    for (const [name, type] of stored.entries) {
      if (type === "file") {
        this.#livingFile(stored, name, "file", this.#mirror(stored, name), metadata);
      }
    }
    for (const mark of stored.marks) {
      if (mark.kind === "link" && mark.stored !== "") {
        this.#livingFile(
          stored,
          mark.name,
          "link",
          this.#state.metaPath(stored, mark.stored),
          metadata,
        );
      }
    }
    this.#vanished(stored);
  }

  #livingFile(
    stored: StoredDir,
    name: string,
    type: "file" | "link",
    file: string,
    metadata: ReadonlyMap<string, string>,
  ): void {
    const path = joinRel(stored.dir, name);
    const living = this.#state.catalog.living(path);
    if (living?.type === type && living.since !== this.#state.run) {
      if (!this.#isSuperseded(living, file, metadata.get(name))) return;
      this.#supersede(living);
    } else if (living?.type === "dir" && type === "file") this.#replaced(living, path);
    else if (living !== undefined && isListed(metadata.get(name), type)) this.#supersede(living);
    const own = this.#state.attempt(
      file,
      () => ({
        info: this.#state.look(file),
        hash: this.#hash(file, name, type, metadata),
      }),
    );
    if (own === undefined) return;
    if (living?.type === type && living.hash === own.hash) return;
    if (living?.since === this.#state.run && living !== undefined) {
      const isTorn = living.type === type && !this.#isVouchedFor(stored, name, type, own.hash);
      if (isTorn && this.#state.options.fix) removeIfAny(this.#state.vault.fs, file);
      this.#state.drop(living, path);
      if (isTorn) return;
    }
    this.#state.begin({
      kind: "version",
      path,
      type,
      size: own.info.size,
      ...attributesOf(own.info, type),
      hash: own.hash,
      why: "found",
    });
  }

  /** A directory of nothing but directories, which went without a mark: a file lies where it was. */
  #replaced(living: Version, path: string): void {
    const { run } = this.#state;
    if (run === undefined) {
      for (const v of this.#state.dirsBelow(path)) this.#supersede(v);
      this.#supersede(living);
      return;
    }
    this.#state.endDirsBelow(path, run);
    this.#state.end(path, "dir", run, "deleted", undefined);
  }

  /** True when the metadata file and the content agree that the copy is another than the records that are left say. */
  #isSuperseded(living: Version, file: string, field: string | undefined): boolean {
    if (field === undefined || living.hash === null) return false;
    const recorded = living.type === "link" ? field.slice(LINK_HASH.length) : field;
    if (recorded === living.hash) return false;
    // a run that broke off may have put a newer copy there than the metadata file knows
    return this.#state.attempt(file, () => this.#state.options.hashOf({ file })) === recorded;
  }

  /** Ends what a lost run, or the one that is left out, ended without a trace: that it lived is known, its content is not to be had. */
  #supersede(living: Version): void {
    const newest = this.#state.catalog.newestNote()?.stamp;
    if (newest === undefined) return;
    const last = stampToNumber(newest);
    const until = this.#state.leftOut ??
      (living.since < last ? last : stampToNumber(nextStamp(newest)));
    this.#state.set(
      living,
      living.type === "dir"
        ? { until, ended: "deleted" }
        : { until, ended: "changed", gone: until },
    );
  }

  /** Content that an unfinished run wrote is hashed; older content is what its metadata file says it is. */
  #hash(
    file: string,
    name: string,
    type: "file" | "link",
    metadata: ReadonlyMap<string, string>,
  ): string {
    const recorded = this.#state.run === undefined ? metadata.get(name) : undefined;
    if (recorded === undefined) return this.#state.options.hashOf({ file });
    return type === "link" ? recorded.slice(LINK_HASH.length) : recorded;
  }

  /** Versions that the unfinished run's record claims but the disk does not have. */
  #vanished(stored: StoredDir): void {
    if (this.#state.run === undefined) return;
    for (const v of [...begunIn(this.#state.catalog, stored.dir, this.#state.run)]) {
      if (
        v.type === "dir"
          ? stored.entries.get(v.name) === "dir" || v.name === ""
          : isInMirror(stored, v.name)
      ) continue;
      this.#state.drop(v, joinRel(v.dir, v.name));
    }
  }

  /** A later run wrote it, whose record was lost when an older one was put back: that is no torn copy. */
  #isVouchedFor(
    stored: StoredDir,
    name: string,
    type: "file" | "link",
    hash: string,
  ): boolean {
    return this.#metadataOf(stored).get(name) === (type === "link" ? LINK_HASH : "") + hash;
  }

  #readMetadata(stored: StoredDir): ReadonlyMap<string, string> {
    return this.#state.run === undefined ? this.#metadataOf(stored) : new Map();
  }

  #metadataOf(stored: StoredDir): ReadonlyMap<string, string> {
    if (!stored.hasMetadata) return new Map();
    const path = this.#state.vault.tree.metadata(stored.dir);
    const text = this.#state.attempt(path, () => readTextIfAny(this.#state.vault.fs, path));
    return (text === undefined ? undefined : parseMetadata(text)?.files) ??
      new Map<string, string>();
  }

  #mirror(stored: StoredDir, name: string): string {
    return this.#state.vault.tree.below(stored.path, this.#state.vault.tree.mirrorRel(name));
  }
}

/** True when a field of a metadata file is that of a file or of a link. */
function isListed(field: string | undefined, type: "file" | "link"): boolean {
  return field !== undefined && field.startsWith(LINK_HASH) === (type === "link");
}
