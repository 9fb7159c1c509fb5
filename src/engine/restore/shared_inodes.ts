/**
 * Names of the target that are one file there: attributes set by one name are those of all. Where the snapshot has others
 * for another name, that one becomes a file of its own.
 * @module
 */

import type { FileInfo } from "../../base/fs.ts";
import { hasNames } from "../../base/inode.ts";
import type { Version } from "../../vault/catalog.ts";
import { hasMode, type RestoreCompareOptions, type RestoreVerdict } from "./compare.ts";

/** So many files with several names are remembered. */
const MOST = 100_000;

/** The files with several names that a restore met. */
export class SharedInodes {
  readonly #options: RestoreCompareOptions;
  /** What each is to have, by device and inode. */
  readonly #wanted = new Map<string, string>();

  /** In a restore with these options. */
  constructor(options: RestoreCompareOptions) {
    this.#options = options;
  }

  /** What to do with a name, when `verdict` is right for it alone. */
  settle(v: Version, existing: FileInfo | undefined, verdict: RestoreVerdict): RestoreVerdict {
    const { overwrite } = this.#options;
    if (existing === undefined || !hasNames(existing)) return verdict;
    if (verdict !== "attrs" && verdict !== "keep" || overwrite === "never") return verdict;
    // what another name of it may keep is newer
    if (overwrite === "if-newer") return verdict === "attrs" ? "M" : verdict;
    const { dev, ino } = existing;
    if (this.#wanted.size >= MOST) return verdict;
    const wanted = this.#attributesOf(v);
    const file = `${dev} ${ino}`;
    const known = this.#wanted.get(file);
    if (known !== undefined && known !== wanted) return "M";
    this.#wanted.set(file, wanted);
    return verdict;
  }

  /** As far as this process sets them. */
  #attributesOf({ mtime, mode, uid, gid }: Version): string {
    const { self, windows } = this.#options;
    const bits = !hasMode({ mtime, mode, uid, gid }) ? "" : windows ? (mode ?? 0) & 0o200 : mode;
    return [mtime, bits, ...(self.owner ? [uid, gid] : [])].join();
  }
}
