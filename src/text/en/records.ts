/** What is said of records. @module */

/** The texts of this subject. */
export const records = {
  "record.end-missing": "the record of run {stamp} is damaged: its end is missing",
  "record.missing":
    "the record of run {stamp} is missing: its file went, or this is an older copy of the vault",
  "record.missing-hint":
    "put it back from another copy of the vault; where drives take turns or an older copy was put back there is nothing to do: the run is not a snapshot of this copy",
  "record.damaged": "the record of run {stamp} is damaged: {what}",
  "record.head-unreadable": "its first line cannot be read",
  "record.lines-unreadable": "{count} of its lines cannot be read",
  "record.odd": "a {what} stands where a record should be",
  "record.odd-hint": "move it away, and put the record back from another copy of the vault",
  "record.put-back-hint":
    "hikae verify --repair mends it where enough is left; else put the record back from another copy of the vault",
  "record.next-backup-hint": "the next backup gives it a new one, made from its other lines",
  "record.other-vault": "it is a record of another vault",
  "record.other-vault-hint": "put the vault's own record in its place",
  "record.seal": "it is not what its seal says",
  "record.last-line": "its last line is not what it was",
  "record.mended-proven":
    "the record of run {stamp} was repaired: its seal proves that it is as it was",
  "record.mended-unproven":
    "the record of run {stamp} was written again from what the vault still tells; its snapshot cannot be proven any more; the damaged record is kept as {file}",
  "record.remade-unproven":
    "the lost record of run {stamp} was written again from the index on this machine; its snapshot cannot be proven any more",
  "record.put-aside": "a record that is not of this vault was put aside as {file}",
  "record.head-damaged": "the record of run {stamp} is damaged: its first line cannot be read",
  "record.head-damaged-hint": "the next backup repairs it, and keeps the damaged file beside it",
  "record.head-renewed":
    "the record of run {stamp} is damaged: its first line could not be read; a new one was made from the other lines",
  "record.head-renewed-hint":
    "the damaged file is kept as {file}; hikae verify VAULT shows whether anything else is wrong",
  "record.lost-renewed":
    "the record of the interrupted run {stamp} was missing; it is made again from what the run left in the vault",
  "record.version-missing": "the version is not in the vault ({stored})",
  "record.version-missing-hint":
    "put it back from another copy of the vault; hikae verify VAULT shows what else is missing",
  "record.version-missing-until":
    "the version, which lived until {until}, is not in the vault ({stored})",
} as const;
