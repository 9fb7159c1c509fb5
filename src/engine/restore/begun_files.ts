/**
 * Files that a restore writes under their own names at once, in a directory that it made. Before that a file beside them
 * names them, so that what a kill leaves torn is not taken for whole by the next restore, whatever it may overwrite.
 * @module
 */

import { fold } from "../../base/fold_name.ts";
import type { EntryType, FileSystem } from "../../base/fs.ts";
import { lstatIfAny, readBytes } from "../../base/io.ts";
import { BegunNames, readBegunNames } from "../../vault/begun_names.ts";
import type { Version } from "../../vault/catalog.ts";
import { openSeen, type StoredContent } from "../../vault/content.ts";
import { joinRel } from "../../base/relpath.ts";
import { namesOthers } from "../../base/restore_names.ts";
import type { RestoreContext } from "./context.ts";
import { pathOf } from "../reader.ts";
import { BUFFER, damaged } from "./copy.ts";

/** For fewer files the one that names them costs more than their temporary names. */
const LEAST = 3;

/** One that names files is no longer. */
const LONGEST = 1 << 20;

/** The files that one directory's batch begins. */
export class BegunFiles {
  readonly #fs: FileSystem;
  readonly #names: BegunNames;
  #torn = false;

  private constructor(fs: FileSystem, names: BegunNames) {
    this.#fs = fs;
    this.#names = names;
  }

  /** Names the files of `tasks` that are small enough in a new file at `path`; undefined where that does not pay, or fails. */
  static begin(
    fs: FileSystem,
    path: string,
    tasks: readonly { name: string; size: number | null }[],
  ): BegunFiles | undefined {
    const names: string[] = [];
    for (const { name, size } of tasks) if (size !== null && size < BUFFER) names.push(name);
    if (names.length < LEAST) return undefined;
    const begun = new BegunNames(fs, path);
    try {
      begun.begin(names);
    } catch {
      // the disk has no room for it, or worse: the usual way meets that, and tells it
      begun.end();
      return undefined;
    }
    return new BegunFiles(fs, begun);
  }

  /** True for a name that may be written at once. */
  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** The file at `place` was begun and did not come: what stands there may be torn. */
  failed(place: string): void {
    try {
      this.#torn ||= lstatIfAny(this.#fs, place) !== undefined;
    } catch {
      this.#torn = true;
    }
  }

  /** What was begun is whole or not there; where that is not certain, the file that names it stays. */
  end(): void {
    if (this.#torn) this.#names.close();
    else this.#names.end();
  }
}

/** What a killed restore left in a directory: files that name others, which go once all that they name is settled. */
export class BegunHere {
  readonly #files: readonly { name: string; names: readonly string[] }[];
  readonly #torn: ReadonlySet<string>;
  readonly #settled = new Set<string>();

  /** Files that name others, with what they name. */
  constructor(files: readonly { name: string; names: readonly string[] }[]) {
    this.#files = files;
    this.#torn = new Set(files.flatMap(({ names }) => names.map(fold)));
  }

  /** True for a file that may be there in part. */
  mayBeTorn(name: string): boolean {
    return this.#torn.size > 0 && this.#torn.has(fold(name));
  }

  /**
   * A step is planned for `v`: a file is compared, or replaced, before its directory is done. Links and other names of files
   * come last of all, and what stays where a link is wanted was compared with nothing.
   */
  planned<S extends { do: string }>(v: Version, step: S): S {
    const comesLast = v.type === "link" || step.do === "file" && v.link !== null;
    if (!comesLast) this.settle(v.name);
    return step;
  }

  /** What is there under this name is whole, or gone, once the plan is carried out. */
  settle(name: string): void {
    if (this.#torn.size > 0) this.#settled.add(name);
  }

  /** The files whose names are all settled or gone. Others stay: a part may have been asked for, or one did not come. */
  done(present: ReadonlyMap<string, EntryType>): string[] {
    if (this.#files.length === 0) return [];
    const there = new Set<string>();
    for (const [name, type] of present) if (type === "file") there.add(fold(name));
    const isOpen = (name: string): boolean => !this.#settled.has(name) && there.has(fold(name));
    return this.#files.filter(({ names }) => !names.some(isOpen)).map(({ name }) => name);
  }
}

/** What a killed restore began in a directory. */
export function begunHere(
  { ports, target }: RestoreContext,
  dir: string,
  present: ReadonlyMap<string, EntryType>,
): BegunHere {
  const files: { name: string; names: string[] }[] = [];
  for (const [name, type] of present) {
    if (type !== "file" || !namesOthers(name)) continue;
    const path = target.path(joinRel(dir, name));
    const size = lstatIfAny(ports.fs, path)?.size ?? 0;
    files.push({ name, names: size > LONGEST ? [] : readBegunNames(ports.fs, path) });
  }
  return new BegunHere(files);
}

/**
 * True where the file at `path`, which a killed restore began, holds nothing but what `v` has at the same place, or zeros
 * (what a power cut leaves): no more than a part of it; or of another version, which that restore was to bring. What somebody
 * wrote there since is theirs. Throws where `v` cannot be read, or is not what it was: nothing tells then whose the file is.
 */
export function isPart(
  { ports, reader }: RestoreContext,
  path: string,
  v: Version,
  find: (v: Version) => StoredContent,
): boolean {
  const there = readBytes(ports.fs, path);
  const isPartOf = ({ size, hash }: Version, content: () => StoredContent): boolean => {
    // a larger one is never begun
    if (size === null || size >= BUFFER || there.length > size) return false;
    const wanted = firstOf(ports.fs, content(), size);
    if (hash !== null && ports.hashOf(wanted) !== hash) throw damaged(undefined);
    return there.length <= wanted.length && there.every((b, i) => b === 0 || b === wanted[i]);
  };
  if (isPartOf(v, () => find(v))) return true;
  const others = reader.catalog.history(pathOf(v)).filter((o) =>
    o.type === "file" && o.hash !== null
  );
  const hash = ports.hashOf(there);
  if (others.some((o) => o.hash === hash)) return false;
  return others.some((o) => {
    try {
      return isPartOf(o, () => find(o));
    } catch {
      // it cannot be held against this one
      return false;
    }
  });
}

/** So many bytes of content, which may have others after them that were never part of it. */
function firstOf(fs: FileSystem, content: StoredContent, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  const { file } = openSeen(fs, content);
  try {
    let length = 0;
    for (let n = 1; n > 0 && length < size; length += n) n = file.read(bytes.subarray(length));
    return bytes.subarray(0, length);
  } finally {
    file.close();
  }
}
