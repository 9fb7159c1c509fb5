/** What a disk tells of which file an entry is. @module */

import type { FileInfo } from "./fs.ts";

/** What tells one file of a disk from another one. */
export type Inode = Pick<FileInfo, "dev" | "ino">;

/** True where the inode tells: some disks give 0 for all, and larger ones are not told to the last bit. */
export function isTold({ ino }: Pick<Inode, "ino">): boolean {
  return ino > 0 && Number.isSafeInteger(ino);
}

/** True for names of one file for sure; false also where the disk does not tell. */
export function isSameFile(a: Inode, b: Inode | undefined): boolean {
  return isTold(a) && a.ino === b?.ino && a.dev === b.dev;
}

/** True for a file that has other names, which the inode tells. */
export function hasNames(info: Pick<FileInfo, "type" | "nlink" | "ino">): boolean {
  return info.type === "file" && info.nlink > 1 && isTold(info);
}
