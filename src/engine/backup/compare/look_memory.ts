/**
 * What a look found in directories in which something is to be written, until the writing comes to them: it need not
 * read and compare them again, nor hash content that the look hashed (`--checksum`). Bounded: what does not fit is looked at again.
 * @module
 */

import type { FileInfo } from "../../../base/fs.ts";
import { type ComparedDirectory, MOST_IN_ONE } from "./compare_directory.ts";
import type { ScanEntry } from "../../../vault/scan_row.ts";
import type { SourceEntry, SourceView } from "../../source/source_dir.ts";
import { sameStat } from "./compare.ts";

/** How many entries of the source a lane remembers, some 600 bytes each. */
const MOST = 30_000;

/** A directory that changed less long before the run than this may change again without its time telling, ms. */
const TICK = 2000;

/** Directories that one lane has looked at and not written yet. */
export class LookMemory {
  readonly #view: SourceView;
  readonly #startedMs: number;
  readonly #held = new Map<string, ComparedDirectory>();
  #entries = 0;

  /** Of a run that started at `startedMs`. */
  constructor(view: SourceView, startedMs: number) {
    this.#view = view;
    this.#startedMs = startedMs;
  }

  /** Keeps a directory if there is room; it must not have been spoken of. */
  keep(compared: ComparedDirectory): boolean {
    const { source, path } = compared;
    if (source === undefined || !isSettled(source.info, this.#startedMs)) return false;
    const cost = costOf(compared);
    if (this.#entries + cost > (this.#held.size === 0 ? MOST_IN_ONE : MOST)) return false;
    this.#entries += cost;
    this.#held.set(path, compared);
    return true;
  }

  /** Gives a directory back, once, if nothing came, went or was put in another's place in it since. */
  take(path: string): ComparedDirectory | undefined {
    const compared = this.#held.get(path);
    const seen = compared?.source?.info;
    if (compared === undefined || seen === undefined) return undefined;
    this.#held.delete(path);
    this.#entries -= costOf(compared);
    const { fs, tree } = this.#view;
    try {
      return isSame(fs.lstat(tree.path(path)), seen) ? compared : undefined;
    } catch {
      // what became of it shows when it is read again
      return undefined;
    }
  }
}

function costOf({ source, vaults }: ComparedDirectory): number {
  const kept = vaults.reduce((n, { work }) => n + (work?.plan.kept.length ?? 0), 0);
  return 1 + Math.max(source?.entries.length ?? 0, kept);
}

/** True where times tell of every change that comes: systems without change times do not tell it of directories either. */
function isSettled({ mtime, ctime }: FileInfo, startedMs: number): boolean {
  const before = startedMs - TICK;
  return ctime > 0 && ctime < before && mtime < before;
}

function isSame(now: FileInfo, seen: FileInfo): boolean {
  return now.type === "dir" && now.mtime === seen.mtime && now.ctime === seen.ctime &&
    now.ino === seen.ino && now.dev === seen.dev;
}

/** The names of one directory whose content was hashed in this run, as they were seen then. */
export type HashMemo = Map<string, Pick<ScanEntry, "size" | "mtime" | "ctime" | "ino" | "hash">>;

/** How many names a lane remembers: those of directories in which something is to be written. */
export const MOST_HASHED = 250_000;

/** Notes a hash, with what was seen of the entry when it was taken. */
export function noteHash(names: HashMemo, { name, info }: SourceEntry, hash: string): void {
  const { size, mtime, ctime, ino } = info;
  names.set(name, { size, mtime, ctime, ino, hash });
}

/** The hash of an entry that is still as it was when it was hashed; else undefined. */
export function hashSeen(names: HashMemo | undefined, entry: SourceEntry): string | undefined {
  const seen = names?.get(entry.name);
  return seen !== undefined && sameStat(seen, entry) ? seen.hash : undefined;
}
