/** Help of commands: look. @module */

/** The texts. */
export const look = {
  "cat.summary": "write a file of a snapshot to standard output",
  "cat.about":
    "Writes the bytes as they are. They are checked on the way: exit code 1 means that what was written is not what was backed up. Windows PowerShell (5.1) changes bytes on the way through its >: use hikae restore there.",
  "cat.example-1": "a file as it was one snapshot before the newest",
  "diff.summary": "show what changed between two snapshots",
  "diff.about":
    "A and B are points in time; B is latest when it is not given, and A then the snapshot before: what the last backup changed. One line per path: + new, - gone, M other content, T another type, R moved here from another path. Modes and times alone are not shown.",
  "diff.flag-source": "compare with the source as it is now",
  "diff.flag-path": "only PATH and what lies below it",
  "diff.example-1": "what the last backup changed",
  "diff.example-2": "what changed in three days",
  "diff.example-3": "what the next backup would pick up",
  "find.summary": "find a name, in the present and in the past",
  "find.about":
    "A GLOB without / is matched with names at any depth, one with / with whole paths: * ? [a-z] {a,b} and ** for any number of directories. All versions are shown, also of what is gone from the source.",
  "find.flag-ignore-case": "ignore upper and lower case",
  "find.example-1": "a name anywhere",
  "find.example-2": "all that ever was in notes",
  "history.summary": "show every version of one path",
  "history.about":
    "Each version with the run that brought it, when and why it ended, its size, and where it lies in the vault, so that it can be opened with any program. FILE is your own file: the vaults that hold it are found by themselves.",
  "history.example-1": "all versions of a file",
  "list.summary": "list the snapshots of a vault",
  "list.about":
    "A snapshot is complete, partial (some of its files could not be read, or have since gone from the vault) or interrupted (the run did not reach its end). Oldest first.",
  "list.example-1": "what was backed up, and when",
  "ls.summary": "list what a snapshot holds",
  "ls.about":
    'Lists PATH and all below it, or the whole snapshot, by path: time, size and name; a / ends the name of a directory, an @ that of a link. POINT is a stamp, latest, latest~2, 2026-11-20, "2026-11-20 18:00" or an age such as 3d; the newest snapshot not after it answers.',
  "ls.flag-depth": "go only N levels down (default: all the way)",
  "ls.example-1": "all files of the newest snapshot",
  "ls.example-2": "a directory three days ago",
} as const;
