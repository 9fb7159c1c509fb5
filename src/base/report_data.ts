/** What `hikae report` knows of a vault: plain data that the engine gathers and a page is made of. Types only. @module */

import type { Stamp } from "./stamp.ts";

/** Files and bytes of one kind in one run. */
export interface Amount {
  files: number;
  /** Of what the catalog still knows. */
  bytes: number;
}

/** One run that is still a snapshot. */
export interface ReportRun {
  stamp: Stamp;
  state: "complete" | "partial" | "interrupted";
  new: Amount;
  changed: Amount;
  deleted: Amount;
  /** Paths that could not be read or stored. */
  failed: number;
  /** Content of the source as of this run, in bytes. */
  current: number;
  /** Content of older versions that the vault held after this run, in bytes. */
  past: number;
}

/** A file with what the vault holds of it. */
export interface ReportFile {
  path: string;
  /** Of the newest version. */
  size: number;
  /** Of all versions together. */
  stored: number;
  versions: number;
  /** False when the source has it no more. */
  current: boolean;
}

/** What one rule would take if it were run now. */
export interface ReportRule {
  command: "prune" | "cleanup";
  /** In words: `keep 7 last, 14 daily`. */
  rule: string;
  snapshots: Stamp[];
  versions: number;
  bytes: number;
  /** The largest that would go. */
  largest: { path: string; bytes: number; reason: string }[];
}

/** Plugins that failed in the last run, or in a command after it. */
export interface ReportPlugins {
  count: number;
  /** What happened, for people. */
  message: string;
}

/** How much of a vault was hashed again since it was written. */
export interface ReportChecked {
  /** The part of the versions that was found sound at least once, 0 to 1. */
  share: number;
  /** When the oldest of these checks was; null when there is none. */
  oldest: Stamp | null;
  /** Versions that the last look found damaged. */
  damaged: number;
}

/** A vault in numbers. */
export interface ReportData {
  vault: string;
  job: string | null;
  source: string;
  host: string;
  /** When the report was made. */
  made: Stamp;
  /** How many snapshots there are, and the oldest and the newest of them. */
  snapshots: number;
  first: Stamp | null;
  last: Stamp | null;
  /** Oldest first; none where they are not wanted. */
  runs: ReportRun[];
  totals: {
    /** Files and links that the source has. */
    files: number;
    bytes: number;
    /** All versions of files and links, current ones among them. */
    versions: number;
    stored: number;
  };
  /** How fresh the check of the content is; null where no index tells. */
  checked: ReportChecked | null;
  largest: ReportFile[];
  most_versioned: ReportFile[];
  /** What the rules would drop; empty where there are none. */
  rules: ReportRule[];
  /** Why no rule is told of, or what else there is to know about rules. */
  rules_note: string;
  /** Absent where no plugin failed lately, as far as this machine knows. */
  plugins?: ReportPlugins;
}
