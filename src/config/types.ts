/** What a config holds once it has been read, checked and expanded. Types only. @module */

import type { Duration } from "../base/duration.ts";
import type { ShareMode } from "../base/share_mode.ts";

/** What hikae does when a plugin fails: go on and end with exit code 3, stop the run, or go on and leave it at a note. */
export type FailurePolicy = "warn" | "abort" | "ignore";

/** The rules of `prune` (restic's), and the two that hold per file. */
export interface Keep {
  readonly last?: number;
  readonly hourly?: number;
  readonly daily?: number;
  readonly weekly?: number;
  readonly monthly?: number;
  readonly yearly?: number;
  /** Everything as young as this, measured from the newest snapshot. */
  readonly within?: Duration;
  /** Versions of each file that stay, whatever the rules above say. */
  readonly minVersions?: number;
  /** How long a deleted file stays, whatever the rules above say. */
  readonly deleted?: Duration;
}

/** What a plugin is granted: a list, or all of a kind; one that is absent is granted nothing. */
export interface Allow {
  /** Absolute paths. */
  readonly read?: readonly string[] | true;
  /** Absolute paths. */
  readonly write?: readonly string[] | true;
  /** Hosts, with or without a port. */
  readonly net?: readonly string[] | true;
  /** Names of environment variables. */
  readonly env?: readonly string[] | true;
  /** Names of programs, or absolute paths. */
  readonly run?: readonly string[] | true;
  /** Kinds of system information, as Deno names them. */
  readonly sys?: readonly string[] | true;
  /** Directories that it may have read in the source's place: absolute paths. */
  readonly source?: readonly string[] | true;
}

/** Where a job's encrypted bundles go, and to whom. */
export interface JobBundle {
  /** An absolute path, `s3:…` or `rclone:…`. */
  readonly to: string;
  /** Public keys of age. */
  readonly recipients: readonly string[];
  /** When a full one is due: in another month, or when the changes come to more than this share of the full one. */
  readonly full?: "monthly" | number;
  readonly lock?: { readonly mode: "compliance" | "governance"; readonly days: number };
  /** Bytes. */
  readonly volumeSize?: number;
}

/** One plugin of a job. */
export interface JobPlugin {
  /** An absolute path, or `hikae:<name>` for a plugin that comes with hikae. */
  readonly path: string;
  readonly allow: Allow;
  /** Handed to the plugin as they are. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Time limit of one call in ms; the host's own when absent. */
  readonly timeout?: number;
  readonly onError: FailurePolicy;
}

/** A named source, its vaults and its rules, with everything in force filled in. */
export interface Job {
  /** As commands name it; `JOB/NAME` for one source of a job that has several. */
  readonly name: string;
  /** The job of the file, where that has several sources. */
  readonly group?: string;
  readonly source: string;
  readonly vaults: readonly string[];
  readonly exclude: readonly string[];
  readonly excludeFrom: readonly string[];
  readonly excludeIfPresent: readonly string[];
  /** Bytes. */
  readonly excludeLargerThan?: number;
  readonly oneFileSystem: boolean;
  readonly maxGenerations?: number;
  readonly maxRetention?: Duration;
  readonly checksum: boolean;
  /** Keep extended attributes, ACLs, capabilities and labels. */
  readonly attributes: boolean;
  readonly keep?: Keep;
  /** The share of the vault to hash again after a run, at most 1; 0 for none. */
  readonly verifyShare?: number;
  /** How content that the vault has is shared. */
  readonly share: ShareMode;
  readonly snapshotSource: boolean;
  readonly bundle?: JobBundle;
  /** The policy of the plugins that state none. */
  readonly onError: FailurePolicy;
  readonly plugins: readonly JobPlugin[];
}

/** A whole config file. */
export interface Config {
  /** By name, in the order of the file; without a prototype. */
  readonly jobs: Readonly<Record<string, Job>>;
  /** The jobs of the file that have several sources, and the names of the jobs above that they stand for. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly log: {
    /** How many log files of a job stay. */
    readonly keep: number;
  };
}

/** A place in the file, both counted from 1. */
export interface Origin {
  readonly line: number;
  readonly column: number;
}

/** Where each value of the file stands, by key path (`jobs.documents.vaults[0]`). */
export type Origins = ReadonlyMap<string, Origin>;

/** Whose rules for paths hold. */
export type Platform = "windows" | "linux" | "darwin";

/** What paths expand with. */
export interface Expansion {
  env(name: string): string | undefined;
  platform: Platform;
}

/** A config and where its values stand. */
export interface ParsedConfig {
  readonly config: Config;
  readonly origins: Origins;
}
