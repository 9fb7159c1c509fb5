/**
 * Brings a catalog and the disk of a vault together: after a run that ended early, and when records are gone
 * (docs/format.md, *After a crash*). With `fix` it also mends the disk: half-done renames are undone, torn
 * files and temporary files go.
 * @module
 */

import { HikaeError } from "../base/errors.ts";
import { joinRel } from "../base/relpath.ts";
import { nextStamp, type Stamp, stampFromNumber, stampToNumber } from "../base/stamp.ts";
import type { Catalog, Version } from "./catalog.ts";
import { TYPE_NUMBER } from "./catalog_schema.ts";
import { Locator } from "./locate.ts";
import { LINK_HASH, parseMetadata } from "./metadata.ts";
import { META, pastKind } from "./names.ts";
import { dropUnneeded } from "./needs.ts";
import type { VersionLine, Why } from "./record.ts";
import { lstatIfAny, readTextIfAny } from "../base/io.ts";
import type { Vault } from "./vault.ts";
import { nameMarks, pastMarks, type StoredDir, type StoredMark, walkVault } from "./walk.ts";

/** What to do besides looking. */
export interface ReconcileOptions {
  /** The newest run, when it has no last line. */
  unfinished?: Stamp;
  /** Why versions that the unfinished run did not get to record are missing. */
  why?: Why;
  /** Mend the disk too. */
  fix: boolean;
  /** Hashes a file of the vault, in hex. */
  hashFile: (path: string) => string;
  /** Told of what cannot be read. */
  failed: (path: string, error: unknown) => void;
}

/** What was found. */
export interface Reconciled {
  /** Lines that the unfinished run's record lacks. */
  lines: VersionLine[];
  /** Paths whose lines in the unfinished run's record are not true. */
  untrue: Set<string>;
  /** How many versions are in the catalog but not on the disk. */
  lost: number;
}

/** Looks at the whole disk of `vault` and corrects `catalog` after it. */
export function reconcile(
  vault: Vault,
  catalog: Catalog,
  options: ReconcileOptions,
): Reconciled {
  const work = new Reconciliation(vault, catalog, options);
  for (const stored of walkVault(vault, work.failed)) work.directory(stored);
  work.missing();
  return work.result;
}

class Reconciliation {
  readonly result: Reconciled = { lines: [], untrue: new Set(), lost: 0 };
  readonly #vault: Vault;
  readonly #catalog: Catalog;
  readonly #options: ReconcileOptions;
  readonly #run: number | undefined;
  /** Directories that are none of ours: they stand in the place of a file. */
  readonly #strange = new Set<string>();

  constructor(vault: Vault, catalog: Catalog, options: ReconcileOptions) {
    this.#vault = vault;
    this.#catalog = catalog;
    this.#options = options;
    this.#run = options.unfinished === undefined ? undefined : stampToNumber(options.unfinished);
  }

