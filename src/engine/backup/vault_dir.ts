/** What a vault has of a directory, and how that is known. @module */

import type { FileInfo } from "../../base/fs.ts";
import type { KnownRow } from "../../vault/pieced_row.ts";
import type { ScanEntry } from "../../vault/scan_row.ts";
import type { SourceWay } from "./request.ts";

/** The times and the inode that a directory of the mirror had before what is in it was looked at. */
export type MirrorTimes = Pick<FileInfo, "mtime" | "ctime" | "ino">;

/** What becomes of a directory's row: another one, the same with other facts of the mirror, or none. */
export interface ScanChange {
  dir: string;
  row: Uint8Array | MirrorTimes | undefined;
}

/** What a vault has of a directory. */
export interface VaultDir {
  /** What the last run saw; undefined in a directory that is new to the vault. */
  known: readonly ScanEntry[] | KnownRow | undefined;
  /** Names in the mirror, by type. */
  mirror: ReadonlyMap<string, string>;
  /** False when `mirror` was not listed but remembered: a deleted directory may be there besides. */
  listed: boolean;
  /** As it was before that; undefined where nobody looked. */
  seen?: MirrorTimes | undefined;
  /** Own names of the living link records. */
  links: ReadonlySet<string>;
  /** False when `metadata.txt` is missing or is not the one that was written. */
  metadataSound: boolean;
}

/** What a vault has of a directory, as it was asked for. */
export interface ReadVaultDir extends VaultDir {
  row: KnownRow | undefined;
  /** False when nothing was asked of the disk but whether it is there, and as it was left. */
  looked: boolean;
}

/** Times tell no two changes apart that are less far from each other, ms. */
const TICK = 2000;

/**
 * How the mirror's directory was seen before it was listed, where it holds all that its row has and the row knows it
 * otherwise: by other times, as after the vault was copied to another disk, or not for sure. What the row has of it is
 * known for sure from now on; else each run would list it again. Undefined where a change right after the listing could
 * have the same times, and where an inode alone is another one: some disks give others at each mount.
 */
export function renewalOf(
  { row, seen, listed, mirror }: ReadVaultDir,
  startedMs: number,
): MirrorTimes | undefined {
  if (!listed || row === undefined || seen === undefined) return undefined;
  const { mtime, ctime, ino } = seen;
  if (row.isAsLeft(mtime, ctime)) return undefined;
  const last = startedMs - TICK;
  if (!(ctime > 0 && ctime < last && mtime < last)) return undefined;
  // on a disk that keeps no times of change it is made of the other one, which anybody can set
  if ([mtime, Math.floor(mtime / 1000) * 1000].includes(ctime)) return undefined;
  for (let i = 1; i < row.count; i++) {
    const type = row.type(i);
    if (type !== "link" && mirror.get(row.name(i)) !== type) return undefined;
  }
  return { mtime, ctime, ino };
}

/** What was asked of a directory before it turned out that there is something to do: it is not asked for twice. */
export interface SeenBefore {
  row: KnownRow | undefined;
  /** The mirror's directory, where it is there and was looked at. */
  mirror?: FileInfo | undefined;
  /** What asking came to grief with. */
  failed?: unknown;
}

/** A directory of the mirror as a look saw it. Plain data: lanes in other threads go by it too. */
export interface SeenMirror {
  mirror: [name: string, type: string][];
  listed: boolean;
  seen: MirrorTimes | undefined;
  links: string[];
  metadataSound: boolean;
}

/** What others are told of a directory that was looked at. */
export function toldMirror(
  { mirror, listed, seen, links, metadataSound }: VaultDir,
): SeenMirror {
  return { mirror: [...mirror], listed, seen, links: [...links], metadataSound };
}

/** A directory by what was told of it, with what is known. */
export function asSeen(
  { mirror, links, ...seen }: SeenMirror,
  row: KnownRow | undefined,
  known: VaultDir["known"],
): ReadVaultDir {
  return { ...seen, mirror: new Map(mirror), links: new Set(links), known, row, looked: true };
}

/** One that is new in the vault. */
export function nothingYet(): ReadVaultDir {
  return {
    known: undefined,
    row: undefined,
    mirror: new Map(),
    links: new Set(),
    metadataSound: false,
    listed: true,
    looked: true,
  };
}

/** A directory as the last look left it. */
export function asLeft(row: KnownRow): ReadVaultDir {
  const links = new Set(row.namesOf("link"));
  return {
    known: row,
    row,
    get mirror() {
      return row.mirror();
    },
    links,
    listed: false,
    looked: false,
    metadataSound: true,
  };
}

/** The newest finished run of a source on its host. Plain data: lanes in other threads have it too. */
export interface Believed {
  /** Its stamp, as a number: no version that began later was seen by it. */
  run: number;
  /** Its start, ms: what changed before it was seen by it, or by one before. */
  before: number;
  /**
   * Where that run left something out that lives: when each run began, ms, by its stamp. What it left out it did not see,
   * so each file must have been as it is since the run that stored it.
   */
  began: ReadonlyMap<number, number> | undefined;
  /** Where it had an error: nothing is believed there. */
  failed: readonly string[];
  /** The way to the source. */
  way: SourceWay | undefined;
}
