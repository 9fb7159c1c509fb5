/** What a reconciliation goes by and what it changes: the catalog, and the lines that a record lacks. @module */

import { errorCode, HikaeError } from "../base/errors.ts";
import { nextStep } from "../base/next_step.ts";
import { systemText } from "../base/system_text.ts";
import { text } from "../text/text.ts";
import { dirOf, joinRel, nameOf } from "../base/relpath.ts";
import { type Stamp, stampFromNumber, stampToNumber } from "../base/stamp.ts";
import type { FileInfo } from "../base/fs.ts";
import { cutListing } from "../base/io.ts";
import type { StoredContent } from "./content.ts";
import type { Catalog } from "./catalog.ts";
import type { DiskSight, PlaceFacts } from "./disk_sight.ts";
import { Spellings } from "./folding.ts";
import { META } from "./names.ts";
import type { VersionLine, Why } from "./record.ts";
import { versionOf } from "./record_apply.ts";
import type { Vault } from "./vault.ts";
import type { Version } from "./version.ts";
import type { StoredDir } from "./walk.ts";
import { livingDirsBelow, sameVersion } from "./history/paths.ts";

/** What to do besides looking. */
export interface ReconcileOptions {
  /** The newest run, when it has no last line. */
  unfinished?: Stamp;
  /** The newest run of a reader, who leaves it out: it has no last line, and what no record tells of is its work. */
  leftOut?: Stamp | undefined;
  /** Why versions that the unfinished run did not get to record are missing. */
  why?: Why;
  /** Mend the disk too. */
  fix: boolean;
  /** The hash of content in hex. */
  hashOf: (content: StoredContent) => string;
  /** Told of what cannot be read. */
  failed: (path: string, error: unknown) => void;
  /** Asked again and again: throws where the command is to end. What was mended by then is mended again next time. */
  check?: () => void;
  /** What was seen of the disk's directories by the way of listing that tells what it cannot. */
  sight?: DiskSight | undefined;
  /** True for a version that the command which looks took away itself: that it is not there is no news. */
  takenAway?: (v: Version) => boolean;
}

/** What was found. */
export interface Reconciled {
  /** Lines that the unfinished run's record lacks. */
  lines: VersionLine[];
  /** Paths whose lines in the unfinished run's record are not true. */
  untrue: Set<string>;
  /** How many versions are in the catalog but not on the disk. */
  lost: number;
  /** How many changes were made to the catalog. */
  changed: number;
  /** How often something could not be seen. */
  unseen: number;
  /** How often a listing may have lacked some, and nobody could tell. */
  doubted: number;
}

/** A vault, its catalog, and what was found out about both. */
export class ReconcileState {
  readonly result: Reconciled = {
    lines: [],
    untrue: new Set(),
    lost: 0,
    changed: 0,
    unseen: 0,
    doubted: 0,
  };
  readonly vault: Vault;
  readonly catalog: Catalog;
  readonly options: ReconcileOptions;
  /** The unfinished run, as a number. */
  readonly run: number | undefined;
  /** The run that a reader leaves out, as a number. */
  readonly leftOut: number | undefined;
  readonly #spellings: Spellings;

  /** The state before anything was looked at. */
  constructor(vault: Vault, catalog: Catalog, options: ReconcileOptions) {
    this.vault = vault;
    this.catalog = catalog;
    this.options = options;
    this.#spellings = new Spellings(vault, catalog);
    this.run = options.unfinished === undefined ? undefined : stampToNumber(options.unfinished);
    this.leftOut = options.leftOut === undefined ? undefined : stampToNumber(options.leftOut);
  }

  /**
   * An unfinished run is mended with all of the disk in sight, or by a later run: what it renamed where nobody can look
   * now would be taken for something else.
   */
  readonly failed = (path: string, error: unknown, place = path): void => {
    if (this.run !== undefined && this.options.fix) {
      // who stops it, or holds the vault by now, says so
      if (error instanceof HikaeError) throw error;
      throw unmended(this.vault, stampFromNumber(this.run), place, error);
    }
    this.options.failed(path, error);
  };

  /** Something of what the disk tells could not be seen. */
  readonly unseen = (path: string, error: unknown, place = path): void => {
    this.result.unseen++;
    this.failed(path, error, place);
  };

  /** Looks at what stands at a path of the disk, unless that was done a moment ago and nothing has changed since. */
  look(path: string): PlaceFacts {
    const { vault, options, run } = this;
    const seen = run === undefined ? options.sight?.infoOf(path, vault.ports.separator) : undefined;
    return seen ?? vault.fs.lstat(path);
  }

