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
} as const;
