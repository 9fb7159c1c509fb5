/** Questions to a disk that is far away: many of them under way at once. @module */

import type { DirEntry, FileInfo } from "./fs.ts";

/** Asks the disk without waiting for its answer. They fail as the calls of the file system with these names do. */
export interface AheadCalls {
  lstat(path: string): Promise<FileInfo>;
  list(path: string): Promise<DirEntry[]>;
  /** All of a small file. */
  read(path: string): Promise<Uint8Array>;
}
