/** Disks that tell only when a file is closed that its content did not arrive: the system's word at that moment reaches nobody. @module */

import type { Monotonic } from "./clock.ts";
import type { FileSystem } from "./fs.ts";
import { isNoDrive } from "./io.ts";

/** What such a disk is told by. */
export interface LateLook {
  fs: Pick<FileSystem, "lstat">;
  monotonic: Monotonic;
  newId: () => string;
  separator: string;
}

/** A disk of the machine answers in a tenth of this, ms; one that is reached by a network takes twice as long. */
const NEAR = 0.1;
const PROBES = 5;

/** A share as Windows names it; what follows `\\?\` or `\\.\` is a drive else. */
const SHARE = /^\\\\(?:[?.]\\UNC\\|[^?.\\])/i;

/**
 * True where `dir` may lie on a share (NFS, SMB). There what is written waits in memory, and that the server is full shows
 * when a file is closed, which Deno does not tell; it is flushed before, as closing does anyway.
 */
export function tellsLate(
  { fs, monotonic, newId, separator }: LateLook,
  dir: string,
): boolean {
  if (separator !== "/") return SHARE.test(dir);
  try {
    if (!isNoDrive(fs.lstat(dir).dev)) return false;
  } catch {
    return false;
  }
  for (let n = 0; n < PROBES; n++) {
    const asked = monotonic();
    try {
      fs.lstat(`${dir}/.hikae-${newId()}`);
    } catch {
      // that it is not there is the answer
    }
    if (monotonic() - asked <= NEAR) return false;
  }
  return true;
}
