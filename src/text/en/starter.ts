/** The comments of the config that `config init` and `init` write. @module */

/** The texts of this subject. */
export const starter = {
  "starter.head":
    "What hikae backs up, and where to. docs/config.md describes every key; an editor that knows\nJSON Schema completes and checks them. Look it over, then:",
  "starter.check": "are the folders there, is everything spelled right?",
  "starter.backup": "back up every job",
  "starter.defaults": "Rules for every job below that does not state the same key itself.",
  "starter.exclude": "What to leave out, in gitignore syntax.",
  "starter.generations": "How many past contents of each file stay (all of them, if not set):",
  "starter.retention": "After a good run, clean up files that were deleted longer ago than this:",
  "starter.keep": "After a good run, keep these snapshots and remove the others:",
  "starter.paths":
    "~ and environment variables ({variables}) expand in paths; a relative path starts\nfrom the directory of this file. On Windows write / or two backslashes.",
  "starter.other-drive": "Another drive; add a share of a NAS as a second vault if you have one.",
  "starter.no-drive":
    "No other drive was found: change this to one, or a broken disk takes the copy with it.",
  "starter.init": "docs/config.md describes every key; hikae config check looks it over.",
} as const;
