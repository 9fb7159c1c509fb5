/**
 * Symbolic links to make: what the engine asks main for, since only a thread whose rights are not narrowed to paths can
 * make one.
 * @module
 */

import type { PlainError } from "./errors.ts";

/** A symbolic link to make. */
export interface LinkToMake {
  /** Relative to the root, with `/`. */
  path: string;
  /** The text of the link. */
  target: string;
  /** In milliseconds; null where it is not recorded. */
  mtime: number | null;
  uid: number | null;
  gid: number | null;
  /** Something else may hold the name on a file system that folds case. */
  careful: boolean;
}

/** Links to make below the directory that is restored into, which main knows. */
export interface LinksAsked {
  /** Their owners are given to them. */
  owner: boolean;
  links: readonly LinkToMake[];
}

/** What became of them; those that are not named here were made. */
export interface LinksMade {
  failed: readonly { path: string; error: PlainError }[];
  /** How many the disk refused, which takes none at all: the last ones (decision 28). */
  refused: number;
}
