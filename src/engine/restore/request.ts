/** What a restore is asked for and what it answers: plain data that passes between threads. @module */

import type { Attributed, AttributeSystem, Unwanted } from "../../base/attributes.ts";
import type { Stamp } from "../../base/stamp.ts";
import type { RestoreCounts } from "./counts.ts";

/** When an entry that is there already is written over. */
export type Overwrite = "always" | "if-newer" | "if-changed" | "never";

/** A restore out of one vault. */
export interface RestoreRequest {
  /** The vault's real path. */
  vault: string;
  /** The real path of the directory that is restored into, or where it is to be made. */
  target: string;
  /** Paths, globs and `PATH@POINT` as they were typed; none means everything. */
  paths: readonly string[];
  /** What was deleted and lives no more, each as of its last version; `paths` choose among it. */
  vanished?: { since?: Stamp };
  /** The point in time for paths without one of their own. */
  at: string | undefined;
  overwrite: Overwrite;
  /** Remove what the snapshot does not have, below what is restored. */
  delete: boolean;
  /** Tell what would be done and write nothing. */
  dryRun: boolean;
  /** With `dryRun`: name what would stay as it is, too. */
  kept?: boolean;
  /** Tell what will be written over before anything is. */
  preview: boolean;
  /** What is restored into may be backed up meanwhile: nothing has its own name before it is whole. */
  backedUp?: boolean;
  /** Read again and hash what was written. */
  verify: boolean;
  /** Write damaged content too, under another name. */
  force: boolean;
  /** Owners and set-id bits too from a vault that others than root may write. */
  owners?: boolean;
  /** Attributes too, where runs kept them; main's helper programs set them. */
  attributes?: boolean;
  /** The system whose attributes the programs know; those of another are left alone. */
  attributeSystem?: AttributeSystem;
  /** Somebody is told of the progress: the total is worth its count. */
  watched?: boolean;
  /** Who runs this. */
  self: Self;
  windows: boolean;
}

/** What the process is and may do; only main can ask the system. */
export interface Self {
  /** May give files to others (root). */
  owner: boolean;
  /** May set set-id bits; where this is not said it may. */
  setId?: boolean;
  uid: number | undefined;
  gid: number | undefined;
  /** The bits that the system takes from the modes of new files. */
  umask: number;
}

/** Attributes to set. */
export interface Attrs {
  mtime: number | null;
  mode: number | null;
  uid: number | null;
  gid: number | null;
}

/** Attributes of a directory, which are set when all in it and below it is there. */
export interface DirJob extends Attrs {
  path: string;
}

/** Attributes that come after all else: those of links and directories, deepest last. */
export interface LateAttributes {
  set: Attributed[];
  remove: Unwanted[];
  /** Directories that are made writable for it, and their modes. */
  writable: { path: string; mode: number }[];
}

/** What was done with attributes. */
export interface AttributesDone {
  /** How many were handed to the programs. */
  restored: number;
  /** Complaints of the programs. */
  complaints: readonly string[];
  late: LateAttributes;
}

/** What the engine did. */
export interface RestoreResult {
  /** The run whose state was restored; null for a vault without records. Several when paths name their own. */
  stamps: readonly (string | null)[];
  counts: RestoreCounts;
  errors: number;
  /** A snapshot was not what its seal says. */
  proven?: false;
  attributes?: AttributesDone;
}
