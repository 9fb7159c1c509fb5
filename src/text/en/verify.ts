/** What to do about what a check of a vault finds. */
export const verify = {
  "verify.repair-hint":
    "hikae verify --repair restores it while the source still has it; check the disk",
  "verify.repair-past-hint":
    "hikae verify --repair restores it if the source or the vault still has it; check the disk",
  "verify.busy-hint": "close the program that has it open and verify again",
  "verify.index": "the index is not what the records say: {problem}",
  "verify.index-hint": "hikae verify --repair rebuilds it, as does hikae reindex; check the disk",
  "verify.source-gone": "the source is not there; only the vault itself is left to repair from",
  "verify.missing": "the copy is not there",
  "verify.name-unfit": "this system cannot open the copy, {why}",
  "verify.name-unfit-hint": "verify the vault on the system that wrote it",
  "verify.damaged": "content does not match its recorded hash",
  "verify.read": "read: {problem}",
  "verify.no-metadata": "the metadata file is missing",
  "verify.metadata-line": "a line of it cannot be read",
  "verify.metadata-hash": "its directory hash does not match its lines",
  "verify.metadata-lacks": '"{name}" is not in it',
  "verify.metadata-other": 'it has another hash for "{name}"',
  "verify.metadata-more": 'it lists "{name}", which is not there',
  "verify.left-over": "left over from a run that ended early; the next run removes it",
  "verify.stranger": "not made by hikae",
  "verify.unknown-version": "no record has this version",
  "verify.unknown-entry": "no record has this {what}",
  "verify.unknown-link": "no record has this link",
  "verify.unknown-dir": "no record has this directory as a current one",
  "verify.unrecorded":
    "the copy matches its metadata file, but no record has it: it is never overwritten, and hikae reindex takes it in",
  "verify.behind-link":
    "{path} is a symbolic link where the vault has a directory, and what it leads to is not touched; move the link away, then hikae verify --repair makes the directory again",
  "verify.chain": "the records are not those that the newest one was written with",
  "verify.chain-hint": "put the records back from another copy of the vault, all of them together",
  "verify.tree":
    "snapshot {stamp} is not proven: its seal counts {sealed}, the records tell {found}; one of them is damaged or lost",
  "verify.tree-hint":
    "put the records back from another copy of the vault; what the vault holds as files is whole",
  "verify.from-source": "the source",
  "verify.the-records": "the records",
  "verify.names-lost": {
    one: "it does not tell the full name of one shortened mark",
    other: "it does not tell the full names of {n} shortened marks",
  },
  "verify.metadata-hint": "hikae verify --repair writes it again from the records",
  "verify.readable-hint": "check that it can be read",
  "verify.interrupted": "the run {stamp} was interrupted; the next backup repairs what it left",
  "verify.repair-failed": "a repair failed: {problem}",
  "verify.repaired": "repaired from {from}",
  "verify.repaired-for": "repaired from {from}, for {path}",
} as const;
