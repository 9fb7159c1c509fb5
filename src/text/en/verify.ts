/** What to do about what a check of a vault finds. */
export const verify = {
  "verify.repair-hint":
    "hikae verify --repair restores it while the source still has it; check the disk",
  "verify.repair-past-hint":
    "hikae verify --repair restores it if the source or the vault still has it; check the disk",
  "verify.busy-hint": "close the program that has it open and verify again",
  "verify.index": "the index is not what the records say: {problem}",
  "verify.index-hint": "hikae verify --repair rebuilds it, as does hikae reindex; check the disk",
} as const;