  /** One directory: marks first, then what lives. */
  directory(stored: StoredDir): void {
    if (this.#options.fix) { for (const path of stored.temporaries) this.#vault.fs.remove(path); }
    const known = new Map<string, Version[]>();
    for (const v of this.#catalog.versions("dir = ?", stored.dir)) {
      const list = known.get(v.name);
      if (list === undefined) known.set(v.name, [v]);
      else list.push(v);
    }
    nameMarks(this.#vault, stored, [...known.values()].flat());
    for (const mark of pastMarks(stored)) {
      if (!this.#past(stored, mark, known.get(mark.name) ?? [])) continue;
      known.set(mark.name, this.#catalog.history(joinRel(stored.dir, mark.name)));
    }
    if (stored.moved || this.#isStrange(stored)) return;
    if (stored.dir !== "" && stored.hasMetadata) this.#livingDir(stored);
    this.#living(stored);
  }

  /** True for a directory where a file is known to live: what lies in it was never backed up. */
  #isStrange({ dir, hasMetadata }: StoredDir): boolean {
    if (dir === "" || hasMetadata) return false;
    const type = this.#catalog.living(dir)?.type ?? "dir";
    if (type === "dir" && !this.#strange.has(dirOfPath(dir))) return false;
    this.#strange.add(dir);
    return true;
  }

  /** True when the catalog learned something from the mark. */
  #past(stored: StoredDir, mark: StoredMark & { stamp: Stamp }, known: Version[]): boolean {
    const until = stampToNumber(mark.stamp);
    const path = joinRel(stored.dir, mark.name);
    if (mark.type === "dir") {
      if (known.some((v) => v.type === "dir" && v.until === until)) return false;
      this.#movedDir(path, until);
      return true;
    }
    const old = mark.kind === "old" || mark.kind === "oldLink";
    if (until === this.#run && old && !stored.moved && !isInMirror(stored, mark.name)) {
      this.#undo(stored, mark, path, until);
      return true;
    }
    const link = mark.kind === "oldLink" || mark.kind === "deletedLink";
    const match = known.find((v) => v.until === until && (v.type === "link") === link);
    if (match !== undefined) {
      if (match.gone !== null) this.#set(match, "gone = NULL");
      return false;
    }
    const why: Why = old ? "changed" : "deleted";
    this.#ended(path, link ? "link" : "file", until, why, this.#pathOf(stored, mark.stored));
    return true;
  }

  /** A rename whose other half never came: the version goes back to where it lived. */
  #undo(stored: StoredDir, mark: StoredMark, path: string, until: number): void {
    const { tree, fs } = this.#vault;
    const living = mark.kind === "oldLink"
      ? tree.path(
        new Locator(this.#vault, new Map()).version(placeholder(stored.dir, mark.name, "link")),
      )
      : tree.entry(stored.dir, mark.name);
    if (this.#options.fix) fs.rename(this.#pathOf(stored, mark.stored), living);
    this.result.untrue.add(path);
    const key = [stored.dir, mark.name] as const;
    this.#catalog.sql(
      "DELETE FROM version WHERE dir = ? AND name = ? AND until IS NULL AND since = ?",
    )
      .run(...key, until);
    this.#catalog.sql(
      "UPDATE version SET until = NULL, ended = NULL WHERE dir = ? AND name = ? AND until = ?",
    ).run(...key, until);
    stored.entries.set(mark.name, "file");
    if (mark.kind === "oldLink") {
      stored.entries.delete(mark.name);
      stored.marks.push({ ...mark, kind: "link", stored: "" });
    }
    this.#touch(stored.dir);
  }

  #movedDir(path: string, until: number): void {
    this.#endDirsBelow(path, until);
    this.#ended(path, "dir", until, "replaced", undefined);
  }

  /** Directories in a tree that the run moved or removed bear no marks of their own. */
  #endDirsBelow(path: string, until: number): void {
    const below = [...this.#catalog.versions(
      "type = 2 AND until IS NULL AND (dir = ?1 OR (dir > ?1 || '/' AND dir < ?1 || '0'))",
      path,
    )];
    for (const v of below) {
      if (Math.abs(v.since) >= until) continue;
      this.#ended(joinRel(v.dir, v.name), "dir", until, "deleted", undefined);
    }
  }

