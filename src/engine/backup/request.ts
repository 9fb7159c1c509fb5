/** What a backup is asked for: plain data that passes between threads. @module */

import type { Imported, SeriesItem } from "./series.ts";
import type { ShareMode } from "../../base/share_mode.ts";
import type { IndexPlace } from "../../vault/index_place.ts";
import type { Rules } from "../source/rules.ts";

/** One vault of a backup. */
export interface VaultRequest {
  /** Its real path, or where it is to be made. */
  root: string;
  /** As the user wrote it; messages and the summary name it so. */
  given: string;
  /** True when this machine has used a vault at that path before. */
  known: boolean;
  /** The number of its volume, on Windows. */
  volume?: number;
  /** Its disk is far away: each answer is waited for. */
  far?: true;
}

/** The way to a source as main saw it before the run: the engine may look at nothing above the source. */
export interface SourceWay {
  /** Which directory the source was. */
  ino: number;
  dev: number;
  /** Its change time then, ms. */
  ctime: number;
  /** The last moment, in ms, at which it or a directory above it may have come from elsewhere. */
  moved: number;
}

/** A backup of one source into some vaults. */
export interface BackupRequest {
  /** The source's real path. */
  source: string;
  /** The way to it; where nobody has looked, nothing is believed unread. */
  way?: SourceWay;
  /** The directory that it stands for, when `source` is a snapshot of it. */
  originalSource?: string;
  /** True when `source` has no real path, so that only a thread with all permissions can read it. */
  unscoped?: boolean;
  vaults: readonly VaultRequest[];
  rules: Rules;
  /** Generations to keep per name; undefined keeps all. */
  maxGenerations?: number;
  /** How content that the vault has is shared; `auto` when undefined. */
  share?: ShareMode;
  /** Whether the vaults' disks share blocks; asked of them when undefined. */
  reflink?: boolean;
  /** Hash every source file. */
  checksum: boolean;
  /** Look at all directories of the mirror, also where that costs much (decision 11). */
  checkMirror?: boolean;
  /** Keep extended attributes, ACLs, capabilities and labels; main's helper programs answer for them. */
  attributes?: boolean;
  /** The share of the vault to hash again after the run, more than 0 and at most 1; undefined for none. */
  verifyShare?: number;
  /** Go on where a guard would stop. */
  allowMassChange: boolean;
  /** Make a vault though this machine knows one at that path. */
  init: boolean;
  /** The one vault is a plain copy of the source that is to become a vault. */
  adopt?: true;
  /** Copies that become runs of the one vault, instead of `source`. */
  series?: readonly SeriesItem[];
  /** The source is a copy that was made then: the run has its time. */
  imported?: Imported;
  /** Report the plan and write nothing. */
  dryRun: boolean;
  /** Flush what is written (off only to measure what flushing costs). */
  flush: boolean;
  /** The job that it is a run of. */
  job?: string;
  /** Where the indexes of the vaults lie at home, by the vaults' real paths. */
  index?: Readonly<Record<string, IndexPlace>>;
  /** hikae's own directories, real paths: left out like vaults (decision 12). */
  ownDirs?: readonly string[];
  host: string;
  command: string;
  pid: number;
  /** True on Windows: names are held against its rules. */
  windows: boolean;
  /** Somebody watches the progress, and wants to know the total. */
  watched?: boolean;
  /** A filter answers for the entries of directories (plugins). */
  filtered: boolean;
}
