/** What the disk of a vault or a target does in its own way. @module */

/** The texts of this subject. */
export const disk = {
  "disk.name-of-other":
    "the vault's disk takes this name for another one that is in the same directory; rename one of them",
  "disk.name-altered":
    "the vault's disk keeps the name in another spelling, so it cannot hold this one; rename it",
  "disk.endless": "read: it goes on for more than 64 MiB past the size that is told of it",
  "disk.target-name-of-other":
    "restore: the target's disk takes this name for another one of the same directory",
  "disk.target-name-altered":
    "restore: the target's disk keeps the name in another spelling, so it cannot hold this one",
  "disk.target-name-hint": "restore it by itself into another directory",
} as const;
