/** What is said when copies that other tools made become vaults. */
export const movein = {
  "adopt.usage": "adopt: name the copy, and with --source the directory that it is a copy of",
  "adopt.usage-hint": "type hikae adopt DIR --source SOURCE",
  "adopt.no-directory": "adopt: there is no such directory",
  "adopt.no-directory-hint": "name the directory that the copy lies in",
  "adopt.nothing": "adopt: there are no files here",
  "adopt.nothing-hint": "make a new vault with hikae backup {source} {given}",
  "adopt.from-vault": "adopt: the source is a vault",
  "adopt.from-vault-hint":
    "to back up {directory} into it type hikae backup {directory} {source}; --source is for the originals",
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
  "adopt.own-would": {
    one:
      "{n} file here is the source's own file under a second name and would get a copy of its own: {names}",
    other:
      "{n} files here are the source's own files under second names and would get copies of their own: {names}",
  },
  "adopt.own-would-more":
    "{n} files here are the source's own files under second names and would get copies of their own: {names} and {more} more",
  "adopt.own-files": {
    one:
      "{n} file of the copy was the source's own file under a second name: it has a copy of its own now",
    other:
      "{n} files of the copy were the source's own files under second names: they have copies of their own now",
  },
  "adopt.unfinished": "open vault: a copy is being made a vault here, and is not one yet",
  "adopt.unfinished-hint":
    "finish it with hikae adopt {path} --source SOURCE; without its .$META$ directories the copy is as it was",
  "import.usage": "import: name the copies, and with --to the new vault",
  "import.usage-hint": "type hikae import DIR… --to VAULT",
  "import.at-one": "import: --at is the time of one copy, and {n} are named",
  "import.at-one-hint":
    "name one copy; the times of several are those in their names, or of the directories",
  "import.at-none": 'import: "{written}" is no time',
  "import.at-none-hint": 'write it as a stamp (20240131_120000) or as "2024-01-31 12:00"',
  "import.twice": "import: one copy is named twice",
  "import.twice-hint": "name each copy once",
  "import.other-name": "this leads to {other}, which is named too; it is left out",
  "import.unfinished": "this copy was not finished (its name says so); it is left out",
  "import.unfinished-all": "import: none of these copies was finished, as their names say",
  "import.unfinished-hint":
    "name a copy that was finished, or rename this one to import it all the same",
  "import.holds-copies":
    "{n} directories in it look like copies of their own, and all of it would be one snapshot; to make each of them a snapshot, name them: hikae import {given}/*",
  "import.is-vault": "import: this is a vault, not a plain copy",
  "import.is-vault-hint": "a vault has its past already; copy it whole, or adopt plain copies",
  "import.is-archive": "import: this is the archive of {tool}, not a plain copy",
  "import.is-archive-hint":
    "restore each of its snapshots with {tool} into a directory of its own, and import each with --at, the oldest first",
  "import.is-increments-hint":
    "type rdiff-backup restore --at TIME {given} DIR for each of its backups, and import each DIR with --at, the oldest first; for the newest one alone: hikae adopt {given} --source SOURCE",
  "import.not-new": "import: this vault has runs that were not imported",
  "import.not-new-hint": "name a new vault: copies of the past come before all else in it",
  "import.too-late": "import: {copy} is of {stamp}, and the vault has a run of {newest} already",
  "import.would-at": "would be snapshot {stamp}: {given} (its time is that of --at)",
  "import.would-name": "would be snapshot {stamp}: {given} (its time is in the name)",
  "import.would-mtime": "would be snapshot {stamp}: {given} (its time is that of the directory)",
  "import.next": {
    one: "{n} snapshot imported; go on with hikae backup SOURCE {vault}",
    other: "{n} snapshots imported; go on with hikae backup SOURCE {vault}",
  },
  "import.done": "all of these copies are in the vault already",
} as const;
