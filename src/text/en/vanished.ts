/** What is said about files that were deleted. */
export const vanished = {
  "vanished.none": "nothing was deleted, or all of it is back",
  "vanished.bring-back": "add --to DIR or --in-place to bring these back",
  "vanished.lost": "no snapshot has this version any more; hikae history shows where it lies",
  "vanished.since-alone": "restore: --since belongs to --vanished",
  "vanished.since-hint": "type hikae restore VAULT --vanished --since 7d",
  "vanished.not-with": "restore: {flag} and --vanished do not go together",
  "vanished.not-with-hint": "--vanished brings each file back as it was last",
  "vanished.deleted":
    "restore: snapshot {stamp} does not have it; the run of {until} found it deleted",
  "vanished.deleted-hint": "its last version: hikae restore VAULT {path} --to DIR",
  "vanished.deleted-from":
    "{action}: snapshot {stamp} does not have it; the run of {until} found it deleted",
  "vanished.deleted-from-hint": 'as it was last: hikae {action} VAULT "{path}" --at {last}',
  "path.near": "did you mean {near}? {hint}",
} as const;
