/** What to do when the system ends a command. */
export const failure = {
  "failure.vault-valid": "{hint}; the vault is valid",
  "failure.full": "make room and run the command again",
  "failure.denied": "run hikae as the user who owns the vault",
  "failure.read-only": "mount the disk writable; reading the vault needs no more",
  "failure.read-only-target": "mount the disk writable, or restore to another place",
  "failure.check-disk": "check the disk and run the command again",
  "failure.name-unfit": "; the vault's file system may not accept such a name",
  "failure.store": "store {what}",
  "failure.root": "the root",
  "failure.new-full": "make room there, or choose another place for the vault",
  "failure.new-denied": "choose a place that you may write to, or run it as a user who may",
  "failure.make-vault": "make vault: {problem}",
  "failure.vault-full": "the disk of the vault is full",
  "failure.vault-full-hint":
    "make room, for example with hikae prune or hikae cleanup, and run the backup again; the vault is valid",
  "failure.vault-gone": "the vault is not there any more",
  "failure.vault-gone-hint": "plug in its drive or connect to its share, and run the backup again",
  "failure.vault-read-only": "mount its disk writable and run the backup again; the vault is valid",
  "failure.vault-disk": "the vault is valid; check its disk and run the backup again",
  "failure.outside": "{call}: {path} is outside what this run may write",
  "failure.engine": "engine: {problem}",
} as const;
