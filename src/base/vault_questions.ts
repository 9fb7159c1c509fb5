/**
 * What is asked of a vault by who shows it to people (`serve`) and what a vault answers: plain data, each answer
 * bounded, so that a question is one numbered call and a slow reader holds nothing.
 * @module
 */

/** The page that a link leads to: a file or directory of a vault. */
export interface FirstPage {
  vault: number;
  path: string;
  directory: boolean;
}

/** A snapshot of a vault. */
export interface SnapshotFacts {
  stamp: string;
  /** RFC 3339. */
  time: string;
  state: "complete" | "partial" | "interrupted";
  proven: boolean | null;
  filesNew: number;
  filesChanged: number;
  filesDeleted: number;
  bytesAdded: number;
  errors: number;
}

/** A vault and its snapshots. */
export interface VaultFacts {
  id: string;
  root: string;
  source: string;
  host: string;
  /** Oldest first. */
  snapshots: SnapshotFacts[];
}

/** An entry of a directory as of a snapshot. */
export interface EntryFacts {
  name: string;
  type: "file" | "dir" | "link";
  /** Bytes; null for a directory. */
  size: number | null;
  /** RFC 3339 with ms; null where nothing tells. */
  mtime: string | null;
  /** The hash of its content in hex; null for a directory, and where nothing tells. */
  hash: string | null;
  /** Its content is gone from the vault. */
  gone: boolean;
}

/** A part of a directory. */
export interface DirFacts {
  stamp: string;
  path: string;
  entries: EntryFacts[];
  /** The name after which the next part begins; absent at the end. */
  next?: string;
}

/** A version of a path. */
export interface VersionFacts {
  path: string;
  type: "file" | "dir" | "link";
  /** The run that it came with, or "unknown". */
  from: string;
  /** The run that ended it; null while it lives. */
  to: string | null;
  state: "current" | "old" | "deleted";
  size: number | null;
  mtime: string | null;
  hash: string | null;
  gone: boolean;
}

/** A list that may be cut, newest or nearest first. */
export interface Cut<T> {
  items: T[];
  /** There is more than was asked for. */
  more: boolean;
}

/** What a run did to a path. */
export interface ChangeFacts {
  path: string;
  type: "file" | "dir" | "link";
  modifier: "+" | "-" | "M" | "T" | "R";
  /** Where it was before, for a moved one. */
  from?: string;
}

/** An entry with its path, as of the snapshot that answered. */
export interface PathEntry extends EntryFacts {
  path: string;
  stamp: string;
}

/** A part of a tree, in the order of its paths. */
export interface TreePart {
  entries: PathEntry[];
  next?: string;
}

/** Which content of which path: the version that lived as of the run `at`. */
export interface ContentKey {
  path: string;
  at: string;
}

/** What can be asked, by name. */
export interface VaultQuestions {
  facts: { ask: Record<never, never>; answer: VaultFacts };
  dir: { ask: { at: string; path: string; after?: string; limit: number }; answer: DirFacts };
  tree: { ask: { at: string; path: string; after?: string; limit: number }; answer: TreePart };
  /** One path as of a snapshot; null where nothing was. The root is a directory. */
  entry: { ask: { at: string; path: string }; answer: PathEntry | null };
  /** The newest of a path's versions, oldest of them first. */
  versions: { ask: { path: string; limit: number }; answer: Cut<VersionFacts> };
  /** The version of a path that lived as of a run. */
  version: { ask: ContentKey; answer: VersionFacts | null };
  find: { ask: { words: string; limit: number }; answer: Cut<VersionFacts> };
  changes: { ask: { stamp: string; limit: number }; answer: Cut<ChangeFacts> };
  vanished: { ask: { limit: number }; answer: Cut<VersionFacts> };
  space: { ask: { limit: number }; answer: Cut<{ path: string; bytes: number; versions: number }> };
  /** Bytes of a content from `offset` on; fewer than asked for at the end. */
  read: { ask: ContentKey & { offset: number; length: number }; answer: Uint8Array<ArrayBuffer> };
  /** Hashes a content; true when it is what its record says. */
  check: { ask: ContentKey; answer: boolean };
}

/** The name of a question. */
export type VaultQuestionName = keyof VaultQuestions;

/** Asks a vault; throws what it answered with when it could not. */
export type AskVault = <K extends VaultQuestionName>(
  vault: number,
  question: K,
  ask: VaultQuestions[K]["ask"],
) => Promise<VaultQuestions[K]["answer"]>;

/** A vault as the page names it. */
export interface ServedVault {
  /** What people call it: a job, or the last name of its path. */
  name: string;
  root: string;
  /** It lies on a share that is opened only with all rights: its look has them. */
  share?: boolean;
}

/** A job as the page shows it. */
export interface JobFacts {
  /** Null for a vault that no job has. */
  job: string | null;
  name: string;
  /** The path of its vault. */
  vault: string;
  state: string;
  lastRun: string | null;
  nextRun: string | null;
  /** The part of its content, 0 to 1, that was hashed again and found sound; null where nothing tells. */
  checked: number | null;
  /** The day of the oldest of these checks. */
  checkedSince: string | null;
  /** How many contents the last check found damaged. */
  damaged: number;
}

/** What a restore came to: the lines that it said, and its exit code. */
export interface RestoreAnswer {
  lines: string[];
  code: number;
}
