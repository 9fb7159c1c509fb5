/** What is said about a restore. */
export const restore = {
  "restore.owners":
    "others than root may write this vault: owners and set-id bits are not restored (--owners restores them)",
  "restore.link-hint-windows": "on Windows links need the developer mode or an administrator",
  "restore.link-hint-disk": "the file system there may not hold links; restore to another one",
  "restore.target-denied": "restore to a directory that you may write to, or as a user who may",
  "restore.busy": "close what has it open, or see who may write there, and restore it again",
  "restore.name-hint": "the file system there cannot hold this name; restore to another one",
  "restore.vault-denied": "run hikae as a user who may read the vault",
} as const;
