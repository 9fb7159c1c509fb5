/** What is said of a vault whose drive has another letter today. */
export const drive = {
  "drive.moved": "the vault {given} is at {place} today: the drive has another letter",
  "drive.alike": "open vault: it is not at {given}, and a vault with the same id is at {place}",
  "drive.alike-hint":
    "it may be a copy: if it is the vault, write {place} on the line, or in the job's vaults",
} as const;
