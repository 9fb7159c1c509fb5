/** What a verify is asked for and how it ended: plain data between threads. @module */

/** A verify of one vault. */
export interface VerifyRequest {
  /** The vault's real path. */
  root: string;
  /** As the user wrote it. */
  given: string;
  host: string;
  pid: number;
  /** The share of the versions to check, more than 0 and less than 1; undefined checks all. */
  sample?: number;
  /** Put right what is damaged, where the true content can be had. */
  repair: boolean;
  /** The source's real path, to repair from. */
  source?: string;
  windows: boolean;
}

/** What was found; the counts of the summary. */
export interface VerifyCounts {
  files_checked: number;
  bytes_checked: number;
  /** Content or metadata that is not what it should be. */
  damaged: number;
  missing: number;
  /** Of both, how many were put right. */
  repaired: number;
  /** Versions whose hash no record knows: they can be read, no more can be told. */
  unknown: number;
  /** Files that are not hikae's, or that no record knows. */
  strangers: number;
  /** Records whose seal was held against them. */
  seals_checked: number;
  /** Snapshots that their seals do not prove. */
  seals_broken: number;
  /** Snapshots from before there were seals, or that cannot have one. */
  unsealed: number;
  /** Problems that are left. */
  errors: number;
}
