/** Directories below a root that are reached through no link, looked at once more as seldom as can be. @module */

import type { FileInfo } from "./fs.ts";
import { isSameFile } from "./inode.ts";
import { isWithin, joinRel } from "./relpath.ts";

/** Looks at the components of paths, each below the one before it. */
export class RealChain {
  readonly #see: (rel: string) => FileInfo | undefined;
  readonly #hold: (rel: string) => FileInfo | undefined;
  /** The directories that were looked at last. */
  readonly #chain: { rel: string; info: FileInfo }[] = [];

  /** `see` gives what is there, `hold` too, and throws for what is no directory; undefined from it ends a path. */
  constructor(
    see: (rel: string) => FileInfo | undefined,
    hold: (rel: string) => FileInfo | undefined,
  ) {
    this.#see = see;
    this.#hold = hold;
  }

  /** What the directory `rel` is; it is looked at last. Undefined where it, or one above it, is missing. */
  at(rel: string): FileInfo | undefined {
    const chain = this.#chain;
    while (chain.length > 0 && !isWithin(rel, chain.at(-1)?.rel ?? "")) chain.pop();
    let last = this.#stillReal();
    if (last === undefined) {
      chain.length = 0;
      last = this.#next("");
    }
    const rest = rel.slice(last === undefined || last.rel === "" ? 0 : last.rel.length + 1);
    for (const part of rest === "" ? [] : rest.split("/")) {
      if (last === undefined) return undefined;
      last = this.#next(joinRel(last.rel, part));
    }
    return last?.info;
  }

  #next(rel: string): { rel: string; info: FileInfo } | undefined {
    const info = this.#hold(rel);
    if (info === undefined) return undefined;
    const next = { rel, info };
    this.#chain.push(next);
    return next;
  }

  /**
   * The last directory of the chain, if its path leads to the very one that was looked at: then nothing above it leads
   * elsewhere, and a deep tree need not be looked at from its root each time.
   */
  #stillReal(): { rel: string; info: FileInfo } | undefined {
    const last = this.#chain.at(-1);
    if (last === undefined) return undefined;
    const now = this.#see(last.rel);
    if (now?.type !== "dir" || !isSameFile(last.info, now)) return undefined;
    last.info = now;
    return last;
  }
}
