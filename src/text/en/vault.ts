/** What is said about vaults as arguments. */
export const vault = {
  "vault.own-file": "this is a file of hikae's own, and no copy",
  "vault.own-file-hint": "see what the vault holds with hikae ls {vault}",
  "vault.inside": "open vault: this lies inside the vault {vault}",
  "vault.inside-hint": "type hikae {command} {vault}",
  "vault.no-vault": "open vault: this is not a vault",
  "vault.no-vault-hint": "plug in its drive, or name the directory that hikae backup wrote to",
  "vault.running": "a backup is running; this is as of the last finished one",
  "vault.first-run": "the first backup is running; there is no finished snapshot yet",
  "vault.no-snapshots": "no snapshots: no backup has finished, or the run records are lost",
  "vault.in": "in {vault}",
  "find.other-case": "only the letter case differs: {name}; add -i to find it",
  "find.widened": "nothing is named {name}; names that hold it:",
  "find.nothing": "nothing matches, now or in the past",
  "diff.source-alone": "diff: --source needs A, the snapshot to compare with",
  "diff.source-hint": "type hikae diff VAULT latest --source",
  "diff.first": {
    one: "{to} is the first backup: {n} path added",
    other: "{to} is the first backup: {n} paths added",
  },
} as const;
