/**
 * The names of what a restore has not put into its place yet, whichever restores: a vault's, a bundle's or a portable
 * snapshot's. Each clears away what a killed one left, for nobody else does.
 * @module
 */

import type { EntryType, FileSystem } from "./fs.ts";

/** What the names of temporary entries in a target begin with. */
export const TEMPORARY = ".hikae-tmp-";

/** True for a name that a restore gives to a temporary entry; somebody's own may begin like one. */
export function isTemporary(name: string): boolean {
  return name.startsWith(TEMPORARY) && /^[0-9a-f]{8}-[ln]?\d+$/.test(name.slice(TEMPORARY.length));
}

/** True for the name of a file that names others: it goes when those are whole. */
export function namesOthers(name: string): boolean {
  return isTemporary(name) && name.includes("-n");
}

/** An entry that a portable snapshot's restore has begun: the digits are always these, and no name of anybody's has them. */
export function portableTemporary(n: number): string {
  return `${TEMPORARY}706f7274-${n}`;
}

/** True for an entry that a killed restore left and that is of no use to anybody. */
export function isLeftOver(name: string, type: EntryType): boolean {
  if (!isTemporary(name)) return false;
  return type === "link" ? name.includes("-l") : type === "file" && !namesOthers(name);
}

/** Removes what a killed restore left in a directory, which is one and no link; what cannot be stays. */
export function clearLeftOver(fs: FileSystem, dir: string, below: (name: string) => string): void {
  try {
    for (const { name, type } of fs.list(dir)) {
      if (!isLeftOver(name, type)) continue;
      try {
        fs.remove(below(name));
      } catch {
        // the next restore tries again
      }
    }
  } catch {
    // a directory that cannot be listed is told of when something is put into it
  }
}
