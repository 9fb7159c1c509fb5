/** What is said where a file of one's own stands for a vault. */
export const original = {
  "original.in": "in {vault}",
  "original.in-and-others": "in {vault}; also in {others}",
  "original.also-in": "also in {others}",
  "original.not-there": "{vault} (not plugged in)",
  "original.away": "this file is backed up, but none of its vaults can be reached",
  "original.away-hint": "plug in the drive of {vaults}",
  "original.nowhere": "no backup that this machine knows holds this file",
  "original.nowhere-hint": "name its vault: hikae {command} VAULT PATH",
  "original.two-readings": "this could be the vault {vault}, or a file of the source {source}",
  "original.two-readings-hint":
    "for the vault, type hikae {command} {vault} PATH; for the file, hikae {command} {holder} {path}",
  "original.which":
    "Which one?\n  1  what the vault {vault} holds\n  2  this file of {source}, backed up in {holder}\nAnswer 1 or 2",
  "original.other-source": "this does not lie in {source}",
  "original.other-source-hint": "name files of one source at a time",
} as const;
