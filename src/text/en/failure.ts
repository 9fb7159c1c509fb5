/** What to do when the system ends a command. */
export const failure = {
  "failure.vault-valid": "{hint}; the vault is valid",
  "failure.full": "make room and run the command again",
  "failure.denied": "run hikae as the user who owns the vault",
  "failure.read-only": "mount the disk writable; reading the vault needs no more",
  "failure.read-only-target": "mount the disk writable, or restore to another place",
  "failure.check-disk": "check the disk and run the command again",
} as const;
