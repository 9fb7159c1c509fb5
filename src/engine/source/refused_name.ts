/** Whether a disk refuses a name: asked of the disk, never reckoned from what an error is called (decision 17). @module */

import { errorCode } from "../../base/errors.ts";
import { nameOf } from "../../base/relpath.ts";
import { TEMPORARY } from "../../vault/names.ts";
import type { Vault } from "../../vault/vault.ts";

/** What systems say of a name that their disk cannot hold, and of nothing else. */
const OF_NAMES = new Set(["EILSEQ", "ENAMETOOLONG"]);

/** What FAT, exFAT and shares say of a name that they cannot hold, and what any other call may say too (exfat-fuse: `ENOENT`). */
const OF_MORE = new Set(["EINVAL", "ENOENT"]);

/**
 * True when `code`, met while an entry was stored, is about the entry's name. Where it may be about something else, a file
 * is given such a name.
 */
export function refusesName(vault: Vault, path: string, code: string): boolean {
  if (OF_NAMES.has(code)) return true;
  if (!OF_MORE.has(code)) return false;
  const { fs, tree } = vault;
  const plain = tree.below(tree.meta(""), `${TEMPORARY}name`);
  const named = tree.below(tree.meta(""), `${TEMPORARY}${nameOf(path)}`);
  let made = plain;
  try {
    fs.open(plain, { write: true, create: true }).close();
    fs.rename(plain, named);
    made = named;
    return false;
  } catch (error) {
    const said = errorCode(error);
    // the file itself may be what is gone
    return made === plain && (OF_MORE.has(said) || OF_NAMES.has(said)) && fs.exists(plain);
  } finally {
    try {
      fs.remove(made);
    } catch {
      // the next run clears such names away
    }
  }
}
