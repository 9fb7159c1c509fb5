/** What is said when copies that other tools made become vaults. */
export const movein = {
  "adopt.usage": "adopt: name the copy, and with --source the directory that it is a copy of",
  "adopt.usage-hint": "type hikae adopt DIR --source SOURCE",
  "adopt.no-directory": "adopt: there is no such directory",
  "adopt.no-directory-hint": "name the directory that the copy lies in",
  "adopt.nothing": "adopt: there are no files here",
  "adopt.nothing-hint": "make a new vault with hikae backup {source} {given}",
  "adopt.is-vault": "adopt: this is a vault already",
  "adopt.is-vault-hint": "back up into it with hikae backup {source} {given}",
  "adopt.not-plain": "adopt: this is no plain copy, something in it is named {name}",
  "adopt.not-plain-hint":
    "hikae keeps past versions in directories of that name; move it out of the copy if nobody needs it, then adopt again",
  "adopt.guard":
    "adopt: only {n} of the {files} files here are in {source}, so it does not look like a copy of it",
  "adopt.guard-hint":
    "check both directories with --dry-run --allow-mass-change; if they are right, add --allow-mass-change",
  "adopt.guard-deeper": "the copy may lie in {copy}: type hikae adopt {copy} --source {source}",
  "adopt.unfinished": "open vault: a copy is being made a vault here, and is not one yet",
  "adopt.unfinished-hint":
    "finish it with hikae adopt {path} --source SOURCE; without its .$META$ directories the copy is as it was",
} as const;
