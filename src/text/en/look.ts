/** What is said of look. @module */

/** The texts of this subject. */
export const look = {
  "browse.no-content": "there is no such content",
  "browse.no-backup": "there is no backup {stamp}",
  "look.cat-directory": "cat: this is a directory",
  "look.cat-directory-hint": "hikae ls VAULT PATH shows what is in it",
  "look.cat-gone": "cat: the content was removed from the vault by {stamp}",
  "look.cat-gone-hint": "hikae history VAULT PATH shows the versions that are still there",
  "look.cat-link": "cat: this is a symbolic link to {target}",
  "look.cat-link-hint": "name the file that it points to",
  "look.link-unreadable": "something that cannot be read ({problem})",
  "look.cat-maybe":
    "nothing shows whether this content was there then: the records that would are lost",
  "look.cat-missing": "cat: the content is not in the vault",
  "look.cat-missing-hint": "hikae verify VAULT shows what else is missing",
  "look.cat-failed": "cat: {problem}",
  "look.cat-damaged": "cat: what was printed is not what was backed up",
  "look.cat-damaged-hint":
    "the copy in the vault is damaged; hikae verify VAULT --repair repairs it if the source still has it, hikae history VAULT PATH shows other versions",
  "look.history-none": "history: the vault never had such a path",
  "look.near-name":
    "paths are relative to the source; hikae find VAULT NAME looks for a name anywhere",
  "look.history-directory":
    "this is a directory: hikae ls VAULT PATH shows what is in it, hikae find VAULT 'PATH/**' also what was in it",
  "look.records-lost": "the run records are lost; this is what the vault holds now",
  "look.interrupted":
    "{stamp} was interrupted: it shows what was there before, and what the run finished",
  "look.maybe-more":
    "{count} more may have been there then: the records that would show it are lost",
  "look.path-outside": "read path: it leads out of the source",
  "look.path-outside-hint": "paths are relative to the source, with / between names",
  "look.no-path": "{action}: snapshot {stamp} has no such path",
  "look.near-path":
    "hikae history VAULT PATH shows when it was there, hikae find VAULT NAME where it is",
  "look.point-hint": 'PATH@POINT is for restore: hikae {action} VAULT "{name}" --at "{point}"',
  "look.never-path": "{action}: the vault never had such a path",
} as const;
