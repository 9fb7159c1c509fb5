/**
 * Looks at directories of a mirror that is far away before they are compared: many are asked for at once, since one who
 * asks for one after another does nothing but wait. What was seen serves the comparison that follows at once, and is
 * forgotten with it. What could not be seen is asked for there, where trouble is met and told.
 * @module
 */

import type { AheadCalls } from "../../base/ahead.ts";
import { isNotFound } from "../../base/errors.ts";
import type { DirEntry, FileInfo } from "../../base/fs.ts";

/** So many directories are seen at once in a thread, more than a runtime makes calls at once. */
export const AT_ONCE = 32;

/** How a mirror is looked at. */
export interface MirrorDisk {
  /** Undefined for what is not there. */
  lstatIfAny(path: string): FileInfo | undefined;
  list(path: string): readonly DirEntry[];
}

/** A mirror of which some was seen ahead. */
export class SeenAhead implements MirrorDisk {
  readonly #now: MirrorDisk;
  readonly #calls: AheadCalls;
  readonly #infos = new Map<string, FileInfo | undefined>();
  readonly #lists = new Map<string, readonly DirEntry[]>();

  /** Nothing is seen yet; `now` is asked for what is not. */
  constructor(now: MirrorDisk, calls: AheadCalls) {
    this.#now = now;
    this.#calls = calls;
  }

  /** Looks what stands at a path; gives it. */
  async see(path: string): Promise<FileInfo | undefined> {
    try {
      const info = await this.#calls.lstat(path);
      this.#infos.set(path, info);
      return info;
    } catch (error) {
      if (isNotFound(error)) this.#infos.set(path, undefined);
      return undefined;
    }
  }

  /** Looks what a directory holds. */
  async seeList(path: string): Promise<void> {
    try {
      this.#lists.set(path, await this.#calls.list(path));
    } catch {
      // it is listed when it is compared
    }
  }

  lstatIfAny(path: string): FileInfo | undefined {
    return this.#infos.has(path) ? this.#infos.get(path) : this.#now.lstatIfAny(path);
  }

  list(path: string): readonly DirEntry[] {
    return this.#lists.get(path) ?? this.#now.list(path);
  }
}
