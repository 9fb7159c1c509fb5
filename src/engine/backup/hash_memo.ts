/** What a look under `--checksum` hashed, so that the writing need not read it again. @module */

import type { ScanEntry } from "../../vault/scan_row.ts";
import { sameStat } from "./compare/compare.ts";
import type { SourceEntry } from "../source/source_dir.ts";

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
