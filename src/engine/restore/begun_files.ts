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
import { contentBytes, type StoredContent } from "../../vault/content.ts";
import { joinRel } from "../../base/relpath.ts";
import type { RestoreContext } from "./context.ts";
import { BUFFER, isTemporary } from "./copy.ts";

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

/** What a killed restore left in a directory. */
export interface BegunHere {
  /** Paths of the files that name others. */
  files: string[];
  /** The names of those that may be torn, folded. */
  torn: ReadonlySet<string>;
}

/** A directory in which nothing was begun. */
export const NOTHING_BEGUN: BegunHere = { files: [], torn: new Set() };

/** True for the name of a file that names others. */
export function namesOthers(name: string): boolean {
  return isTemporary(name) && name.includes("-n");
}

/** What a killed restore began in a directory. */
export function begunHere(
  { ports, request, target }: RestoreContext,
  dir: string,
  present: ReadonlyMap<string, EntryType>,
): BegunHere {
  const files: string[] = [];
  const torn = new Set<string>();
  const { overwrite } = request;
  for (const [name, type] of present) {
    if (type !== "file" || !namesOthers(name)) continue;
    files.push(name);
    // elsewhere the content of what differs is compared anyway
    if (overwrite !== "never" && overwrite !== "if-newer") continue;
    const path = target.path(joinRel(dir, name));
    if ((lstatIfAny(ports.fs, path)?.size ?? 0) > LONGEST) continue;
    for (const begun of readBegunNames(ports.fs, path)) torn.add(fold(begun));
  }
  return files.length === 0 ? NOTHING_BEGUN : { files, torn };
}

/**
 * True where the file at `path`, which a killed restore began, holds nothing but what its version has at the same place, or
 * zeros (what a power cut leaves): no more than a part of it. What somebody wrote there since is theirs. Where the version
 * cannot be read, or is not what it was, the file counts as a part: bringing it then tells why it does not come.
 */
export function isPartOf(
  { ports: { fs, hashOf } }: RestoreContext,
  path: string,
  { hash }: Version,
  whole: () => StoredContent,
): boolean {
  let wanted: Uint8Array;
  try {
    wanted = contentBytes(fs, whole());
  } catch {
    return true;
  }
  if (hash !== null && hashOf(wanted) !== hash) return true;
  const there = readBytes(fs, path);
  return there.length <= wanted.length &&
    there.every((byte, i) => byte === 0 || byte === wanted[i]);
}
