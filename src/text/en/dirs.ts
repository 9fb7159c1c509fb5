/** What a dry run tells of directories. @module */

/** The texts of this subject. */
export const dirs = {
  "dirs.versions": { one: "remove {n} version", other: "remove {n} versions" },
  "dirs.dirs": { one: "{n} directory", other: "{n} directories" },
  "dirs.more": {
    one: "and {n} more directory ({size})",
    other: "and {n} more directories ({size})",
  },
  "dirs.all-paths": {
    one: "{n} path; add -v to see it",
    other: "{n} paths; add -v to see each of them",
  },
} as const;
