/** What `deno task compile` writes into its copy of this file; a checkout has none of it. @module */

/** A commit and the target that it was compiled for. */
export interface BuildInfo {
  /** The commit, `-dirty` after it when the tree had changes. */
  commit: string;
  /** The target's triple. */
  target: string;
}

/** What this binary was made from; undefined in a checkout. */
export const BUILD: BuildInfo | undefined = undefined;
