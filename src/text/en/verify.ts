/** What to do about what a check of a vault finds. */
export const verify = {
  "verify.repair-hint":
    "hikae verify --repair restores it while the source still has it; check the disk",
  "verify.repair-past-hint":
    "hikae verify --repair restores it if the source or the vault still has it; check the disk",
  "verify.busy-hint": "close the program that has it open and verify again",
  "verify.chain": "the records are not those that the newest one was written with",
  "verify.chain-hint": "put the records back from another copy of the vault, all of them together",
  "verify.tree":
    "snapshot {stamp} is not proven: its seal counts {sealed}, the records tell {found}; one of them is damaged or lost",
  "verify.tree-hint":
    "put the records back from another copy of the vault; what the vault holds as files is whole",
} as const;
