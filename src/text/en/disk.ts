/** What the disk of a vault or a target does in its own way. @module */

/** The texts of this subject. */
export const disk = {
  "disk.name-of-other":
    "the vault's disk takes this name for another one that is in the same directory",
  "disk.name-altered":
    "the vault's disk keeps the name in another spelling, so it cannot hold this one",
  "disk.lists-part": "the vault's disk fails while it lists this directory: some may be missing",
  "disk.calls": {
    one: "calls of the file system, by one thread: {below} below {root}, {elsewhere} elsewhere",
    other: "calls of the file system, by {n} threads: {below} below {root}, {elsewhere} elsewhere",
  },
  "disk.endless": "read: it goes on for more than 64 MiB past the size that is told of it",
  "disk.no-times": "this disk does not let times be set; the records keep them",
  "disk.no-modes": "this disk does not let permissions be set; the records keep them",
  "disk.no-owners": "this disk does not let owners be set; the records keep them",
  "disk.no-flush-dir":
    "this disk cannot flush a directory: what was just written may be lost if the power fails",
  "disk.no-flush":
    "this disk cannot flush a file: what was just written may be lost if the power fails",
  "disk.no-links": {
    one: "this disk takes no symbolic links: one was not made ({first})",
    other: "this disk takes no symbolic links: {n} were not made ({first}, …)",
  },
  "disk.no-locks":
    "this disk has no locks: the lock is kept on this machine, other machines are not kept out",
  "disk.no-locks-at-all":
    "this disk has no locks, and none can be kept on this machine: start no other run on this vault meanwhile",
  "disk.held-at-home": "lock vault: another run on this machine holds it",
  "disk.drives-own":
    "the vault's drive keeps a directory of its own under this name; exclude it, or move the vault into a directory",
  "disk.target-name-of-other":
    "restore: the target's disk takes this name for another one of the same directory",
  "disk.target-name-altered":
    "restore: the target's disk keeps the name in another spelling, so it cannot hold this one",
  "disk.target-dir-altered":
    "restore: the target's disk keeps this directory under another name; what was restored into it is there",
  "disk.target-name-hint":
    "restore it by itself into another directory, or all of it onto a disk that keeps both names",
  "disk.target-altered-hint": "restore it onto a disk that keeps this name",
} as const;
