/** What tells one directory from all others, by whatever path. @module */

import { isTold } from "../../base/inode.ts";
import { dirname } from "@std/path";

/** What no two directories have in common; undefined where the system does not tell, or not to the last bit. */
function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = Deno.lstatSync(path);
    return ino === null || !isTold({ ino }) ? undefined : `${dev} ${ino}`;
  } catch {
    return undefined;
  }
}

/** The path by which `place` is the directory `dir` or lies in it, which may be that of another mount; undefined where it does not. */
export function pathWithin(place: string, dir: string): string | undefined {
  const identity = identityOf(dir);
  if (identity === undefined) return undefined;
  for (let at = place;; at = dirname(at)) {
    if (identityOf(at) === identity) return at;
    if (at === dirname(at)) return undefined;
  }
}
