/** A directory of a copy that its owner may not write into. @module */

import type { FileSystem } from "../../base/fs.ts";

/** A directory, its mode, and whether modes say anything there. */
export interface DirectoryMode {
  path: string;
  mode: number;
  windows: boolean;
}

/** Does `work` while its owner may write into the directory, which has its own mode again afterwards. */
export function whileWritable(
  fs: FileSystem,
  { path, mode, windows }: DirectoryMode,
  work: () => void,
): void {
  const opened = !windows && (mode & 0o700) !== 0o700;
  if (opened) fs.chmod(path, (mode & 0o777) | 0o700);
  try {
    work();
  } finally {
    if (opened) fs.chmod(path, mode);
  }
}
