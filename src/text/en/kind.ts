/** What an entry is. @module */

/** The texts of this subject. */
export const kind = {
  "kind.file": "file",
  "kind.dir": "directory",
  "kind.link": "symbolic link",
  "kind.other": "socket, pipe or device",
} as const;