  /** What `work` gives; what is not there is undefined, other trouble is told. */
  attempt<T>(path: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      const code = errorCode(error);
      if (code !== "ENOENT" && code !== "ENOTDIR") this.unseen(path, error);
      return undefined;
    }
  }

  /**
   * A directory that nobody saw in the way which tells what a listing lacks: no run that broke off is mended by that. Nothing
   * is known against its disk.
   */
  doubt(path: string): void {
    this.result.doubted++;
    const { fix, sight } = this.options;
    if (this.run !== undefined && fix && sight !== undefined) throw cutListing(path);
  }

  /** The paths that may stand in the catalog for the directory that the disk has at `dir`, this one first. */
  spellings(dir: string): string[] {
    return this.#spellings.of(dir);
  }

  /** The versions of what the disk has under a path, whatever its directory was called when they lived. */
  history(path: string): Version[] {
    const dirs = this.spellings(dirOf(path));
    return dirs.flatMap((dir) => this.catalog.history(joinRel(dir, nameOf(path))));
  }

  /** Directories in a tree that the run moved or removed bear no marks of their own. */
  endDirsBelow(path: string, until: number): void {
    for (const v of this.dirsBelow(path)) {
      if (Math.abs(v.since) >= until) continue;
      this.end(joinRel(v.dir, v.name), "dir", until, "deleted", undefined);
    }
  }

  /** The directories that live below a path, as the catalog has it. */
  dirsBelow(path: string): Version[] {
    return this.spellings(path).flatMap((dir) => [
      ...livingDirsBelow(this.catalog, dir),
    ]);
  }

  /**
   * A mark that the catalog does not know: the version ended there that lived then, whatever its record says that
   * is left; or a past one begins nowhere known.
   */
  end(
    path: string,
    type: Version["type"],
    until: number,
    why: Why,
    file: string | undefined,
  ): void {
    const line: VersionLine = { kind: "version", path, type, to: stampFromNumber(until), why };
    const own = until === this.run;
    const cut = this.history(path).find((v) => v.type === type && endsIn(v, until, own));
    if (cut !== undefined) line.path = joinRel(cut.dir, cut.name);
    if (cut === undefined) Object.assign(line, this.#unknownPast(line, until, file));
    else if (cut.since > 0) line.from = stampFromNumber(cut.since);
    if (own) this.result.lines.push(line);
    if (cut === undefined) this.insert(line, until);
    else this.set(cut, { until, ended: why, gone: null });
    this.touch(dirOf(line.path));
  }

  /** What a past version's own file and the marks before it tell. */
  #unknownPast(
    { path, type }: VersionLine,
    until: number,
    file: string | undefined,
  ): Partial<VersionLine> {
    const info = file === undefined ? undefined : this.attempt(file, () => this.look(file));
    const earlier = this.catalog.history(path).filter((v) => v.until !== null && v.until < until);
    const last = earlier.at(-1);
    const from = last?.ended === "changed" && last.until !== null
      ? { from: stampFromNumber(last.until) }
      : {};
    if (info === undefined) return from;
    return { ...from, size: info.size, ...attributesOf(info, type) };
  }

  /** A version that lives and that nobody knows of. */
  begin(line: VersionLine): void {
    const since = this.run ?? this.#inferredSince(line.path);
    if (since > 0) line.from = stampFromNumber(since);
    if (this.run !== undefined) this.result.lines.push(line);
    this.insert(line, null, since);
    this.touch(dirOf(line.path));
  }

  #inferredSince(path: string): number {
    if (this.leftOut !== undefined) return this.leftOut;
    const last = this.catalog.history(path).at(-1);
    return last?.ended === "changed" && last.until !== null ? last.until : -1;
  }

  /** Adds a version to the catalog. */
  insert(line: VersionLine, until: number | null, since?: number): void {
    const from = since ??
      (line.from === undefined ? -(until ?? 1) : stampToNumber(line.from as Stamp));
    this.result.changed++;
    this.catalog.put(versionOf(line, from, until));
  }

  /** Changes columns of a version. */
  set(v: Version, what: Partial<Pick<Version, "until" | "ended" | "gone">>): void {
    const now = this.#now(v);
    if (now === undefined) return;
    this.result.changed++;
    this.catalog.change(now, what);
  }

  /** A version as the catalog has it by now. */
  #now(v: Version): Version | undefined {
    return sameVersion(this.catalog, v);
  }

  /** A directory that the next backup must look at in full. */
  touch(dir: string): void {
    this.catalog.putScanRow(dir, undefined);
  }

  /** Takes out a version that the record claims and the disk does not have. */
  drop(v: Version, path: string): void {
    this.result.untrue.add(path);
    this.result.changed++;
    const now = this.#now(v);
    if (now !== undefined) this.catalog.remove(now);
    this.touch(v.dir);
  }

  /** The absolute path of a name in the meta directory of `stored`. */
  metaPath(stored: StoredDir, name: string): string {
    return this.vault.tree.below(this.vault.tree.below(stored.path, META), name);
  }
}

/**
 * True for a version that a mark of the run `until` must have ended: a path has one content at a time. Of one that
 * began nobody knows when, only the unfinished run's own mark can tell.
 */
function endsIn(v: Version, until: number, own: boolean): boolean {
  if (own) return v.until === null && Math.abs(v.since) < until;
  return v.since > 0 && v.since < until && (v.until === null || v.until > until);
}

/** What the copy of a file tells of it; the file that holds a link's target has times and a mode of its own. */
export function attributesOf(
  { mtime, mode }: Pick<FileInfo, "mtime" | "mode">,
  type: Version["type"],
): Partial<VersionLine> {
  return { mode, ...(type === "link" ? {} : { mtime: new Date(mtime).toISOString() }) };
}

/**
 * The error of an interrupted run that waits for `path`, which cannot be read: what it left is mended with all of the disk in
 * sight, so nothing is written until then. Says how to get on where the disk stays so: without a directory of its own a vault
 * gets it anew from the source; not without its root, nor the root's meta directory, which has the records.
 */
function unmended(vault: Vault, stamp: string, path: string, error: unknown): HikaeError {
  const code = errorCode(error);
  const { root, tree } = vault;
  const isOwn = [root, tree.meta(""), tree.rootFile("runs")].includes(path);
  const hint = code === "EIO" && !isOwn
    ? text("vault.unmended-disk", { path })
    : nextStep(code, "vault");
  return new HikaeError(
    "failed",
    text("vault.unmended", { stamp, problem: systemText(error) }),
    { path, ...(hint === undefined ? {} : { hint }), cause: error },
  );
}
