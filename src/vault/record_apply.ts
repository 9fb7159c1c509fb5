/** Takes a record's lines into the index (docs/format.md, `runs/<stamp>.jsonl`). @module */

import { dirOf, nameOf } from "../base/relpath.ts";
import { type Stamp, stampToNumber } from "../base/stamp.ts";
import type { Catalog } from "./catalog.ts";
import type { AttrLine, RecordLine, SummaryLine, VersionLine } from "./record.ts";
import type { Version } from "./version.ts";
import { livingBelowSince, livingOf, versionBy, versionOfLine } from "./history/paths.ts";

/** What the lines of a record came to. */
export interface Applied {
  errors: number;
  summary: SummaryLine | undefined;
}

/** True for a line that stands in the record of the run `stamp`, whatever became of its first line. */
export function isOfRun(line: RecordLine, stamp: Stamp): boolean {
  if (line.kind !== "version") return true;
  return (line.gone ?? line.to ?? line.from) === stamp;
}

/** Takes in the lines of the record of `stamp`; `touched` is told of each directory in which something began or ended. */
export function applyLines(
  catalog: Catalog,
  stamp: Stamp,
  lines: Iterable<RecordLine>,
  touched?: (dir: string) => void,
): Applied {
  const work = new Application(catalog, stampToNumber(stamp), touched);
  const applied: Applied = { errors: 0, summary: undefined };
  for (const line of lines) {
    if (line.kind === "summary") applied.summary = line;
    else applied.errors += work.take(line);
  }
  return applied;
}

/** Takes lines of one record into the index. */
export class Application {
  readonly #catalog: Catalog;
  readonly #stamp: number;
  readonly #touched: ((dir: string) => void) | undefined;
  /** A path of which nothing lives, for the line before ended it: what begins there needs no question. */
  #free: string | undefined;

  /** Of the run `stamp`; `touched` is told of each directory in which something began or ended. */
  constructor(catalog: Catalog, stamp: number, touched: ((dir: string) => void) | undefined) {
    this.#catalog = catalog;
    this.#stamp = stamp;
    this.#touched = touched;
  }

  /** Takes a line; gives how many errors it tells of. */
  take(line: Exclude<RecordLine, SummaryLine>): number {
    if (line.kind === "version") this.#version(line);
    else if (line.kind === "attr") this.#attr(line);
    return line.kind === "error" ? 1 : 0;
  }

