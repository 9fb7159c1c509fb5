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
} as const;
