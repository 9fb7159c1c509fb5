/** The lock of who makes bundles. @module */

import type { FileHandle } from "../base/fs.ts";
import { saysNoLocks } from "../base/no_locks.ts";

/**
 * Takes a lock; false when somebody else holds it. On a disk without locks nobody is kept out, and nothing is lost by
 * that: two at once send the same twice, or one of them says that its file is not there any more.
 */
export function isMine(file: FileHandle): boolean {
  try {
    return file.tryLock();
  } catch (error) {
    if (saysNoLocks(error)) return true;
    throw error;
  }
}