  #version(line: VersionLine): void {
    this.#touched?.(dirOf(line.path));
    // a directory has a sum of its own, also one with nothing in it
    if (line.type === "dir") this.#touched?.(line.path);
    if (line.gone !== undefined) this.#gone(line, stampToNumber(line.gone));
    else if (line.to !== undefined) this.#end(line, stampToNumber(line.to));
    else if (line.from !== undefined) this.#begin(line, stampToNumber(line.from));
  }

  #begin(line: VersionLine, since: number): void {
    // what began in another run its own record tells: this line is none of this one's
    const alien = since !== this.#stamp;
    const told = alien ? versionBy(this.#catalog, line.path, "since", since) : undefined;
    // of what the disk alone told it says what was found out since
    const isFound = told?.why === "found" && line.why === "seen" && told.until === null;
    if (told !== undefined && !isFound) return;
    if (told !== undefined) this.#catalog.remove(told);
    // it was there before, but no record told so
    if (line.why === "seen") this.#dropUnknown(line.path);
    if (line.why === "seen" && this.#neverEnded(line, since)) return;
    // what is new had nothing before it: a question less for each file of a first run
    const free = line.why === "new" || line.path === this.#free;
    if (!free) this.#cut(this.#catalog.living(line.path), line, since);
    this.#free = undefined;
    this.#catalog.put(versionOf(line, since, null));
  }

  /** A path has one content at a time: what still lives when another begins ended in a run whose record is lost. */
  #cut(was: Version | undefined, { path, type }: VersionLine, at: number): boolean {
    if (was === undefined || was.since <= 0 || was.since >= at) return false;
    // what gives way to a directory is deleted there, and what lies in one that gives way went under a mark (spec §3)
    const isReplaced = was.type === "dir" && type !== "dir";
    const ended = isReplaced
      ? "replaced"
      : was.type !== "dir" && type === "dir"
      ? "deleted"
      : "changed";
    this.#catalog.change(was, { until: at, ended });
    // and nothing lives below what is no directory
    if (!isReplaced) return true;
    for (const v of livingBelowSince(this.#catalog, path, at)) {
      this.#touched?.(v.dir);
      this.#catalog.change(v, { until: at, ended: "deleted" });
    }
    return true;
  }

  /**
   * True for what was seen while the record of its beginning was lost, and that record is there again: it is the same version,
   * and no mark has an older content. It may have got other attributes since.
   */
  #neverEnded(line: VersionLine, since: number): boolean {
    const { path, type, mtime, mode } = line;
    const was = this.#catalog.living(path);
    if (was === undefined || was.since >= since || !isSame(was, line)) return false;
    if (mtime === undefined || mode === undefined) return true;
    const last = this.#catalog.attrsOf(was.dir, was.name).findLast((a) => a.stamp > was.since);
    const now = versionOf(line, since, null);
    if (sameAttributes(last ?? was, now)) return true;
    this.#attr({ ...line, kind: "attr", path, type, mtime, mode });
    return true;
  }

  /** True where what lives began before the line says, since the run that it names saw it only while an older record was lost. */
  #wentOn(living: Version | undefined, line: VersionLine): boolean {
    const { from } = line;
    if (living === undefined || from === undefined || living.since >= stampToNumber(from)) {
      return false;
    }
    return isSame(living, line) && this.#catalog.record(from) !== undefined;
  }

  #dropUnknown(path: string): void {
    for (const v of this.#catalog.history(path)) {
      if (v.until === null && v.since < 0) this.#catalog.remove(v);
    }
  }

  #end(line: VersionLine, until: number): void {
    const catalog = this.#catalog;
    const rot = line.rot === true ? 1 : null;
    if (this.#endKnown(line, until, rot)) return;
    const lives = livingOf(catalog, line.path);
    let [living] = lives;
    this.#free = lives.length === 1 ? line.path : undefined;
    const since = line.from === undefined ? -until : stampToNumber(line.from);
    if (!this.#wentOn(living, line) && this.#cut(living, line, since)) {
      living = catalog.living(line.path);
    }
    // a directory that somebody put in a file's place went, and the file is back: it never ended
    const other = living !== undefined && (living.type === "dir") !== (line.type === "dir");
    if (living !== undefined && !other) {
      catalog.change(living, { until, ended: line.why, rot });
      return;
    }
    if (other) this.#free = undefined;
    const known = line.from === undefined
      ? undefined
      : versionBy(catalog, line.path, "since", since);
    // what it was, the record of its beginning tells
    if (known !== undefined) catalog.change(known, { until, ended: line.why, rot });
    else catalog.put({ ...versionOf(line, since, until), rot });
  }

  /** The version that lives is the one that the line tells of, as it is wherever records are whole. */
  #endKnown({ path, type, from, why }: VersionLine, until: number, rot: number | null): boolean {
    if (from === undefined) return false;
    const key = { dir: dirOf(path), name: nameOf(path), since: stampToNumber(from), type };
    if (!this.#catalog.end(key, { until, ended: why, rot })) return false;
    this.#free = path;
    return true;
  }

  #gone(line: VersionLine, gone: number): void {
    const catalog = this.#catalog;
    const v = versionOfLine(catalog, line);
    if (v === undefined) return;
    // what no snapshot had is not missed in any: there is nothing to remember
    if (catalog.isNeeded(v.since, v.until)) catalog.change(v, { gone });
    else catalog.remove(v);
  }

  #attr(line: AttrLine): void {
    this.#catalog.putAttr({
      dir: dirOf(line.path),
      name: nameOf(line.path),
      stamp: this.#stamp,
      mtime: Date.parse(line.mtime),
      mode: line.mode,
      uid: line.uid ?? null,
      gid: line.gid ?? null,
    });
  }
}

/** True for a version of this content; a directory has none. */
function isSame(v: Version, { type, hash }: Pick<VersionLine, "type" | "hash">): boolean {
  return v.since > 0 && v.type === type &&
    (type === "dir" || hash !== undefined && v.hash === hash);
}

type KnownAttributes = Pick<Version, "mtime" | "mode" | "uid" | "gid">;

function sameAttributes(a: KnownAttributes, b: KnownAttributes): boolean {
  return a.mtime === b.mtime && a.mode === b.mode && a.uid === b.uid && a.gid === b.gid;
}

/** The version that a line tells of. */
export function versionOf(line: VersionLine, since: number, until: number | null): Version {
  return {
    dir: dirOf(line.path),
    name: nameOf(line.path),
    type: line.type,
    since,
    until,
    size: line.size ?? null,
    mtime: line.mtime === undefined ? null : Date.parse(line.mtime),
    mode: line.mode ?? null,
    uid: line.uid ?? null,
    gid: line.gid ?? null,
    hash: line.hash ?? null,
    why: until === null ? line.why : null,
    ended: until === null ? null : line.why,
    gone: null,
    rot: null,
    moved: line.moved ?? null,
    link: line.link ?? null,
    flags: line.flags ?? null,
  };
}
