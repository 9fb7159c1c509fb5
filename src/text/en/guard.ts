/** What a guard says that stops a backup before it writes. */
export const guard = {
  "guard.empty-source": {
    one: "compare: the source is empty, and the last snapshot had {n} file",
    other: "compare: the source is empty, and the last snapshot had {n} files",
  },
  "guard.empty-source-hint":
    "check that the source is mounted and complete; if it is meant to be empty, add --allow-mass-change",
  "guard.mass-change":
    "compare: {n} of the {living} files in the vault would be changed or deleted ({added} new, {changed} changed, {gone} gone)",
  "guard.mass-change-hint": "review them with --dry-run; if intended, add --allow-mass-change",
  "guard.vault-gone-hint":
    "plug in the drive or connect to the share; if you want a new vault here, add --init",
  "guard.would-stop": "the run would stop here: {problem}; {hint}",
  "guard.vault-gone": "open vault: a vault was here before, and now there is nothing",
  "guard.vault-emptied": "open vault: a vault was here before, and now there is an empty directory",
} as const;
