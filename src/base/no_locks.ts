/** What disks without locks say when one is asked of them (decision 28). Pure. @module */

import { errorCode } from "./errors.ts";

const CODES = new Set(["ENOLCK", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL"]);

/** True when an error says that the disk has no locks at all. */
export function saysNoLocks(error: unknown): boolean {
  return CODES.has(errorCode(error));
}