  /**
   * A mark that the catalog does not know: the version ended there that lived then, whatever its record says that
   * is left; or a past one begins nowhere known.
   */
  #ended(
    path: string,
    type: Version["type"],
    until: number,
    why: Why,
    file: string | undefined,
  ): void {
    const line: VersionLine = { kind: "version", path, type, to: stampFromNumber(until), why };
    const own = until === this.#run;
    const cut = this.#catalog.history(path).find((v) => v.type === type && endsIn(v, until, own));
    if (cut === undefined) Object.assign(line, this.#unknownPast(path, until, file));
    else if (cut.since > 0) line.from = stampFromNumber(cut.since);
    if (own) this.result.lines.push(line);
    if (cut === undefined) this.#insert(line, until);
    else this.#set(cut, `until = ${until}, ended = '${why}', gone = NULL`);
    this.#touch(dirOfPath(path));
  }

  /** What a past version's own file and the marks before it tell. */
  #unknownPast(path: string, until: number, file: string | undefined): Partial<VersionLine> {
    const info = file === undefined ? undefined : this.#try(file, () => this.#vault.fs.lstat(file));
    const earlier = this.#catalog.history(path).filter((v) => v.until !== null && v.until < until);
    const last = earlier.at(-1);
    const from = last?.ended === "changed" && last.until !== null
      ? { from: stampFromNumber(last.until) }
      : {};
    if (info === undefined) return from;
    return { ...from, size: info.size, mtime: new Date(info.mtime).toISOString(), mode: info.mode };
  }

  #livingDir(stored: StoredDir): void {
    if (this.#catalog.living(stored.dir)?.type === "dir") return;
    const info = this.#vault.fs.lstat(stored.path);
    this.#begin({
      kind: "version",
      path: stored.dir,
      type: "dir",
      mtime: new Date(info.mtime).toISOString(),
      mode: info.mode,
      why: "found",
    });
  }

  #living(stored: StoredDir): void {
    const metadata = this.#readMetadata(stored);
    for (const [name, type] of stored.entries) {
      if (type === "file") {
        this.#livingFile(stored.dir, name, "file", this.#mirror(stored, name), metadata);
      }
    }
    for (const mark of stored.marks) {
      if (mark.kind === "link" && mark.stored !== "") {
        this.#livingFile(
          stored.dir,
          mark.name,
          "link",
          this.#pathOf(stored, mark.stored),
          metadata,
        );
      }
    }
    this.#vanished(stored);
  }

  #livingFile(
    dir: string,
    name: string,
    type: "file" | "link",
    file: string,
    metadata: ReadonlyMap<string, string>,
  ): void {
    const path = joinRel(dir, name);
    const living = this.#catalog.living(path);
    if (living?.type === type && living.since !== this.#run) {
      if (!this.#isSuperseded(living, file, metadata.get(name))) return;
      this.#supersede(living);
    } else if (living !== undefined && isListed(metadata.get(name), type)) this.#supersede(living);
    if (living?.type === "dir" && this.#run !== undefined) {
      // a directory of nothing but directories went without a mark
      this.#endDirsBelow(path, this.#run);
      this.#ended(path, "dir", this.#run, "deleted", undefined);
    }
    const own = this.#try(
      file,
      () => ({ info: this.#vault.fs.lstat(file), hash: this.#hash(file, name, type, metadata) }),
    );
    if (own === undefined) return;
    if (living?.type === type && living.hash === own.hash) return;
    if (living?.since === this.#run && living !== undefined) {
      if (living.type === type && this.#options.fix) this.#vault.fs.remove(file);
      this.#drop(living, path);
      if (living.type === type) return;
    }
    this.#begin({
      kind: "version",
      path,
      type,
      size: own.info.size,
      mtime: new Date(own.info.mtime).toISOString(),
      mode: own.info.mode,
      hash: own.hash,
      why: "found",
    });
  }

  /** True when the metadata file and the content agree that the copy is another than the records that are left say. */
  #isSuperseded(living: Version, file: string, field: string | undefined): boolean {
    if (field === undefined || living.hash === null) return false;
    const recorded = living.type === "link" ? field.slice(LINK_HASH.length) : field;
    if (recorded === living.hash) return false;
    // a run that broke off may have put a newer copy there than the metadata file knows
    return this.#try(file, () => this.#options.hashFile(file)) === recorded;
  }

  /** Ends what a lost run ended without a trace: that it lived is known, its content is not to be had. */
  #supersede(living: Version): void {
    const newest = this.#catalog.records().at(-1)?.stamp;
    if (newest === undefined) return;
    const last = stampToNumber(newest);
    const until = living.since < last ? last : stampToNumber(nextStamp(newest));
    this.#set(living, `until = ${until}, ended = 'changed', gone = ${until}`);
  }

  /** Content that an unfinished run wrote is hashed; older content is what its metadata file says it is. */
  #hash(
    file: string,
    name: string,
    type: "file" | "link",
    metadata: ReadonlyMap<string, string>,
  ): string {
    const recorded = this.#run === undefined ? metadata.get(name) : undefined;
    if (recorded === undefined) return this.#options.hashFile(file);
    return type === "link" ? recorded.slice(LINK_HASH.length) : recorded;
  }

  /** Versions that the unfinished run's record claims but the disk does not have. */
  #vanished(stored: StoredDir): void {
    if (this.#run === undefined) return;
    const claimed = this.#catalog.versions(
      "dir = ? AND since = ? AND until IS NULL",
      stored.dir,
      this.#run,
    );
    for (const v of [...claimed]) {
      if (
        v.type === "dir"
          ? stored.entries.get(v.name) === "dir" || v.name === ""
          : isInMirror(stored, v.name)
      ) continue;
      this.#drop(v, joinRel(v.dir, v.name));
    }
  }

  #drop(v: Version, path: string): void {
    this.result.untrue.add(path);
    this.#catalog.sql("DELETE FROM version WHERE dir = ? AND name = ? AND since = ?").run(
      v.dir,
      v.name,
      v.since,
    );
    this.#touch(v.dir);
  }

  #begin(line: VersionLine): void {
    const since = this.#run ?? this.#inferredSince(line.path);
    if (since > 0) line.from = stampFromNumber(since);
    if (this.#run !== undefined) this.result.lines.push(line);
    this.#insert(line, null, since);
    this.#touch(dirOfPath(line.path));
  }

  #inferredSince(path: string): number {
    const last = this.#catalog.history(path).at(-1);
    return last?.ended === "changed" && last.until !== null ? last.until : -1;
  }

  #insert(line: VersionLine, until: number | null, since?: number): void {
    const from = since ??
      (line.from === undefined ? -(until ?? 1) : stampToNumber(line.from as Stamp));
    this.#catalog.sql(
      "INSERT OR REPLACE INTO version VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?, ?, ?, NULL, NULL)",
    ).run(
      dirOfPath(line.path),
      line.path.slice(line.path.lastIndexOf("/") + 1),
      from,
      until,
      TYPE_NUMBER[line.type],
      line.size ?? null,
      line.mtime === undefined ? null : Date.parse(line.mtime),
      line.mode ?? null,
      line.hash ?? null,
      until === null ? line.why : null,
      until === null ? null : line.why,
    );
  }

  #set(v: Version, what: string): void {
    this.#catalog.sql(`UPDATE version SET ${what} WHERE dir = ? AND name = ? AND since = ?`)
      .run(v.dir, v.name, v.since);
  }

  #touch(dir: string): void {
    this.#catalog.putScanRow(dir, undefined);
  }

  /** Versions of the past whose file is not where it should be are gone. */
  missing(): void {
    const locator = new Locator(this.#vault, this.#catalog.moves());
    const stamp = this.#run ??
      stampToNumber(this.#catalog.records().at(-1)?.stamp ?? "19700101_000000" as Stamp);
    const past = [...this.#catalog.versions("until IS NOT NULL AND gone IS NULL AND type < 2")];
    for (const v of past) {
      if (this.#isKept(locator.path(v))) continue;
      this.result.lost++;
      this.#set(v, `gone = ${stamp}`);
      if (!this.#catalog.isNeeded(v.since, v.until)) continue;
      if (this.#run === undefined) {
        this.#options.failed(joinRel(v.dir, v.name), lostError(v, locator.version(v)));
        continue;
      }
      this.result.lines.push(goneLine(v, stamp, this.#options.why));
    }
    dropUnneeded(this.#vault, this.#catalog);
  }

  /** What cannot be seen is not gone. */
  #isKept(path: string): boolean {
    try {
      // a share may say once that a file is not there
      const info = lstatIfAny(this.#vault.fs, path) ?? lstatIfAny(this.#vault.fs, path);
      return info?.type === "file";
    } catch (error) {
      this.failed(path, error);
      return true;
    }
  }

  /**
   * An unfinished run is mended with all of the disk in sight, or by a later run: what it renamed where nobody can look
   * now would be taken for something else.
   */
  readonly failed = (path: string, error: unknown): void => {
    if (this.#run !== undefined && this.#options.fix) throw error;
    this.#options.failed(path, error);
  };

  #readMetadata(stored: StoredDir): ReadonlyMap<string, string> {
    if (!stored.hasMetadata || this.#run !== undefined) return new Map();
    const path = this.#vault.tree.metadata(stored.dir);
    const text = this.#try(path, () => readTextIfAny(this.#vault.fs, path));
    return (text === undefined ? undefined : parseMetadata(text)?.files) ??
      new Map<string, string>();
  }

  #try<T>(path: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      const code = (error as { code?: string }).code;
      if (code !== "ENOENT" && code !== "ENOTDIR") this.failed(path, error);
      return undefined;
    }
  }

  #mirror(stored: StoredDir, name: string): string {
    return this.#vault.tree.below(stored.path, this.#vault.tree.mirrorRel(name));
  }

  #pathOf(stored: StoredDir, name: string): string {
    return this.#vault.tree.below(this.#vault.tree.below(stored.path, META), name);
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

/** True when a field of a metadata file is that of a file or of a link. */
function isListed(field: string | undefined, type: "file" | "link"): boolean {
  return field !== undefined && field.startsWith(LINK_HASH) === (type === "link");
}

/** No record says that it was taken away: somebody else, or the disk, did. */
function lostError(v: Version, stored: string): HikaeError {
  const until = v.until === null ? "" : `, which lived until ${stampFromNumber(v.until)},`;
  return new HikaeError("damaged", `the version${until} is not in the vault (${stored})`, {
    path: joinRel(v.dir, v.name),
  });
}

/** The record line for a version whose content went. */
export function goneLine(v: Version, gone: number, why: Why = "lost"): VersionLine {
  return {
    kind: "version",
    path: joinRel(v.dir, v.name),
    type: v.type,
    ...(v.since > 0 ? { from: stampFromNumber(v.since) } : {}),
    ...(v.until === null ? {} : { to: stampFromNumber(v.until) }),
    gone: stampFromNumber(gone),
    why,
  };
}

function isInMirror(stored: StoredDir, name: string): boolean {
  return stored.entries.get(name) === "file" ||
    stored.marks.some((m) => m.kind === "link" && m.name === name);
}

function dirOfPath(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function placeholder(dir: string, name: string, type: "file" | "link"): Version {
  return {
    dir,
    name,
    type,
    since: 0,
    until: null,
    size: null,
    mtime: null,
    mode: null,
    uid: null,
    gid: null,
    hash: null,
    why: null,
    ended: null,
    gone: null,
  };
}

/** The kind of mark that a version bears, for those who look for it. */
export function markKindOf(v: Version): ReturnType<typeof pastKind> {
  return pastKind(v.type === "link", v.ended !== "changed");
}
