/** What to do next about an error of the system, by where it was met. @module */

/** The texts of this subject. */
export const next = {
  "next.source-changed":
    "if it was moved or deleted meanwhile, nothing is wrong: the next run takes what is there then",
  "next.source-disk":
    "check the disk of the source, then run it again; an older copy in the vault stays",
  "next.away": "connect the disk or share again, then run it again",
  "next.open-files":
    "close other programs, or raise the number of files that may be open (ulimit -n), then run it again",
  "next.vault-busy": "close the program that has it open in the vault, then run it again",
  "next.vault-changed":
    "see whether another program works in the vault, then run it again; hikae verify shows what is wrong",
  "next.vault-disk": "check the disk of the vault, then run it again",
  "next.vault-lacking":
    "mount the share by the system (mount -t cifs, nfs), and name that directory",
  "next.vault-name": "rename it, or leave it out with --exclude",
  "next.target-busy": "close the program that has it open, then restore it again",
  "next.restored-disk":
    "check the disk of the vault; hikae history VAULT PATH shows other versions of it",
  "next.either-denied": "run hikae as a user who may read the vault and write the target",
  "next.either-busy":
    "close the program that has it open, in the vault or in the target, then restore it again",
  "next.either-changed":
    "see what else uses the target, then restore it again; hikae verify shows whether the vault has it",
  "next.either-disk": "check the disks of the target and of the vault, then restore it again",
} as const;
