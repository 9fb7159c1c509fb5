/** Which directories of a target a restore out of bundles may write into. @module */

import { HikaeError } from "../../base/errors.ts";
import type { FileSystem } from "../../base/fs.ts";
import { dirOf, joinRel } from "../../base/relpath.ts";
import { clearLeftOver } from "../../base/restore_names.ts";
import { text } from "../../text/text.ts";
import { META, ROOT_FILES } from "../../vault/names.ts";
import type { RestoreTarget } from "../restore/target.ts";

/** What a way in depends on besides the target. */
export interface WayIn {
  /** Whether the restore brings a path itself. */
  brings(path: string): boolean;
  /** Told once of each directory that is closed. */
  tell(dir: string, error: HikaeError): void;
}

/** The ways into a target. */
export class Ways {
  /** Directories that the restore made. */
  readonly made = new Set<string>();
  /** Those that cannot be, or that nothing may be written into, which was told: nothing goes below them. */
  readonly closed = new Set<string>();
  readonly #open = new Set<string>();
  readonly #cleared = new Set<string>();
  readonly #fs: FileSystem;
  readonly #target: RestoreTarget;

  /** Into `target`. */
  constructor(fs: FileSystem, target: RestoreTarget) {
    this.#fs = fs;
    this.#target = target;
  }

  /** True below a directory that is closed. */
  isClosed(path: string): boolean {
    if (this.closed.size === 0) return false;
    for (let dir = dirOf(path); dir !== ""; dir = dirOf(dir)) {
      if (this.closed.has(dir)) return true;
    }
    return false;
  }

  /** Removes, once, what a killed restore left in a directory that was there before, and is one. */
  clear(dir: string): void {
    if (this.made.has(dir) || this.#cleared.has(dir)) return;
    this.#cleared.add(dir);
    const below = (name: string): string => this.#target.path(joinRel(dir, name));
    clearLeftOver(this.#fs, this.#target.path(dir), below);
  }

  /**
   * False in a vault that lies in the target now: what it holds may be nowhere else. One that was backed up as such may
   * come back.
   */
  mayEnter(dir: string, way: WayIn): boolean {
    if (dir === "" || this.made.has(dir) || this.#open.has(dir)) return true;
    const above = dirOf(dir);
    if (this.closed.has(dir) || !this.mayEnter(above, way)) return false;
    const mark = `${dir}/${META}/${ROOT_FILES.vault}`;
    if (this.made.has(above) || !this.#target.hasVault(dir) || way.brings(mark)) {
      this.#open.add(dir);
      return true;
    }
    this.closed.add(dir);
    const hint = text("restore.vault-now-hint");
    way.tell(dir, new HikaeError("unstorable", text("restore.vault-now"), { hint }));
    return false;
  }
}
