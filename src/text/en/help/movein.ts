/** Help of commands: adopt, import. @module */

/** The texts. */
export const movein = {
  "adopt.summary": "make a vault of a plain copy, without copying it again",
  "adopt.about":
    "DIR is a copy of SOURCE that rsync, cp or rdiff-backup made. It becomes a vault with two snapshots: the copy as it is now, and what SOURCE has. A file that differs is copied, and the old content stays as a past version; a file that SOURCE does not have is marked as deleted. Both sides are read whole. Until the second snapshot begins only .$META$ directories are written. Stopped at any moment, run it again to finish. See docs/moving-in.md.",
  "adopt.flag-source": "the directory that DIR is a copy of",
  "adopt.flag-allow-mass-change": "continue even if most files of DIR are not in SOURCE",
  "adopt.example-1": "see what would be done",
  "adopt.example-2": "do it",
  "import.summary": "make a vault with the past of a series of plain copies",
  "import.about":
    "Each DIR is a copy of the same directory as it was at some time: of rsnapshot, `rsync --link-dest`, Time Machine, or a folder of File History, which holds all its times itself. Each becomes a snapshot of a new vault, the oldest first; what they share is stored once. The time of a copy is the one in its name (2024-01-31-120000), or that of the directory. The copies are only read. Stopped at any moment, run it again to go on. See docs/moving-in.md.",
  "import.flag-to": "the new vault",
  "import.flag-at": 'the time of one copy (20240131_120000, "2024-01-31 12:00")',
  "import.example-1": "see which snapshots there would be",
  "import.example-2": "import them",
} as const;
